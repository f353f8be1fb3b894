// Streams of frames as a task: each frame is told by those before it.
import { digestOf } from "../../data/digest.ts";
import type { DataSource } from "../../data/tables/data-source.ts";
import { Scaler, type ScalerState } from "../../data/tables/scaler.ts";
import { UnrolledError } from "../../errors.ts";
import { bernoulli } from "../../losses/bernoulli-nll.ts";
import { customLoss } from "../../losses/custom-loss.ts";
import type { Likelihood } from "../../losses/likelihood.ts";
import { mixture } from "../../losses/mixture-nll.ts";
import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Device } from "../../tensor/device.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { heldOut } from "../examples/held-out.ts";
import { isSource, type TaskData } from "../examples/sources.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import type { Asked, Evaluated } from "../task.ts";
import { drawnStream } from "./drawn-stream.ts";
import type { ForecastTrainingSettings } from "./forecast-model.ts";
import { type FoundStreams, type FrameStream, type Piece, readPieces, readStrokes } from "./frame-streams.ts";
import { batchOfStreams, chunksOf, type StreamBatch, streamBatches } from "./stream-batches.ts";
import { streamNetwork } from "./stream-network.ts";

/** What a model of streams is made from. Plain data. */
export interface StreamOptions {
  readonly network: NetworkConfig;
  /** bernoulli, or mixture:K. */
  readonly stream: string;
  /** F. */
  readonly width: number;
  /** What the first two numbers of strokes are scaled by. */
  readonly scaler: ScalerState | null;
}

/** Figures of streams. */
export interface StreamFound {
  readonly streams: number;
  /** Frames but for each stream's first, which has none before it. */
  readonly frames: number;
  /** The mean −log p of a frame. */
  readonly lossNats: number;
  readonly loss: number;
}

const AT_ONCE = 16;

/** Whether a distribution is one of frames. */
export function isOfStreams(distribution: string): boolean {
  return distribution === "bernoulli" || distribution.startsWith("mixture:");
}

function likelihoodOf(distribution: string, width: number): Likelihood {
  return distribution === "bernoulli"
    ? bernoulli(width)
    : mixture(Number(distribution.slice("mixture:".length)));
}

/** Reads streams of the kind that the distribution is of. */
async function streamsOf(
  entries: readonly unknown[],
  settings: ForecastTrainingSettings,
): Promise<FoundStreams> {
  if (settings.distribution === "bernoulli") return readPieces(entries as readonly (DataSource | Piece)[]);
  return readStrokes(
    entries.filter((entry): entry is DataSource => isSource(entry as DataSource)),
    settings,
  );
}

export async function prepareStreams(data: TaskData<unknown>, settings: ForecastTrainingSettings) {
  const { distribution, seed, transpose } = settings;
  const found = await streamsOf(data.train, settings);
  const { width } = found;
  const apart = async (entries: readonly unknown[] | undefined) =>
    entries && (await streamsOf(entries, settings)).train;
  const [givenVal, givenTest] = [
    (await apart(data.val)) ?? found.val,
    (await apart(data.test)) ?? found.test,
  ];
  const parts = givenVal
    ? { training: found.train, heldOut: givenVal }
    : heldOut(found.train, { share: settings.valFraction, seed });
  const likelihood = likelihoodOf(distribution, width);
  const scaler = distribution === "bernoulli" ? null : fittedScaler(parts.training);
  const options: StreamOptions = {
    network: streamNetwork(settings, { width, outputs: likelihood.parameters }),
    stream: distribution,
    width,
    scaler,
  };
  const training = parts.training
    .map((each) => scaled(each, options))
    .flatMap((values) => chunksOf(values, width))
    .filter(({ length }) => length > width);
  if (training.length === 0) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: "data",
      got: "no stream of two frames",
      needed: "frames that follow others",
    });
  }
  return {
    options,
    facts: { streams: parts.training.length, validationStreams: parts.heldOut.length, frameWidth: width },
    sizes: { "streams to learn from": training.length },
    digest: () => digestOf(training),
    ...streamBatches(training, width, {
      ...settings,
      transpose: distribution === "bernoulli" ? transpose : 0,
    }),
    ...(parts.heldOut.length === 0
      ? {}
      : { measure: (model: LayeredNetwork) => streamFound(model, parts.heldOut, options) }),
    ...(givenTest
      ? {
          test: (trained: Evaluated<LayeredNetwork, StreamOptions>) =>
            streamFound(trained.model, givenTest, options),
        }
      : {}),
  };
}

/** One thread's model. */
export function streamReplica(device: Device, options: StreamOptions) {
  const model = new LayeredNetwork(device, checkNetworkConfig(options.network));
  return { model, loss: (batch: StreamBatch) => streamLoss(model, batch, options) };
}

