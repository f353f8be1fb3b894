// Series that go on: how, and within which bounds.
import { digestOf } from "../../data/digest.ts";
import { UnrolledError } from "../../errors.ts";
import { writeSafetensors } from "../../formats/write-safetensors.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import { checkNetworkConfig } from "../../networks/check-config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import type { OwnParts } from "../../parallel/split.ts";
import type { Device } from "../../tensor/device.ts";
import { BASELINES_FILE } from "../baselines/baselines-file.ts";
import type { TaskData } from "../examples/sources.ts";
import { bucketedEpochs } from "../fit/bucketed.ts";
import {
  type Asked,
  type Batch,
  type BatchPlace,
  type Beginning,
  batchOfShares,
  defineTask,
  type Evaluated,
} from "../task.ts";
import { anomalyThreshold } from "./anomalies.ts";
import { firstWeights } from "./direct-forecasts.ts";
import { forecastAnswers, predictForecast, predictForecasts } from "./forecast-answers.ts";
import { fitRidge, type RidgeOfTargets, ridgeTensors, spread } from "./forecast-baselines.ts";
import { FORECAST, quantilesOf } from "./forecast-description.ts";
import {
  errorsOfBaselines,
  evaluateForecasts,
  measuredSeries,
  measureForecasts,
} from "./forecast-evaluate.ts";
import { lookAtForecast } from "./forecast-look.ts";
import type { ForecastFound, Measured } from "./forecast-measure.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { heldOutWindows, splitInTime, stepsOf, trainingWindows, windowsOfSeries } from "./forecast-parts.ts";
import { type ForecastReading, forecastReading, stepsAhead } from "./forecast-reading.ts";
import { type ForecastRecord, forecastSeries } from "./forecast-series.ts";
import {
  evaluateStreams,
  isOfStreams,
  prepareStreams,
  type StreamOptions,
  streamAnswers,
  streamReplica,
} from "./forecast-streams.ts";
import { ForecastWindows, type Window, type WindowBatch } from "./forecast-windows.ts";
import { isDirect, lossOf, networkOf } from "./forecasts-of.ts";

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

/** Held-out windows that are measured, while it learns and at the end; of those that paths are drawn of, and how many of each. */
const DIRECT = { quick: { windows: 1024, samples: 0 }, whole: { windows: 4096, samples: 0 } } as const;
const DRAWN = { quick: { windows: 48, samples: 40 }, whole: { windows: 256, samples: 100 } } as const;

/** The task "forecast": to say how series go on. */
export const forecastTask = defineTask({
  ...FORECAST,
  prepare: (beginning: Beginning<TaskData<ForecastRecord>, ForecastTrainingSettings>) =>
    (isOfStreams(beginning.settings.distribution)
      ? prepareStreams(beginning.data, beginning.settings)
      : prepare(beginning)) as ReturnType<typeof prepare>,
  replica: (device: Device, options: ForecastOptions) =>
    (isStream(options) ? streamReplica(device, options) : replica(device, options)) as ReturnType<
      typeof replica
    >,
  predict: predictForecast,
  predictAll: predictForecasts,
  look: (model: LayeredNetwork, input: ForecastRecord, options: ForecastOptions) => {
    if (isStream(options))
      throw new UnrolledError("invalid-argument", {
        call: "look",
        problem: "a model of streams says one frame after the other, needed one that forecasts series",
      });
    return lookAtForecast(model, input, options);
  },
  evaluate: (
    trained: Trained,
    data: Pick<TaskData<ForecastRecord>, "train">,
    given: Given,
  ): Promise<object> =>
    isOfStream(trained) ? evaluateStreams(trained, data) : evaluateForecasts(trained, data, given),
  answers: (trained: Trained, asked: Asked, given: Given): AsyncIterable<object> =>
    isOfStream(trained) ? streamAnswers(trained, asked, given) : forecastAnswers(trained, asked, given),
});

