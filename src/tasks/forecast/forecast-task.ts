// Series that go on: how, and within which bounds.
import { digestOf } from "../../data/digest.ts";
import { writeSafetensors } from "../../formats/write-safetensors.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import { checkNetworkConfig } from "../../networks/check-config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import { splitRows } from "../../parallel/split.ts";
import type { Device } from "../../tensor/device.ts";
import type { TaskData } from "../examples/sources.ts";
import { bucketedBatches } from "../fit/bucketed.ts";
import { type Batch, type BatchPlace, type Beginning, defineTask, type Evaluated } from "../task.ts";
import { directLoss, firstWeights } from "./direct-forecasts.ts";
import { forecastAnswers, predictForecast } from "./forecast-answers.ts";
import { fitRidge, type RidgeOfTargets, ridgeTensors, spread } from "./forecast-baselines.ts";
import { FORECAST, quantilesOf } from "./forecast-description.ts";
import {
  errorsOfBaselines,
  evaluateForecasts,
  measuredSeries,
  measureForecasts,
  RIDGE_FILE,
} from "./forecast-evaluate.ts";
import type { ForecastFound, Measured } from "./forecast-measure.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { forecastNetwork } from "./forecast-network.ts";
import { heldOutWindows, splitInTime, stepsOf, trainingWindows, windowsOfSeries } from "./forecast-parts.ts";
import { type ForecastReading, forecastReading, stepsAhead } from "./forecast-reading.ts";
import { type ForecastRecord, forecastSeries } from "./forecast-series.ts";
import { ForecastWindows, type Window, type WindowBatch } from "./forecast-windows.ts";

/** What the start of a run tells of the data. */
export interface ForecastFacts {
  readonly series: number;
  readonly trainingWindows: number;
  readonly validationWindows: number;
  readonly horizon: number;
  readonly context: number;
  readonly season: number;
  readonly columns: ForecastReading["columns"];
}

/** Held-out windows that are measured, while it learns and at the end. */
const QUICK_WINDOWS = 1024;
const WHOLE_WINDOWS = 4096;

/** The task "forecast": to say how series go on. */
export const forecastTask = defineTask({
  ...FORECAST,
  prepare,
  replica,
  predict: predictForecast,
  evaluate: evaluateForecasts,
  answers: forecastAnswers,
});

async function prepare({
  data,
  settings,
  device,
}: Beginning<TaskData<ForecastRecord>, ForecastTrainingSettings>) {
  const found = await forecastSeries(data.train, settings);
  const val = data.val && (await forecastSeries(data.val, settings, found));
  const width = found.columns.targets.length;
  const ahead = stepsAhead(found, settings);
  const { seed } = settings;
  const parts = splitInTime(found.series, width, {
    valFraction: val ? 0 : settings.valFraction,
    horizon: ahead.horizon,
    seed,
  });
  const reading = forecastReading(
    parts.filter(({ steps }) => steps > 0),
    found,
    { ...settings, ...ahead },
  );
  const quantiles = quantilesOf(settings);
  const training = trainingWindows(parts, reading);
  const windows = new ForecastWindows(
    found.series,
    reading,
    parts.map(({ series, steps }) => steps || stepsOf(series, width)),
  );
  const ridge = fitRidge(windows, training);
  const heldOut = val
    ? measuredSeries(val.series, reading, windowsOfSeries(val.series, width, reading))
    : measuredSeries(found.series, reading, heldOutWindows(parts, width, reading));
  const options: ForecastOptions = {
    network: forecastNetwork(settings, {
      context: reading.context,
      horizon: reading.horizon,
      targets: width,
      pastWidth: windows.pastWidth,
      aheadWidth: windows.aheadWidth,
      fixedWidth: windows.fixedWidth,
      outputs: quantiles.length,
    }),
    reading,
    quantiles,
  };
  return {
    options,
    weights: await firstWeights(device, options.network, seed, { ridge, windows, training, quantiles }),
    facts: {
      series: found.series.length,
      trainingWindows: training.length,
      validationWindows: heldOut.windows.length,
      horizon: reading.horizon,
      context: reading.context,
      season: reading.season,
      columns: reading.columns,
    } satisfies ForecastFacts,
    notes: found.notes,
    sizes: { "windows to learn from": training.length },
    digest: () =>
      digestOf(...found.series.flatMap(({ values, known, observed }) => [values, known, observed])),
    ...windowBatches(windows, training, settings),
    ...(heldOut.windows.length === 0
      ? {}
      : {
          baselines: heldOutBaselines(heldOut, reading, ridge),
          measure: (model: LayeredNetwork, how: "quick" | "whole") =>
            measureForecasts(model, options, some(heldOut, how === "quick" ? QUICK_WINDOWS : WHOLE_WINDOWS)),
        }),
    ...(data.test
      ? {
          test: async (trained: Evaluated<LayeredNetwork, ForecastOptions>) =>
            evaluateForecasts(trained, { train: data.test! }, {}),
        }
      : {}),
    files: async (
      model: LayeredNetwork,
      training: ForecastTrainingSettings,
      evaluation: ForecastFound | undefined,
    ) => ({
      ...(await filesOfNetwork(model, {
        task: FORECAST.name,
        options,
        training: { ...training },
        evaluation,
      })),
      [RIDGE_FILE]: writeSafetensors(ridgeTensors(ridge)),
    }),
  };
}

function some(measured: Measured, most: number): Measured {
  return { ...measured, windows: spread(measured.windows, most) };
}

function heldOutBaselines(
  heldOut: Measured,
  reading: ForecastReading,
  ridge: RidgeOfTargets,
): Record<string, object> {
  return { ...errorsOfBaselines(some(heldOut, WHOLE_WINDOWS), reading, ridge) };
}

/** The batches of windows, in another order in each epoch. */
function windowBatches(
  windows: ForecastWindows,
  training: readonly Window[],
  { batchSize, seed }: ForecastTrainingSettings,
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[]): Batch<WindowBatch>;
} {
  const lengths = new Uint8Array(training.length);
  let places = bucketedBatches(lengths, batchSize, { seed, epoch: 0 });
  let epochOfPlaces = 0;
  return {
    batchesPerEpoch: places.length,
    batch({ epoch, batch }, rows) {
      if (epoch !== epochOfPlaces) places = bucketedBatches(lengths, batchSize, { seed, epoch });
      epochOfPlaces = epoch;
      const chosen = Array.from(places[batch], (place) => training[place]);
      let first = 0;
      const parts = splitRows(chosen.length, rows.length).map((count) => {
        first += count;
        return count === 0 ? null : { rows: count, share: windows.batch(chosen.slice(first - count, first)) };
      });
      return { parts, units: chosen.length };
    },
  };
}

function replica(device: Device, { network, quantiles }: ForecastOptions) {
  // Its layers are of kinds beside those of a language model.
  const model = new LayeredNetwork(device, checkNetworkConfig(network));
  return { model, loss: (batch: WindowBatch) => directLoss(model, batch, quantiles) };
}
