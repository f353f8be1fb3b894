// The network of a recogniser that reads forwards alone, frame by frame. A convolution in front that makes one step of several frames is a
// linear layer over a window of frames; what looks ahead says nothing until it has seen the steps behind its own.
import { NetworkModel } from "../../models/network-model.ts";
import type { NetworkConfig, NetworkLayer } from "../../networks/config.ts";
import { networkFrom } from "../../networks/network-data.ts";
import { networkPart } from "../../networks/network-part.ts";
import { networkShapes } from "../../networks/network-shapes.ts";
import type { TranscribeBatching } from "./transcribe-batch.ts";
import { CONV_LAYER, LOOK_AHEAD_LAYER } from "./transcribe-network.ts";

/** A recogniser's network in the middle of a recording. */
export interface SteppedNetwork {
  /** Frames from step to step. */
  readonly framesPerStep: number;
  /** Steps behind its own that a step waits for. */
  readonly stepsAhead: number;
  /** Reads normalised frames [n·F], and gives what the network says of the steps that these complete [m·V], of a transducer its encoder [m·H]. */
  push(frames: Float32Array): Float32Array;
  /** What is left when nothing more follows. */
  finish(): Float32Array;
}

/**
 * Steps over a network of the task "transcribe". One with such a convolution, that looks ahead, or of a transducer, is copied.
 *
 * @throws UnrolledError "invalid-argument" for a network that cannot be streamed
 */
export function steppedNetwork(model: NetworkModel, batching: TranscribeBatching): SteppedNetwork {
  const { config } = model.network;
  const layerOf = (name: string) => config.layers.find((layer) => layer.name === name)?.config;
  const [conv, ahead] = [layerOf(CONV_LAYER), layerOf(LOOK_AHEAD_LAYER)];
  const { width, joined, stride } = batching;
  const window = conv?.kind === "conv1d" ? conv.kernelSize : joined;
  const every = conv ? stride : joined;
  const stepsAhead = ahead?.kind === "look-ahead" ? ahead.steps : 0;
  const isWhole = !conv && !ahead && batching.loss === "ctc";
  const front = isWhole ? model : frontOf(model, window * width);
  const before = front.session();
  const size = front.outputs[0].axes.at(-1) as number;
  const row = new Float32Array(size);
  const rows = new RowsAhead(model, stepsAhead, size);
  const after = ahead ? backOf(model).session() : undefined;
  const classes = model.outputs[0].axes.at(-1) as number;
  const logits = new Float32Array(classes);
  /** The frames that the next step reads, oldest first: of a convolution those before come along, zeros before the first. */
  const xs = new Float32Array(window * width);
  /** Numbers that have come, and that are still wanted for the next step. */
  let missing = conv ? width : xs.length;

  const said = (values: Float32Array, into: number[]) => {
    if (!after) return void into.push(...values);
    after.stepInto({ [LOOK_AHEAD_LAYER]: values }, { logits });
    into.push(...logits);
  };
  const step = (into: number[]) => {
    before.stepInto({ xs }, { [front.outputs[0].name]: row });
    if (!ahead) return said(row, into);
    const heard = rows.push(row);
    if (heard) said(heard, into);
  };
  /** Reads numbers; those of whole steps go through the network. */
  const read = (numbers: Float32Array, into: number[]) => {
    for (let at = 0; at < numbers.length; ) {
      // A window may be shorter than a step.
      const taken = Math.min(missing, numbers.length - at, xs.length);
      xs.copyWithin(0, taken);
      xs.set(numbers.subarray(at, at + taken), xs.length - taken);
      missing -= taken;
      at += taken;
      if (missing > 0) continue;
      missing = every * width;
      step(into);
    }
  };
  return {
    framesPerStep: every,
    stepsAhead,
    push(frames) {
      const into: number[] = [];
      read(frames, into);
      return Float32Array.from(into);
    },
    finish() {
      const into: number[] = [];
      // What a last step of joined frames lacks is zeros, as behind the ends of sequences; a convolution sees no later frame.
      if (!conv && missing < xs.length) read(new Float32Array(missing), into);
      for (const heard of ahead ? rows.finish() : []) said(heard, into);
      return Float32Array.from(into);
    },
  };
}

