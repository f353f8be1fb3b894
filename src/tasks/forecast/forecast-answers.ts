// What a forecaster says of how series go on.
import { UnrolledError } from "../../errors.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Asked, Evaluated } from "../task.ts";
import { anomalies } from "./anomalies.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { FORECAST_ANSWER_OPTIONS } from "./forecast-options.ts";
import { stepsOf } from "./forecast-parts.ts";
import type { ForecastReading } from "./forecast-reading.ts";
import {
  type ForecastRecord,
  type ForecastSeries,
  type FoundSeries,
  forecastSeries,
} from "./forecast-series.ts";
import { ForecastWindows, type Window } from "./forecast-windows.ts";
import { type Drawing, forecastsOf, isDirect } from "./forecasts-of.ts";
import { timeAfter } from "./time-grid.ts";
import { timeText } from "./time-text.ts";

/** Numbers of each of H steps: one, or of several targets one for each. */
export type StepNumbers = readonly number[] | readonly (readonly number[])[];

/** How a series goes on. */
export interface ForecastAnswer {
  readonly series: string | null;
  /** When each of the H steps is; where there are no times, how many steps the series has had by then. */
  readonly times: readonly (string | number)[];
  readonly mean: StepNumbers;
  /** By quantile, as text: "0.1". */
  readonly quantiles: Readonly<Record<string, StepNumbers>>;
  /** Where there are several. */
  readonly targets?: readonly string[];
  /** What came before, where a picture is asked for. */
  readonly history?: { readonly times: readonly (string | number)[]; readonly values: StepNumbers };
}

/** How a series goes on, given as numbers. */
export async function predictForecast(
  model: LayeredNetwork,
  input: ForecastRecord,
  options: ForecastOptions,
): Promise<ForecastAnswer> {
  const [answer] = await predictForecasts(model, [input], options);
  return answer;
}

/** How each of many series goes on. Where paths are drawn, those of each are drawn by themselves, so that they are the same beside any. */
export async function predictForecasts(
  model: LayeredNetwork,
  inputs: readonly ForecastRecord[],
  options: ForecastOptions,
): Promise<ForecastAnswer[]> {
  const drawing = { samples: FORECAST_ANSWER_OPTIONS.samples.default, seed: 1 };
  const together = isDirect(options) ? [inputs] : inputs.map((input) => [input]);
  const all: ForecastAnswer[] = [];
  for (const records of together) {
    const found = await forecastSeries(records, { wide: null } as ForecastTrainingSettings, options.reading);
    for (const { answer } of await answersOf(model, found, options, drawing)) all.push(answer);
  }
  return all;
}

/** A forecast for each series of the sources, with what came before it. */
export async function* forecastAnswers(
  { model, options, settings }: Evaluated<LayeredNetwork, ForecastOptions>,
  { sources }: Asked,
  given: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const found = await forecastSeries(sources, settings as ForecastTrainingSettings, options.reading);
  const { seed } = settings as ForecastTrainingSettings;
  if (given.anomaly) {
    const { threshold } = options;
    if (threshold == null) throw noThreshold();
    yield* anomalies(
      model,
      found.series,
      { ...options, threshold },
      { samples: given.samples as number, seed },
    );
    return;
  }
  const answers = await answersOf(model, found, options, { samples: given.samples as number, seed });
  const isDrawn = given.plot === true || (given.plotFile ?? null) !== null;
  for (const { answer, window } of answers)
    yield isDrawn ? { ...answer, history: historyOf(found.series[window.series], window, options) } : answer;
}

function noThreshold(): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call: "predict",
    subject: [{ option: "anomaly" }],
    got: "a model without a threshold",
    needed: "one that was trained with something held out, which the threshold is taken from",
  });
}

/** What came before a forecast: three times as much as is forecast, or as is looked back at, if that is less. */
function historyOf(
  { values, start }: ForecastSeries,
  { origin }: Window,
  { reading }: ForecastOptions,
): NonNullable<ForecastAnswer["history"]> {
  const { context, horizon, columns } = reading;
  const width = columns.targets.length;
  const first = Math.max(0, origin - Math.max(horizon, Math.min(context, 3 * horizon)));
  const times = timesOf(start, first, origin - first, reading);
  return { times, values: stepNumbers(values.subarray(first * width, origin * width), width) };
}

/** When steps are; where there are no times, how many steps the series has had by then. */
function timesOf(
  start: number | null,
  first: number,
  count: number,
  { times }: ForecastReading,
): (string | number)[] {
  return Array.from({ length: count }, (_, step) =>
    start === null || !times
      ? first + step + 1
      : timeText(timeAfter(start, first + step, times.step), times.form),
  );
}

function stepNumbers(numbers: Float64Array, width: number): StepNumbers {
  if (width === 1) return [...numbers];
  return Array.from({ length: numbers.length / width }, (_, step) => [
    ...numbers.subarray(step * width, (step + 1) * width),
  ]);
}

async function answersOf(
  model: LayeredNetwork,
  { series }: FoundSeries,
  options: ForecastOptions,
  drawing: Drawing,
): Promise<readonly { readonly answer: ForecastAnswer; readonly window: Window }[]> {
  const { reading, quantiles } = options;
  const { targets } = reading.columns;
  const origins = series.map((each) => observedSteps(each, targets.length));
  for (const [at, each] of series.entries())
    requireKnown(each, reading.columns.known, origins[at], reading.horizon);
  const windows = origins.map((origin, at) => ({ series: at, origin }));
  const cut = new ForecastWindows(series, reading, origins);
  const { forecasts } = await forecastsOf(model, cut, windows, options, drawing);
  return forecasts.map((forecast, at) => {
    const { name, start } = series[at];
    const answer = {
      series: name,
      times: timesOf(start, origins[at], reading.horizon, reading),
      mean: stepNumbers(forecast.mean, targets.length),
      quantiles: Object.fromEntries(
        quantiles.map((q, each) => [String(q), stepNumbers(forecast.quantiles[each], targets.length)]),
      ),
      ...(targets.length > 1 ? { targets } : {}),
    };
    return { answer, window: windows[at] };
  });
}

/** Steps up to the last one that has a target: those behind it tell what is known ahead. */
function observedSteps({ values, name }: ForecastSeries, width: number): number {
  let last = values.length - 1;
  while (last >= 0 && Number.isNaN(values[last])) last -= 1;
  if (last >= 0) return Math.floor(last / width) + 1;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    subject: "data",
    got: name === null ? "a series without a value" : `no value of the series ${name}`,
    needed: "values to go on from",
  });
}

/** @throws UnrolledError "invalid-argument" unless all that is known ahead is there for each step of the forecast */
function requireKnown(
  series: ForecastSeries,
  known: readonly string[],
  origin: number,
  horizon: number,
): void {
  if (known.length === 0) return;
  const there = stepsOf({ ...series, values: series.known }, known.length) - origin;
  const missing = known.find((_, column) =>
    Array.from({ length: horizon }, (_, step) => series.known[(origin + step) * known.length + column]).some(
      (value) => value === undefined || Number.isNaN(value),
    ),
  );
  if (missing === undefined) return;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    subject: "data",
    got: `${Math.max(0, there)} rows behind the last value${series.name === null ? "" : ` of ${series.name}`}`,
    needed: `${horizon}, with a value of ${missing} in each and without one of what is forecast`,
  });
}
