// Windows of series as the network reads them: what was before an origin, measured from the last value in the window's own scale, and
// what came behind it.
import { Scaler } from "../../data/tables/scaler.ts";
import { exp } from "../../random/exp.ts";
import { putCalendar } from "./calendar.ts";
import {
  type ForecastReading,
  logarithms,
  putStatics,
  seriesFacts,
  staticWidth,
} from "./forecast-reading.ts";
import type { ForecastSeries } from "./forecast-series.ts";
import { timeAfter } from "./time-grid.ts";

/** A window: a series by its place, and the step that the forecast begins with. */
export interface Window {
  readonly series: number;
  readonly origin: number;
}

/** B windows side by side, for N steps before their origins, H behind, D targets. Plain data. */
export interface WindowBatch {
  readonly rows: number;
  /** [B, N, F]: for each target its value, within bounds, and whether it is there, observed and known columns, the calendar. */
  readonly past: Float32Array;
  /** [B, N·D]: the values alone. */
  readonly lags: Float32Array;
  /** [B, H·D, K]: for each step ahead the values at its place in the seasons before, the last first, within bounds. */
  readonly seasons: Float32Array;
  /** [B, K·D]: how far values were from those of each of these seasons before, beside the mean of all. */
  readonly seasonErrors: Float32Array;
  /** [B, H, A]: known columns and the calendar; [B, S]: static columns. */
  readonly ahead: Float32Array;
  readonly fixed: Float32Array;
  /** [B, H·D]; NaN where one is missing. */
  readonly targets: Float32Array;
  /** [B, D]: what a value v stands for is last + scale·v, or where logarithms are forecast, e to that. */
  readonly last: Float64Array;
  readonly scale: Float64Array;
  readonly isLog: boolean;
  /** [B, D]: what the loss multiplies errors with, 1 where they count in the window's scale. */
  readonly weights: Float64Array;
}

/** What a value of a window stands for, in the units of its series. */
export function inUnits({ last, scale, isLog }: WindowBatch, at: number, value: number): number {
  const own = last[at] + scale[at] * value;
  return isLog ? exp(own) : own;
}

/** The seasons before are told apart where they are at least this far from the values, in the window's scale. */
const LEAST_ERROR = 0.02;
/** A season's values are at most so many times as far away as those of all. */
const MOST_ERRORS = 4;
/** A level below this share of the window's scale is one of values around 0, which errors are not counted in. */
const LEAST_LEVEL = 0.1;

/** A window whose values never change has this share of its series' deviation as its scale. */
const LEAST_SHARE = 0.05;

/** The recurrent layers see values as at most so many scales away, so that an outlier does not make gradients explode. */
const MOST_SCALES = 8;

/** Cuts windows of series that are read in one way. */
export class ForecastWindows {
  readonly reading: ForecastReading;
  readonly #series: readonly ForecastSeries[];
  readonly #facts: readonly (readonly number[])[];
  readonly #known: readonly Float32Array[];
  readonly #observed: readonly Float32Array[];