/** The mean −log p of a frame. */
function streamLoss(
  network: LayeredNetwork,
  { rows, steps, xs, targets }: StreamBatch,
  options: StreamOptions,
): Tensor {
  const { stream, width } = options;
  const likelihood = likelihoodOf(stream, width);
  const said = network.forward({ xs: tensor(network.device, xs, [rows, steps, width]) }).outputs.parameters;
  return customLoss(said, (numbers) => {
    const gradient = new Float32Array(numbers.length);
    let [loss, there] = [0, 0];
    for (let frame = 0; frame < rows * steps; frame++) {
      if (Number.isNaN(targets[frame * width])) continue;
      loss += likelihood.loss(numbers, frame * likelihood.parameters, targets, frame * width, gradient);
      there += 1;
    }
    for (let at = 0; at < gradient.length; at++) gradient[at] /= there;
    return { loss: loss / there, gradient };
  });
}

/** The figures of streams, each read from its first frame to its last. */
async function streamFound(
  network: LayeredNetwork,
  streams: readonly FrameStream[],
  options: StreamOptions,
): Promise<StreamFound> {
  const { width, scaler } = options;
  const read = streams.map((each) => scaled(each, options)).filter(({ length }) => length > width);
  const { device } = network;
  let [loss, frames] = [0, 0];
  for (const places of sortedBatches(
    Float64Array.from(read, ({ length }) => length),
    AT_ONCE,
  )) {
    const chosen = Array.from(places, (place) => read[place]);
    const batch = batchOfStreams(chosen, width);
    const own = chosen.reduce((sum, { length }) => sum + length / width - 1, 0);
    const mean = await device
      .withoutGradients(() => device.scope(() => streamLoss(network, batch, options)))
      .item();
    loss += mean * own;
    frames += own;
  }
  // Of scaled numbers; in those of the file a density is as much less as they are wider.
  const wider = scaler ? Math.log(scaler.deviation[0]) + Math.log(scaler.deviation[1]) : 0;
  const lossNats = loss / frames + wider;
  return { streams: read.length, frames, lossNats, loss: lossNats };
}

/** The figures of a trained model of streams on others. */
export async function evaluateStreams(
  { model, options, settings }: Evaluated<LayeredNetwork, StreamOptions>,
  data: Pick<TaskData<unknown>, "train">,
): Promise<StreamFound> {
  const found = await streamsOf(data.train, settings as ForecastTrainingSettings);
  return streamFound(model, found.test ?? found.train, options);
}

/** Strokes that are drawn behind those that were read, where a picture is asked for. */
const DRAWN_STROKES = 200;

/** For each stream, how likely it was, and the mean of the frame that comes next; where strokes are drawn, they themselves and how they go on. */
export async function* streamAnswers(
  { model, options, settings }: Evaluated<LayeredNetwork, StreamOptions>,
  { sources }: Asked,
  given: Readonly<Record<string, unknown>> = {},
): AsyncGenerator<object, void> {
  const { device } = model;
  const { seed } = settings as ForecastTrainingSettings;
  const found = await streamsOf(sources, settings as ForecastTrainingSettings);
  const likelihood = likelihoodOf(options.stream, options.width);
  for (const stream of found.train) {
    const { frames, lossNats } = await streamFound(model, [stream], options);
    const values = scaled(stream, options);
    const steps = values.length / options.width;
    const said = await device
      .withoutGradients(() => model.forward({ xs: tensor(device, values, [1, steps, options.width]) }))
      .outputs.parameters.toArray();
    const mean = likelihood.mean(said, (steps - 1) * likelihood.parameters);
    const { scaler } = options;
    const unscaled = (frame: readonly number[]) =>
      frame.map((value, at) => (scaler && at < 2 ? scaler.mean[at] + scaler.deviation[at] * value : value));
    const isDrawn = scaler !== null && (given.plotFile ?? null) !== null;
    const { width } = options;
    const continuation = isDrawn
      ? await drawnStream(model, likelihood, values, { width, count: DRAWN_STROKES, seed })
      : [];
    yield {
      series: stream.name,
      frames,
      lossNats: Number.isFinite(lossNats) ? lossNats : null,
      mean: unscaled(mean),
      ...(isDrawn
        ? {
            strokes: Array.from({ length: steps }, (_, step) => [
              ...stream.values.subarray(step * width, (step + 1) * width),
            ]),
            continuation: continuation.map(unscaled),
          }
        : {}),
    };
  }
}

function scaled({ values }: FrameStream, { scaler, width }: StreamOptions): Float32Array {
  if (!scaler) return values;
  return values.map((value, at) => {
    const place = at % width;
    return place < 2 ? (value - scaler.mean[place]) / scaler.deviation[place] : value;
  });
}

function fittedScaler(streams: readonly FrameStream[]): ScalerState {
  const { mean, deviation } = Scaler.fit(
    streams.map(({ values }) => values),
    3,
  );
  return { mean, deviation };
}
