// What a forecaster says of how series go on.
import { UnrolledError } from "../../errors.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Asked, Evaluated } from "../task.ts";
import { directForecasts } from "./direct-forecasts.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { stepsOf } from "./forecast-parts.ts";
import {
  type ForecastRecord,
  type ForecastSeries,
  type FoundSeries,
  forecastSeries,
} from "./forecast-series.ts";
import { ForecastWindows, type Window } from "./forecast-windows.ts";
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
}

/** How a series goes on, given as numbers. */
export async function predictForecast(
  model: LayeredNetwork,
  input: ForecastRecord,
  options: ForecastOptions,
): Promise<ForecastAnswer> {
  const found = await forecastSeries([input], { wide: null } as ForecastTrainingSettings, options.reading);
  const [{ answer }] = await answersOf(model, found, options);
  return answer;
}

/** A forecast for each series of the sources, with what came before it. */
export async function* forecastAnswers(
  { model, options, settings }: Evaluated<LayeredNetwork, ForecastOptions>,
  { sources }: Asked,
): AsyncGenerator<object, void> {
  const found = await forecastSeries(sources, settings as ForecastTrainingSettings, options.reading);
  for (const { answer } of await answersOf(model, found, options)) yield answer;
}

async function answersOf(
  model: LayeredNetwork,
  { series }: FoundSeries,
  { reading, quantiles }: ForecastOptions,
): Promise<readonly { readonly answer: ForecastAnswer; readonly window: Window }[]> {
  const { targets } = reading.columns;
  const origins = series.map((each) => observedSteps(each, targets.length));
  for (const [at, each] of series.entries())
    requireKnown(each, reading.columns.known, origins[at], reading.horizon);
  const windows = origins.map((origin, at) => ({ series: at, origin }));
  const cut = new ForecastWindows(series, reading, origins);
  const { forecasts } = await directForecasts(model, cut, windows, quantiles);
  return forecasts.map((forecast, at) => {
    const { name, start } = series[at];
    const times = Array.from({ length: reading.horizon }, (_, step) => {
      const place = origins[at] + step;
      if (start === null || !reading.times) return place + 1;
      return timeText(timeAfter(start, place, reading.times.step), reading.times.form);
    });
    const steps = (numbers: Float64Array): StepNumbers =>
      targets.length === 1
        ? [...numbers]
        : Array.from({ length: reading.horizon }, (_, step) => [
            ...numbers.subarray(step * targets.length, (step + 1) * targets.length),
          ]);
    const answer = {
      series: name,
      times,
      mean: steps(forecast.mean),
      quantiles: Object.fromEntries(quantiles.map((q, each) => [String(q), steps(forecast.quantiles[each])])),
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
