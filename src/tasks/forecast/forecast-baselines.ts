// What a forecaster has to beat, on the same windows: the last value, that of a season ago, the line from first to last value, and
// ridge regression on the same lags.
import type { StateDict } from "../../module/module.ts";
import { RidgeFit, type RidgeRegression, ridgeOutputs } from "../baselines/ridge-regression.ts";
import type { ForecastSeries } from "./forecast-series.ts";
import { type ForecastWindows, inUnits, type Window } from "./forecast-windows.ts";

/** Forecasts [H·D] of a window by each of them. */
export interface BaselineForecasts {
  readonly naive: Float64Array;
  readonly seasonalNaive: Float64Array;
  readonly drift: Float64Array;
  /** Missing where the regression's file is not there. */
  readonly ridge?: Float64Array;
}

/** Their names. */
export const BASELINE_NAMES = ["naive", "seasonalNaive", "drift", "ridge"] as const;

/** Ridge regression for each target, on its own lags. */
export type RidgeOfTargets = readonly RidgeRegression[];

const MOST_WINDOWS = 20_000;
const AT_ONCE = 256;
/** Of each series, the windows behind this share choose the penalty. */
const EARLIER_SHARE = 0.8;

/** Every so many-th of a list, so that there are at most so many. */
export function spread<Entry>(entries: readonly Entry[], most: number): readonly Entry[] {
  if (entries.length <= most) return entries;
  return Array.from({ length: most }, (_, at) => entries[Math.floor(((at + 0.5) * entries.length) / most)]);
}

/** Fits ridge regression to training windows. */
export function fitRidge(windows: ForecastWindows, training: readonly Window[]): RidgeOfTargets {
  const { context, horizon, columns } = windows.reading;
  const width = columns.targets.length;
  const fits = columns.targets.map(() => new RidgeFit(context, horizon));
  const last = new Map<number, number>();
  for (const { series, origin } of training) last.set(series, Math.max(last.get(series) ?? 0, origin));
  const chosen = spread(training, MOST_WINDOWS);
  const [lags, y] = [new Float64Array(context), new Float64Array(horizon)];
  for (let start = 0; start < chosen.length; start += AT_ONCE) {
    const part = chosen.slice(start, start + AT_ONCE);
    const batch = windows.batch(part);
    for (let row = 0; row < part.length; row++) {
      const isLater = part[row].origin > EARLIER_SHARE * last.get(part[row].series)!;
      for (let target = 0; target < width; target++) {
        for (let step = 0; step < context; step++)
          lags[step] = batch.lags[(row * context + step) * width + target];
        for (let step = 0; step < horizon; step++)
          y[step] = batch.targets[(row * horizon + step) * width + target];
        if (!y.some(Number.isNaN)) fits[target].add(lags, 0, y, isLater);
      }
    }
  }
  return fits.map((fit) => fit.fit());
}

/** The forecasts of all windows by all of them. */
export function baselineForecasts(
  windows: ForecastWindows,
  series: readonly ForecastSeries[],
  asked: readonly Window[],
  ridge: RidgeOfTargets | undefined,
): BaselineForecasts[] {
  const { context, horizon, season, columns } = windows.reading;
  const width = columns.targets.length;
  const found: BaselineForecasts[] = [];
  const [lags, outputs] = [new Float64Array(context), new Float64Array(horizon)];
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    const part = asked.slice(start, start + AT_ONCE);
    const batch = windows.batch(part);
    for (const [row, { series: place, origin }] of part.entries()) {
      const made = {
        naive: room(),
        seasonalNaive: room(),
        drift: room(),
        ...(ridge ? { ridge: room() } : {}),
      };
      for (let target = 0; target < width; target++) {
        const at = row * width + target;
        const past = pastOf(series[place].values, width, target, origin);
        for (let step = 0; step < context; step++)
          lags[step] = batch.lags[(row * context + step) * width + target];
        if (ridge) ridgeOutputs(ridge[target], lags, 0, outputs);
        const slope = (past[origin - 1] - past[0]) / Math.max(1, origin - 1);
        for (let step = 0; step < horizon; step++) {
          const to = step * width + target;
          const before = origin - season + (step % season);
          made.naive[to] = past[origin - 1];
          made.seasonalNaive[to] = before >= 0 ? past[before] : past[origin - 1];
          made.drift[to] = past[origin - 1] + slope * (step + 1);
          if (made.ridge) made.ridge[to] = inUnits(batch, at, outputs[step]);
        }
      }
      found.push(made);
    }
  }
  return found;

  function room(): Float64Array {
    return new Float64Array(horizon * width);
  }
}

/** The values before an origin; a missing one is the one before, those before the first are that one. */
function pastOf(values: Float64Array, width: number, target: number, origin: number): Float64Array {
  const past = new Float64Array(origin);
  let first = 0;
  while (first < origin - 1 && Number.isNaN(values[first * width + target])) first += 1;
  let last = values[first * width + target];
  for (let step = 0; step < origin; step++) {
    const value = values[step * width + target];
    if (!Number.isNaN(value)) last = value;
    past[step] = Number.isNaN(last) ? 0 : last;
  }
  return past;
}

/** As tensors of a file. */
export function ridgeTensors(ridge: RidgeOfTargets): StateDict {
  return Object.fromEntries(
    ridge.flatMap(({ weight, bias }, target) => [
      [
        `ridge.${target}.weight`,
        { shape: [bias.length, weight.length / bias.length], data: Float32Array.from(weight) },
      ],
      [`ridge.${target}.bias`, { shape: [bias.length], data: Float32Array.from(bias) }],
    ]),
  );
}

/** Of such a file. */
export function ridgeOf(tensors: StateDict, targets: number): RidgeOfTargets {
  return Array.from({ length: targets }, (_, target) => ({
    weight: Float64Array.from(tensors[`ridge.${target}.weight`].data),
    bias: Float64Array.from(tensors[`ridge.${target}.bias`].data),
  }));
}