type Trained = Evaluated<LayeredNetwork, ForecastOptions>;
type Given = Readonly<Record<string, unknown>>;

/** Whether a model says one frame of a stream after the other. */
function isStream(options: object): options is StreamOptions {
  return "stream" in options;
}

function isOfStream(
  trained: Evaluated<LayeredNetwork, object>,
): trained is Evaluated<LayeredNetwork, StreamOptions> {
  return isStream(trained.options);
}

async function prepare({
  data,
  settings,
  device,
  model,
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
  const sizes = isDirect(settings) ? DIRECT : DRAWN;
  const options: ForecastOptions = {
    network: networkOf(settings, windows, quantiles),
    reading,
    distribution: settings.distribution,
    quantiles,
  };
  const facts: ForecastFacts = {
    series: found.series.length,
    trainingWindows: training.length,
    validationWindows: heldOut.windows.length,
    horizon: reading.horizon,
    context: reading.context,
    season: reading.season,
    columns: reading.columns,
  };
  const baselines =
    heldOut.windows.length === 0
      ? undefined
      : heldOutBaselines(some(heldOut, sizes.whole.windows), reading, ridge);
  return {
    options,
    weights:
      isDirect(settings) && !model
        ? await firstWeights(device, options.network, seed, { ridge, windows, training, quantiles })
        : undefined,
    facts,
    notes: found.notes,
    sizes: { "windows to learn from": training.length },
    digest: () => digestOf(found.series.flatMap(({ values, known, observed }) => [values, known, observed])),
    ...windowBatches(windows, training, settings),
    baselines,
    ...(heldOut.windows.length === 0
      ? {}
      : {
          measure: (model: LayeredNetwork, how: "quick" | "whole") =>
            measureForecasts(model, options, some(heldOut, sizes[how].windows), {
              ...sizes[how],
              seed,
              shows: how === "whole",
            }),
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
        options: {
          ...options,
          threshold: await thresholdOf(model, some(heldOut, sizes.quick.windows), options, seed),
        },
        training: { ...training },
        evaluation,
        data: facts,
        baselines,
      })),
      [BASELINES_FILE]: writeSafetensors(ridgeTensors(ridge)),
    }),
  };
}

/** The threshold of anomalies, of a model that drops nothing while it is looked at. */
async function thresholdOf(
  model: LayeredNetwork,
  heldOut: Measured,
  options: ForecastOptions,
  seed: number,
): Promise<number | null> {
  const { training } = model;
  model.eval();
  try {
    return await anomalyThreshold(model, heldOut, options, { samples: DRAWN.quick.samples, seed });
  } finally {
    if (training) model.train();
  }
}

function some(measured: Measured, most: number): Measured {
  return { ...measured, windows: spread(measured.windows, most) };
}

function heldOutBaselines(
  heldOut: Measured,
  reading: ForecastReading,
  ridge: RidgeOfTargets,
): Record<string, object> {
  return { ...errorsOfBaselines(heldOut, reading, ridge) };
}

/** The batches of windows, in another order in each epoch. */
function windowBatches(
  windows: ForecastWindows,
  training: readonly Window[],
  settings: ForecastTrainingSettings,
): {
  readonly batchesPerEpoch: number;
  batch(place: BatchPlace, rows: readonly number[], own?: OwnParts): Batch<WindowBatch>;
} {
  const { batchesPerEpoch, placesOf } = bucketedEpochs(new Uint8Array(training.length), settings);
  return {
    batchesPerEpoch,
    batch: (place, rows, own) =>
      batchOfShares(
        Array.from(placesOf(place), (at) => training[at]),
        rows,
        (chosen, isOwn) => ({ share: windows.batch(isOwn ? chosen : []) }),
        own,
      ),
  };
}

function replica(device: Device, options: ForecastOptions) {
  // Its layers are of kinds beside those of a language model.
  const model = new LayeredNetwork(device, checkNetworkConfig(options.network));
  return { model, loss: (batch: WindowBatch) => lossOf(model, batch, options) };
}
