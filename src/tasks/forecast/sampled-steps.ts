// The steps of windows as a network reads them that says one step after the other: what came before each, in the window's own scale.

import { gaussian } from "../../losses/gaussian-nll.ts";
import type { Likelihood } from "../../losses/likelihood.ts";
import { negativeBinomial } from "../../losses/negative-binomial-nll.ts";
import { studentT } from "../../losses/student-t-nll.ts";
import type { ForecastReading } from "./forecast-reading.ts";
import { staticWidth } from "./forecast-reading.ts";
import type { WindowBatch } from "./forecast-windows.ts";

/** A distribution of single numbers. */
export type SampledKind = "gaussian" | "student-t" | "negative-binomial";

/** Numbers of each target that a step reads: the value before it, its change, and a season before: the value and its change. */
const EACH = 4;

/** The paths of windows: values so far, and how they are read. */
export class SampledSteps {
  readonly #reading: ForecastReading;
  readonly #kind: SampledKind;
  readonly #aheadWidth: number;
  readonly #fixedWidth: number;
  /** Observed columns of the step before, and whether they have come: no path of a forecast has them. */
  readonly #observedWidth: number;

  constructor(kind: SampledKind, reading: ForecastReading) {
    this.#reading = reading;
    this.#kind = kind;
    this.#aheadWidth = reading.columns.known.length + 2 * reading.cycles.length;
    this.#fixedWidth = staticWidth(reading);
    const observed = reading.columns.observed.length;
    this.#observedWidth = observed > 0 ? observed + 1 : 0;
  }

  /** F, numbers that a step reads. */
  get inputSize(): number {
    const besides = this.#aheadWidth + this.#fixedWidth + this.#observedWidth;
    return (EACH + 1) * this.#reading.columns.targets.length + besides;
  }

  /** P of each target. */
  get parameters(): number {
    return this.likelihood(1).parameters;
  }

  /** What a target is told by; the scale is that of counts. */
  likelihood(scale: number): Likelihood {
    if (this.#kind === "gaussian") return gaussian;
    return this.#kind === "student-t" ? studentT : negativeBinomial(scale);
  }

  /** Whether numbers are counts, which are scaled by their mean and not moved. */
  get areCounts(): boolean {
    return this.#kind === "negative-binomial";
  }

  /** [N + H, D] of a window: what its steps are in its own scale, NaN where one is missing or to be drawn. */
  values(batch: WindowBatch, row: number): { readonly values: Float64Array; readonly scales: Float64Array } {
    const { context, horizon, columns } = this.#reading;
    const width = columns.targets.length;
    const values = new Float64Array((context + horizon) * width).fill(Number.NaN);
    const scales = new Float64Array(width).fill(1);
    const pastWidth = batch.past.length / (batch.rows * context);
    for (let target = 0; target < width; target++) {
      const [last, scale] = [batch.last[row * width + target], batch.scale[row * width + target]];
      const inUnits = (value: number) => (this.areCounts ? last + scale * value : value);
      let [sum, count] = [0, 0];
      for (let step = 0; step < context; step++) {
        const at = row * context + step;
        if (batch.past[at * pastWidth + 2 * target + 1] === 0) continue;
        values[step * width + target] = inUnits(batch.lags[at * width + target]);
        sum += values[step * width + target];
        count += 1;
      }
      for (let step = 0; step < horizon; step++)
        values[(context + step) * width + target] = inUnits(
          batch.targets[(row * horizon + step) * width + target],
        );
      if (!this.areCounts) continue;
      scales[target] = 1 + (count > 0 ? Math.max(0, sum) / count : 0);
      for (let at = target; at < values.length; at += width) values[at] = Math.round(values[at]);
    }
    return { values, scales };
  }

  /** Writes what a step reads: row `row` of the batch, the values of its path. */
  put(
    batch: WindowBatch,
    row: number,
    { values, scales }: ReturnType<SampledSteps["values"]>,
    step: number,
    into: Float32Array,
    at: number,
  ): void {
    const { context, columns, season, horizon } = this.#reading;
    const width = columns.targets.length;
    const valueAt = (place: number, target: number) => {
      const value = place < 0 ? Number.NaN : values[place * width + target];
      if (Number.isNaN(value)) return Number.NaN;
      return this.areCounts ? Math.log1p(value / scales[target]) : value;
    };
    const orZero = (value: number) => (Number.isNaN(value) ? 0 : value);
    for (let target = 0; target < width; target++) {
      const first = at + (EACH + 1) * target;
      const before = valueAt(step - 1, target);
      into[first] = orZero(before);
      into[first + 1] = orZero(before - valueAt(step - 2, target));
      into[first + 2] = season > 1 ? orZero(valueAt(step - season, target)) : 0;
      into[first + 3] =
        season > 1 ? orZero(valueAt(step - season, target) - valueAt(step - season - 1, target)) : 0;
      into[first + EACH] = Number.isNaN(before) ? 0 : 1;
    }
    const beside = at + (EACH + 1) * width;
    const pastWidth = batch.past.length / (batch.rows * context);
    const [from, start] =
      step < context
        ? [batch.past, (row * context + step + 1) * pastWidth - this.#aheadWidth]
        : [batch.ahead, (row * horizon + step - context) * this.#aheadWidth];
    for (let column = 0; column < this.#aheadWidth; column++) into[beside + column] = from[start + column];
    for (let column = 0; column < this.#fixedWidth; column++)
      into[beside + this.#aheadWidth + column] = batch.fixed[row * this.#fixedWidth + column];
    if (this.#observedWidth === 0) return;
    const observed = beside + this.#aheadWidth + this.#fixedWidth;
    const hasCome = step >= 1 && step <= context;
    const before = (row * context + step - 1) * pastWidth + 2 * width;
    for (let column = 0; column + 1 < this.#observedWidth; column++)
      into[observed + column] = hasCome ? batch.past[before + column] : 0;
    into[observed + this.#observedWidth - 1] = hasCome ? 1 : 0;
  }

  /** What is added to a drawn number: the value before, and the change of a season ago, so that trends and seasons go on. */
  base({ values }: ReturnType<SampledSteps["values"]>, step: number, target: number): number {
    if (this.areCounts) return 0;
    const width = this.#reading.columns.targets.length;
    const { season } = this.#reading;
    const valueAt = (place: number) => (place < 0 ? Number.NaN : values[place * width + target]);
    let before = Number.NaN;
    for (let place = step - 1; place >= 0 && Number.isNaN(before); place--) before = valueAt(place);
    if (Number.isNaN(before)) return 0;
    const change = season > 1 ? valueAt(step - season) - valueAt(step - season - 1) : 0;
    return before + (Number.isNaN(change) ? 0 : change);
  }
}