  /** @param lengths steps of each series that its deviation may be taken from, where training did not know it */
  constructor(series: readonly ForecastSeries[], reading: ForecastReading, lengths: readonly number[]) {
    this.reading = reading;
    this.#series = reading.log
      ? series.map((each) => ({ ...each, values: logarithms(each, each.values) }))
      : series;
    const width = reading.columns.targets.length;
    this.#facts = this.#series.map(({ name, values }, at) => {
      const key = name ?? "";
      if (Object.hasOwn(reading.facts, key)) return reading.facts[key].deviation;
      return seriesFacts(values.subarray(0, lengths[at] * width), width, reading.season).deviation;
    });
    const [known, observed] = [new Scaler(reading.known), new Scaler(reading.observed)];
    this.#known = series.map((each) => known.apply(each.known));
    this.#observed = series.map((each) => observed.apply(each.observed));
  }

  /** F, numbers of a step before the origin. */
  get pastWidth(): number {
    const { targets, observed } = this.reading.columns;
    return 2 * targets.length + observed.length + this.aheadWidth;
  }

  /** A, numbers of a step behind it. */
  get aheadWidth(): number {
    return this.reading.columns.known.length + 2 * this.reading.cycles.length;
  }

  /** S. */
  get fixedWidth(): number {
    return staticWidth(this.reading);
  }

  /** Windows side by side. */
  batch(windows: readonly Window[]): WindowBatch {
    const { horizon, context, columns, pastSeasons = 0 } = this.reading;
    const [rows, width] = [windows.length, columns.targets.length];
    const [pastWidth, aheadWidth, fixedWidth] = [this.pastWidth, this.aheadWidth, this.fixedWidth];
    const batch = {
      rows,
      past: new Float32Array(rows * context * pastWidth),
      lags: new Float32Array(rows * context * width),
      seasons: new Float32Array(rows * horizon * width * pastSeasons),
      seasonErrors: new Float32Array(rows * pastSeasons * width),
      ahead: new Float32Array(rows * horizon * aheadWidth),
      fixed: new Float32Array(rows * fixedWidth),
      targets: new Float32Array(rows * horizon * width).fill(Number.NaN),
      last: new Float64Array(rows * width),
      scale: new Float64Array(rows * width),
      isLog: this.reading.log ?? false,
      weights: new Float64Array(rows * width).fill(1),
    };
    for (const [row, window] of windows.entries()) {
      for (let target = 0; target < width; target++) this.#putTarget(batch, row, window, target);
      this.#putSeasons(batch, row);
      this.#putBeside(batch, row, window);
      putStatics(this.reading, this.#series[window.series].statics, batch.fixed, row * fixedWidth);
    }
    return batch;
  }

  #putTarget(batch: WindowBatch, row: number, { series, origin }: Window, target: number): void {
    const { horizon, context, scaling, columns } = this.reading;
    const width = columns.targets.length;
    const { values } = this.#series[series];
    const valueAt = (step: number) => values[step * width + target];
    const first = Math.max(0, origin - context);
    let last = Number.NaN;
    for (let step = origin - 1; step >= first && Number.isNaN(last); step--) last = valueAt(step);
    if (Number.isNaN(last)) last = 0;
    const deviation = this.#facts[series][target];
    let scale = deviation;
    if (scaling === "window") {
      let [sum, count] = [0, 0];
      for (let step = first; step < origin; step++) {
        const value = valueAt(step);
        if (Number.isNaN(value)) continue;
        sum += Math.abs(value - last);
        count += 1;
      }
      scale = Math.max(count > 0 ? sum / count : 0, LEAST_SHARE * deviation);
    }
    batch.last[row * width + target] = last;
    batch.scale[row * width + target] = scale;
    if (this.reading.isRelative) {
      const level = this.reading.log ? 1 : this.#levelOf(series, target, first, origin);
      batch.weights[row * width + target] = scale / Math.max(level, LEAST_LEVEL * scale);
    }
    const pastWidth = this.pastWidth;
    let before = 0;
    for (let step = first; step < origin; step++) {
      const at = row * context + context - origin + step;
      const value = valueAt(step);
      const isThere = !Number.isNaN(value);
      if (isThere) before = (value - last) / scale;
      batch.lags[at * width + target] = before;
      batch.past[at * pastWidth + 2 * target] = Math.max(-MOST_SCALES, Math.min(MOST_SCALES, before));
      batch.past[at * pastWidth + 2 * target + 1] = isThere ? 1 : 0;
    }
    const steps = Math.min(horizon, values.length / width - origin);
    for (let ahead = 0; ahead < steps; ahead++)
      batch.targets[(row * horizon + ahead) * width + target] = (valueAt(origin + ahead) - last) / scale;
  }

  /** The mean size of what is looked back at. */
  #levelOf(series: number, target: number, first: number, origin: number): number {
    const { values } = this.#series[series];
    const width = this.reading.columns.targets.length;
    let [sum, count] = [0, 0];
    for (let step = first; step < origin; step++) {
      const value = values[step * width + target];
      if (Number.isNaN(value)) continue;
      sum += Math.abs(value);
      count += 1;
    }
    return count > 0 ? sum / count : 0;
  }

  /** What the lags have at each step's place in the seasons before, and how far values were from each of these seasons before. */
  #putSeasons({ lags, seasons, seasonErrors }: WindowBatch, row: number): void {
    const { horizon, context, columns, season: length, pastSeasons: count = 0 } = this.reading;
    const width = columns.targets.length;
    const errors = new Float64Array(count);
    for (let target = 0; target < width && count > 0; target++) {
      for (let season = 0; season < count; season++) {
        const lag = length * (season + 1);
        let sum = 0;
        for (let step = lag; step < context; step++) {
          const at = row * context + step;
          sum += Math.abs(lags[at * width + target] - lags[(at - lag) * width + target]);
        }
        errors[season] = context > lag ? sum / (context - lag) : Number.NaN;
      }
      const there = errors.filter((error) => !Number.isNaN(error));
      const mean = there.reduce((sum, error) => sum + error, 0) / Math.max(1, there.length);
      for (let season = 0; season < count; season++) {
        const error = Number.isNaN(errors[season]) ? mean : errors[season];
        seasonErrors[(row * count + season) * width + target] =
          Math.min(MOST_ERRORS, (error + LEAST_ERROR) / (mean + LEAST_ERROR)) - 1;
      }
    }
    for (let step = 0; step < horizon; step++)
      for (let target = 0; target < width; target++)
        for (let season = 0; season < count; season++) {
          const value = lags[(row * context + this.seasonLag(step, season)) * width + target];
          const at = ((row * horizon + step) * width + target) * count + season;
          seasons[at] = Math.max(-MOST_SCALES, Math.min(MOST_SCALES, value));
        }
  }

  /** Which of the context's N steps stands at the place of a step ahead, so many seasons before the last one. */
  seasonLag(step: number, season: number): number {
    const { context, season: length } = this.reading;
    return context - length * (season + 1) + (step % length);
  }

  /** Columns beside the targets, and the calendar. */
  #putBeside(batch: WindowBatch, row: number, { series, origin }: Window): void {
    const { horizon, context, columns, cycles, times } = this.reading;
    const { start } = this.#series[series];
    const [pastWidth, aheadWidth] = [this.pastWidth, this.aheadWidth];
    const [known, observed] = [columns.known.length, columns.observed.length];
    const put = (step: number, into: Float32Array, at: number) => {
      for (let column = 0; column < known; column++)
        into[at + column] = this.#known[series][step * known + column] ?? 0;
      if (cycles.length > 0 && times && start !== null)
        putCalendar(cycles, timeAfter(start, step, times.step), into, at + known);
    };
    for (let step = Math.max(0, origin - context); step < origin; step++) {
      const at = (row * context + context - origin + step + 1) * pastWidth - aheadWidth;
      put(step, batch.past, at);
      for (let column = 0; column < observed; column++)
        batch.past[at - observed + column] = this.#observed[series][step * observed + column];
    }
    for (let ahead = 0; ahead < horizon; ahead++)
      if (aheadWidth > 0) put(origin + ahead, batch.ahead, (row * horizon + ahead) * aheadWidth);
  }
}
