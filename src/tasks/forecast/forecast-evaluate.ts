// A forecaster and its baselines on the same windows.
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { readBaselines } from "../baselines/read-baselines.ts";
import type { TaskData } from "../examples/sources.ts";
import type { Evaluated } from "../task.ts";
import { baselineForecasts, type RidgeOfTargets, ridgeOf } from "./forecast-baselines.ts";
import {
  type BaselineErrors,
  baselineErrors,
  type ForecastFound,
  forecastFound,
  type Measured,
} from "./forecast-measure.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { stepsOf, windowsOfSeries } from "./forecast-parts.ts";
import { type ForecastReading, seriesFacts } from "./forecast-reading.ts";
import { type ForecastRecord, type ForecastSeries, forecastSeries } from "./forecast-series.ts";
import { ForecastWindows, type Window } from "./forecast-windows.ts";
import { type Drawing, forecastsOf } from "./forecasts-of.ts";
import { joinedSeries } from "./joined-series.ts";
import { shownForecasts } from "./shown-windows.ts";

/** Paths that are drawn of each window that is measured. */
const EVALUATED_PATHS = 100;

/**
 * Windows to be measured. The error that MASE divides by is that of the training part, or where a series was not there, that of its
 * steps before the first window.
 *
 * @param history steps of each series that were there before, which are preferred to what training knew of it
 */
export function measuredSeries(
  series: readonly ForecastSeries[],
  { columns, horizon, season, facts }: ForecastReading,
  windows: readonly Window[],
  history?: readonly number[],
): Measured {
  const targets = columns.targets.length;
  const first = new Map<number, number>();
  for (const { series: place, origin } of windows)
    first.set(place, Math.min(first.get(place) ?? origin, origin));
  const seasonalErrors = series.map(({ name, values }, place) => {
    if (!history && Object.hasOwn(facts, name ?? "")) return facts[name ?? ""].seasonalError;
    const steps = history?.[place] ?? first.get(place) ?? 0;
    return seriesFacts(values.subarray(0, steps * targets), targets, season).seasonalError;
  });
  return { series, windows, horizon, targets, seasonalErrors, deviation: columns.targets.map(() => 1) };
}

/** The figures of a network on windows. */
export async function measureForecasts(
  network: LayeredNetwork,
  options: ForecastOptions,
  measured: Measured,
  drawing: Drawing & { readonly shows?: boolean },
): Promise<ForecastFound> {
  const windows = windowsOf(measured, options.reading);
  const forecasts = await forecastsOf(network, windows, measured.windows, options, drawing);
  const found = forecastFound(measured, forecasts, options.quantiles);
  return drawing.shows ? { ...found, shown: shownForecasts(measured, forecasts, options.quantiles) } : found;
}

/** The figures of its baselines. */
export function errorsOfBaselines(
  measured: Measured,
  reading: ForecastReading,
  ridge: RidgeOfTargets | undefined,
): BaselineErrors {
  const windows = windowsOf(measured, reading);
  return baselineErrors(measured, baselineForecasts(windows, measured.series, measured.windows, ridge));
}

/** Windows whose series' deviations are taken from the steps before the first of them. */
function windowsOf({ series, windows, targets }: Measured, reading: ForecastReading): ForecastWindows {
  const first = series.map((each) => stepsOf(each, targets));
  for (const { series: place, origin } of windows) first[place] = Math.min(first[place], origin);
  return new ForecastWindows(series, reading, first);
}

/** The figures of a trained forecaster on other data, beside those of its baselines. */
export async function evaluateForecasts(
  { model, options, settings, read }: Evaluated<LayeredNetwork, ForecastOptions>,
  data: Pick<TaskData<ForecastRecord>, "train">,
  given: Readonly<Record<string, unknown>>,
): Promise<ForecastFound & { readonly baselines: BaselineErrors }> {
  const { reading } = options;
  const { targets } = reading.columns;
  const known = settings as ForecastTrainingSettings;
  const history = (given.history as readonly string[] | undefined) ?? [];
  const own = await forecastSeries(data.train, known, reading);
  const joined =
    history.length > 0
      ? joinedSeries(await forecastSeries(history, known, reading), own, targets.length)
      : undefined;
  const series = joined?.series ?? own.series;
  const windows = windowsOfSeries(series, targets.length, reading, joined?.steps);
  const measured = {
    ...measuredSeries(series, reading, windows, joined?.steps),
    ...(given.scaled ? { deviation: reading.deviation } : {}),
  };
  const fitted = await readBaselines(read);
  const ridge = fitted && ridgeOf(fitted, targets.length);
  const drawing = { samples: EVALUATED_PATHS, seed: known.seed };
  const found = await measureForecasts(model, options, measured, drawing);
  return { ...found, baselines: errorsOfBaselines(measured, reading, ridge) };
}
