// A few of the windows that were measured, to be looked at: of the series whose forecasts are worst, in the middle, and best.
import type { Forecasts, Measured } from "./forecast-measure.ts";

/** A series by its error: MASE over its windows, or where that is not known, the mean absolute error. */
export interface SeriesError {
  readonly series: string;
  readonly error: number;
}

/** A window with its forecast and what came, of its first target. Plain data. */
export interface ShownWindow extends SeriesError {
  /** The step that the forecast begins with, from 0. */
  readonly origin: number;
  /** Steps before it; null where one is missing. */
  readonly history: readonly (number | null)[];
  readonly actual: readonly (number | null)[];
  readonly median: readonly number[];
  /** The outermost quantiles. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** What people see of what was measured. */
export interface ShownForecasts {
  readonly worst: readonly SeriesError[];
  readonly windows: readonly ShownWindow[];
}

const MOST_WORST = 10;

/** The worst series, and one window each of the worst, the middle and the best: the last that was measured. */
export function shownForecasts(
  { series, windows, horizon, targets, seasonalErrors }: Measured,
  { forecasts }: Forecasts,
  quantiles: readonly number[],
): ShownForecasts {
  const median = quantiles.indexOf(0.5);
  const order = quantiles.map((_, at) => at).sort((left, right) => quantiles[left] - quantiles[right]);
  const bySeries = new Map<number, { sum: number; count: number; last: number }>();
  for (const [at, { series: place, origin }] of windows.entries()) {
    const own = bySeries.get(place) ?? { sum: 0, count: 0, last: at };
    for (let entry = 0; entry < horizon * targets; entry += targets) {
      const actual = series[place].values[origin * targets + entry];
      if (actual === undefined || Number.isNaN(actual)) continue;
      own.sum += Math.abs(forecasts[at].quantiles[median][entry] - actual);
      own.count += 1;
    }
    own.last = at;
    bySeries.set(place, own);
  }
  const errors = [...bySeries]
    .filter(([, { count }]) => count > 0)
    .map(([place, { sum, count, last }]) => ({
      place,
      last,
      error: sum / count / (seasonalErrors[place][0] || 1),
    }))
    .sort((left, right) => right.error - left.error);
  const nameOf = (place: number) => series[place].name ?? `series ${place + 1}`;
  const chosen = [...new Set([0, Math.floor((errors.length - 1) / 2), errors.length - 1])].filter(
    (at) => at >= 0,
  );
  return {
    worst: errors.slice(0, MOST_WORST).map(({ place, error }) => ({ series: nameOf(place), error })),
    windows: chosen.map((at) => {
      const { place, last, error } = errors[at];
      const { origin } = windows[last];
      const { values } = series[place];
      const first = Math.max(0, origin - 2 * horizon);
      const told = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, step) => {
          const value = values[(from + step) * targets];
          return value === undefined || Number.isNaN(value) ? null : value;
        });
      const of = (quantile: number) =>
        Array.from({ length: horizon }, (_, step) => forecasts[last].quantiles[quantile][step * targets]);
      return {
        series: nameOf(place),
        error,
        origin,
        history: told(first, origin),
        actual: told(origin, origin + horizon),
        median: of(median),
        low: of(order[0]),
        high: of(order[order.length - 1]),
      };
    }),
  };
}
