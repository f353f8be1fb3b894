// Values that are not as they were expected: how far each is from the forecast of the step before, in the width of its bounds.
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Forecast, Measured } from "./forecast-measure.ts";
import type { ForecastOptions } from "./forecast-model.ts";
import { stepsOf } from "./forecast-parts.ts";
import type { ForecastReading } from "./forecast-reading.ts";
import type { ForecastSeries } from "./forecast-series.ts";
import { ForecastWindows, type Window } from "./forecast-windows.ts";
import { type Drawing, forecastsOf } from "./forecasts-of.ts";
import { timeAfter } from "./time-grid.ts";
import { timeText } from "./time-text.ts";

/** What is said of a step. */
export interface Anomaly {
  readonly series?: string;
  readonly time: string | number;
  /** How many times half the width of the bounds the value is from the median; null where it is missing. */
  readonly score: number | null;
  /** Scores above it are anomalous: the largest of a thousand of the held-out part. */
  readonly threshold: number;
  readonly anomalous: boolean;
}

/** The share of held-out values whose scores are at most the threshold. */
const USUAL_SHARE = 0.999;
/** Bounds are at least this share of the series' deviation apart, so that a constant stretch has a width. */
const LEAST_WIDTH = 0.02;

/** The threshold that almost all held-out scores are below; half as much again as the largest where there are few. */
export async function anomalyThreshold(
  network: LayeredNetwork,
  { series, windows }: Measured,
  options: ForecastOptions,
  drawing: Drawing,
): Promise<number | null> {
  if (windows.length === 0) return null;
  const scores = await scoresOf(network, series, windows, options, drawing);
  const sorted = scores.filter((score) => score !== null).sort((left, right) => left - right);
  if (sorted.length === 0) return null;
  const largest = sorted[sorted.length - 1];
  return sorted.length < 1 / (1 - USUAL_SHARE)
    ? 1.5 * largest
    : sorted[Math.floor(USUAL_SHARE * (sorted.length - 1))];
}

/** Each step of series behind the first ones that a forecast looks back at. */
export async function* anomalies(
  network: LayeredNetwork,
  series: readonly ForecastSeries[],
  options: ForecastOptions & { readonly threshold: number },
  drawing: Drawing,
): AsyncGenerator<Anomaly, void> {
  const { reading, threshold } = options;
  const { columns, context, times } = reading;
  const width = columns.targets.length;
  for (const own of series) {
    const steps = stepsOf(own, width);
    const first = Math.min(context, Math.max(1, steps - 1));
    const windows = Array.from({ length: Math.max(0, steps - first) }, (_, at) => ({
      series: 0,
      origin: first + at,
    }));
    const scores = await scoresOf(network, [own], windows, options, drawing);
    for (const [at, { origin }] of windows.entries()) {
      const score = scores[at];
      yield {
        ...(own.name === null ? {} : { series: own.name }),
        time:
          own.start === null || !times
            ? origin + 1
            : timeText(timeAfter(own.start, origin, times.step), times.form),
        score,
        threshold,
        anomalous: score !== null && score > threshold,
      };
    }
  }
}

/** The score of the first value of each window; of several targets, the largest. */
async function scoresOf(
  network: LayeredNetwork,
  series: readonly ForecastSeries[],
  windows: readonly Window[],
  options: ForecastOptions,
  drawing: Drawing,
): Promise<(number | null)[]> {
  const { reading } = options;
  const cut = new ForecastWindows(
    series,
    reading,
    series.map((each) => stepsOf(each, reading.columns.targets.length)),
  );
  const { forecasts } = await forecastsOf(network, cut, windows, options, drawing);
  return forecasts.map((forecast, at) =>
    scoreOf(forecast, series[windows[at].series], windows[at].origin, options),
  );
}

function scoreOf(
  { quantiles }: Forecast,
  { values }: ForecastSeries,
  origin: number,
  { reading, quantiles: shares }: ForecastOptions,
): number | null {
  const width = reading.columns.targets.length;
  const [low, median, high] = [quantiles[0], quantiles[shares.indexOf(0.5)], quantiles[quantiles.length - 1]];
  let most: number | null = null;
  for (let target = 0; target < width; target++) {
    const actual = values[origin * width + target];
    if (Number.isNaN(actual)) continue;
    const least = leastWidth(reading, target);
    const score = Math.abs(actual - median[target]) / Math.max((high[target] - low[target]) / 2, least);
    most = Math.max(most ?? 0, score);
  }
  return most;
}

function leastWidth({ deviation }: ForecastReading, target: number): number {
  return LEAST_WIDTH * deviation[target];
}
