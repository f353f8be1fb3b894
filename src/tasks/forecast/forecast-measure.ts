// What is measured of forecasts, and of those that they have to beat.
import { quantileError, symmetricPercentageError } from "../../metrics/forecast-errors.ts";
import { BASELINE_NAMES, type BaselineForecasts } from "./forecast-baselines.ts";
import type { ForecastSeries } from "./forecast-series.ts";
import type { Window } from "./forecast-windows.ts";
import type { ShownForecasts } from "./shown-windows.ts";

/** A forecast of a window in the units of its series, [H·D] and for each quantile [H·D]. */
export interface Forecast {
  readonly mean: Float64Array;
  readonly quantiles: readonly Float64Array[];
}

/** Forecasts of windows, and the loss that is learned by, in the windows' own scales. */
export interface Forecasts {
  readonly forecasts: readonly Forecast[];
  readonly loss: number;
}

/** Errors of single numbers: the mean for squares, the median for the others. */
export interface PointErrors {
  readonly mse: number;
  readonly mae: number;
  /**
   * In the error of the seasonal naive forecast within the training part, or of the last value where that one has none (Hyndman & Koehler
   * 2006). Series that never change have no scale and count for nothing; null where all do.
   */
  readonly mase: number | null;
  /** As a percentage. */
  readonly smape: number;
}

/** Figures of forecasts. */
export interface ForecastFound extends PointErrors {
  /** What is learned by, in each window's own scale. */
  readonly loss: number;
  readonly windows: number;
  readonly horizon: number;
  /** The pinball loss of all quantiles, twice, divided by the mean size of the values; null where all values are 0. */
  readonly weightedQuantileLoss: number | null;
  /** How many values fell between two quantiles, by how many should. */
  readonly coverage: Readonly<Record<string, number>>;
  /** The mean absolute error of each step ahead; null for one of which nothing came. */
  readonly maeByStep: readonly (number | null)[];
  /** A few windows, and the worst series, where they are to be looked at. */
  readonly shown?: ShownForecasts;
}

/** Figures of baselines; of ridge regression where its file is there. */
export type BaselineErrors = Readonly<
  Record<Exclude<(typeof BASELINE_NAMES)[number], "ridge">, PointErrors>
> & {
  readonly ridge?: PointErrors;
};

/** Windows that are measured, and what their errors are divided by. */
export interface Measured {
  readonly series: readonly ForecastSeries[];
  readonly windows: readonly Window[];
  readonly horizon: number;
  readonly targets: number;
  /** Of each series, for each target: what MASE divides by, if there is anything. */
  readonly seasonalErrors: readonly (readonly (number | null)[])[];
  /** Of each target; 1 for errors in its own units. */
  readonly deviation: readonly number[];
}

/** Figures of forecasts of the windows, one for each. */
export function forecastFound(
  measured: Measured,
  { forecasts, loss }: Forecasts,
  quantiles: readonly number[],
): ForecastFound {
  const { windows, horizon, targets, series } = measured;
  const median = quantiles.indexOf(0.5);
  const errors = pointErrors(
    measured,
    forecasts.map(({ mean }) => mean),
    forecasts.map((forecast) => forecast.quantiles[median]),
  );
  const pairs = quantiles.flatMap((q, low) => {
    const high = quantiles.findIndex((other) => Math.abs(other - (1 - q)) < 1e-9);
    return q < 0.5 && high >= 0
      ? [{ low, high, name: String(Number((1 - 2 * q).toFixed(6))), inside: 0 }]
      : [];
  });
  let [pinball, size, count] = [0, 0, 0];
  const byStep = Array.from({ length: horizon }, () => ({ sum: 0, count: 0 }));
  for (const [at, { series: place, origin }] of windows.entries()) {
    const { values } = series[place];
    for (let entry = 0; entry < horizon * targets; entry++) {
      const actual = values[origin * targets + entry];
      if (Number.isNaN(actual)) continue;
      const step = byStep[Math.floor(entry / targets)];
      const forecast = forecasts[at].quantiles;
      size += Math.abs(actual);
      count += 1;
      step.sum += Math.abs(forecast[median][entry] - actual) / measured.deviation[entry % targets];
      step.count += 1;
      for (const [each, q] of quantiles.entries())
        pinball += (2 * quantileError(forecast[each][entry], actual, q)) / quantiles.length;
      for (const pair of pairs)
        if (actual >= forecast[pair.low][entry] && actual <= forecast[pair.high][entry]) pair.inside += 1;
    }
  }
  return {
    windows: windows.length,
    horizon,
    loss,
    ...errors,
    weightedQuantileLoss: size > 0 ? pinball / size : null,
    coverage: Object.fromEntries(pairs.map(({ name, inside }) => [name, inside / count])),
    maeByStep: byStep.map(({ sum, count: steps }) => (steps > 0 ? sum / steps : null)),
  };
}

/** Figures of all baselines. */
export function baselineErrors(measured: Measured, baselines: readonly BaselineForecasts[]): BaselineErrors {
  const figures = BASELINE_NAMES.flatMap((name) => {
    const forecasts = baselines.flatMap((each) => each[name] ?? []);
    return forecasts.length < baselines.length
      ? []
      : [[name, pointErrors(measured, forecasts, forecasts)] as const];
  });
  return Object.fromEntries(figures) as unknown as BaselineErrors;
}

function pointErrors(
  { series, windows, horizon, targets, seasonalErrors, deviation }: Measured,
  means: readonly Float64Array[],
  medians: readonly Float64Array[],
): PointErrors {
  const sums = { squared: 0, absolute: 0, count: 0 };
  const [scaled, symmetric] = [new Mean(), new Mean()];
  for (const [at, { series: place, origin }] of windows.entries()) {
    const { values } = series[place];
    for (let target = 0; target < targets; target++) {
      const [own, percentages] = [new Mean(), new Mean()];
      for (let entry = target; entry < horizon * targets; entry += targets) {
        const actual = values[origin * targets + entry];
        if (Number.isNaN(actual)) continue;
        const error = (means[at][entry] - actual) / deviation[target];
        sums.squared += error * error;
        sums.absolute += Math.abs(medians[at][entry] - actual) / deviation[target];
        sums.count += 1;
        own.add(Math.abs(medians[at][entry] - actual));
        percentages.add(symmetricPercentageError(medians[at][entry], actual));
      }
      const size = seasonalErrors[place][target];
      if (own.count > 0 && size) scaled.add(own.value / size);
      if (own.count > 0) symmetric.add(percentages.value);
    }
  }
  return {
    mse: sums.squared / sums.count,
    mae: sums.absolute / sums.count,
    mase: scaled.count > 0 ? scaled.value : null,
    smape: symmetric.value,
  };
}

class Mean {
  count = 0;
  #sum = 0;

  add(value: number): void {
    this.#sum += value;
    this.count += 1;
  }

  get value(): number {
    return this.#sum / this.count;
  }
}