/** What the network makes of a window of frames up to where it looks ahead, or up to its output. */
function frontOf({ network }: NetworkModel, size: number): NetworkModel {
  const { config } = network;
  const ahead = config.layers.find(({ name }) => name === LOOK_AHEAD_LAYER);
  const masked = ahead && config.layers.find(({ name }) => name === ahead.inputs[0]);
  const from = masked?.inputs[0] ?? saidBy(config);
  const inputs = [{ name: "xs", axes: ["B", "T", size], kind: "float" as const }];
  const layers = networkPart(network, { known: ["xs"], wanted: [from] }).map(windowed);
  return partOf(network, { inputs, layers, outputs: [{ name: "row", from }] });
}

/** What it makes of steps that have been looked ahead of. */
function backOf({ network }: NetworkModel): NetworkModel {
  const name = LOOK_AHEAD_LAYER;
  const size = networkShapes(network.config).get(name)!.axes.at(-1)!;
  const from = saidBy(network.config);
  const layers = networkPart(network, { known: [name], wanted: [from] });
  return partOf(network, {
    inputs: [{ name, axes: ["B", "T", size], kind: "float" }],
    layers,
    outputs: [{ name: "logits", from }],
  });
}

/** The value that is the network's output, or its encoder's: a joint network hands that on as it is. */
function saidBy({ layers, outputs: [{ from }] }: NetworkConfig): string {
  const layer = layers.find(({ name }) => name === from);
  return layer?.config.kind === "transducer-joint" ? layer.inputs[0] : from;
}

/** A convolution as a linear layer over the frames of its window. */
function windowed(layer: NetworkLayer): NetworkLayer {
  const { config } = layer;
  if (config.kind !== "conv1d") return layer;
  const { inputSize, kernelSize, outputSize, bias } = config;
  return { ...layer, config: { kind: "linear", inputSize: inputSize * kernelSize, outputSize, bias } };
}

function partOf(network: NetworkModel["network"], config: NetworkConfig): NetworkModel {
  const names = config.layers.map(({ name }) => `${name}.`);
  const own = [...network.namedParameters()].filter(([name]) => names.some((each) => name.startsWith(each)));
  const tensors = own.map(([name, parameter]) => {
    const { shape } = parameter;
    const data = parameter.read() as Float32Array;
    const isConv = name === `${CONV_LAYER}.weight`;
    return [name, isConv ? windowWeight(data, shape) : { shape, data }] as const;
  });
  return new NetworkModel(networkFrom(network.device, { config, tensors: Object.fromEntries(tensors) }));
}

/** [O, C, K] as [O, K·C]: frame by frame. */
function windowWeight(data: Float32Array, [O, C, K]: readonly number[]) {
  const turned = new Float32Array(data.length);
  for (let o = 0; o < O; o++)
    for (let c = 0; c < C; c++)
      for (let k = 0; k < K; k++) turned[(o * K + k) * C + c] = data[(o * C + c) * K + k];
  return { shape: [O, K * C], data: turned };
}

/** y_t = Σ_{j=0}^{τ} w_j ∘ x_{t+j}, with zeros behind the end, as x comes row by row. */
class RowsAhead {
  readonly #weight: Float32Array;
  readonly #steps: number;
  readonly #size: number;
  readonly #rows: Float32Array[] = [];

  constructor({ network }: NetworkModel, steps: number, size: number) {
    const weight = network.namedParameters().get(`${LOOK_AHEAD_LAYER}.weight`);
    this.#weight = (weight?.read() as Float32Array | undefined) ?? new Float32Array(0);
    this.#steps = steps;
    this.#size = size;
  }

  push(row: Float32Array): Float32Array | undefined {
    this.#rows.push(row.slice());
    return this.#rows.length > this.#steps ? this.#sum() : undefined;
  }

  finish(): Float32Array[] {
    const left: Float32Array[] = [];
    while (this.#rows.length > 0) left.push(this.#sum());
    return left;
  }

  #sum(): Float32Array {
    const sum = new Float32Array(this.#size);
    for (const [j, row] of this.#rows.entries())
      for (let c = 0; c < sum.length; c++) sum[c] += this.#weight[j * this.#size + c] * row[c];
    this.#rows.shift();
    return sum;
  }
}
