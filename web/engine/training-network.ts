// The networks that are trained: a language model for texts and symbols; for numbers, recurrent layers with a linear one behind them.
import {
  crossEntropy,
  type Device,
  type Generator,
  ints,
  languageModel,
  type Module,
  Network,
  type RecurrentState,
  type Tensor,
  tensor,
} from "unrolled";
import { type GradientFlow, runWithGradientFlow } from "unrolled/inspect";
import type { LanguageModelConfig, LayerConfig } from "unrolled/network";
import { multiply, reshape, scaled, square, subtract, sum } from "unrolled/tensor";
import type { Batch } from "./training-batch.ts";
import type { TrainedCell, TrainingSetup } from "./training-protocol.ts";

/** Features of a symbol: as many as the layer has units, at most. */
const MOST_FEATURES = 64;

/** A batch read by a network. */
export interface ReadBatch {
  /** Shape [1]. */
  readonly loss: Tensor;
  /** Logits [T, B, V], or the numbers that were said [T, B]. */
  readonly said: Tensor;
  readonly state: RecurrentState;
  /** There if it was asked for; filled by the loss's backward(). */
  readonly flow: GradientFlow | undefined;
}

export interface TrainedNetwork {
  readonly module: Module;
  /** Undefined for a network that reads numbers. */
  readonly languageModel: { readonly network: Network; readonly config: LanguageModelConfig } | undefined;
  read(batch: Batch, steps: number, state: RecurrentState | undefined, isWatched: boolean): ReadBatch;
}

/** A network over `symbols` symbols, drawn from the generator. */
export function symbolNetwork(
  device: Device,
  { cell, hidden, layers, dropout = 0, features = Math.min(hidden, MOST_FEATURES) }: TrainingSetup,
  symbols: number,
  generator: Generator,
): TrainedNetwork {
  const config: LanguageModelConfig = {
    cell: cell === "elman-relu" ? "elman" : cell,
    nonlinearity: nonlinearityOf(cell),
    vocabularySize: symbols,
    embeddingSize: features,
    hiddenSize: hidden,
    numLayers: layers,
    dropout,
    tieWeights: false,
    tokenizer: "char",
  };
  const network = new Network(device, languageModel(config), { generator });
  return {
    module: network,
    languageModel: { network, config },
    read(batch, steps, state, isWatched) {
      if (batch.kind === "numbers") throw new TypeError("a language model reads symbols");
      const shape = [steps, batch.inputs.length / steps];
      const read = forward(network, { ids: ints(device, batch.inputs, shape) }, state, isWatched);
      return { ...read, loss: crossEntropy(read.said, ints(device, batch.targets, shape)) };
    },
  };
}

function nonlinearityOf(cell: TrainedCell): "relu" | "tanh" {
  return cell === "elman-relu" ? "relu" : "tanh";
}

/** A network that reads `inputSize` numbers at each step and says one: y_t = W h_t + b over recurrent layers. */
export function numberNetwork(
  device: Device,
  { cell, hidden, layers }: TrainingSetup,
  inputSize: number,
  generator: Generator,
): TrainedNetwork {
  const options = { inputSize, hiddenSize: hidden, numLayers: layers, batchFirst: false };
  const rnn: LayerConfig =
    cell === "elman" || cell === "elman-relu"
      ? { kind: "rnn", options: { ...options, nonlinearity: nonlinearityOf(cell) }, returns: "sequence" }
      : { kind: cell, options, returns: "sequence" };
  const decoder: LayerConfig = { kind: "linear", inputSize: hidden, outputSize: 1, bias: true };
  const network = new Network(
    device,
    {
      inputs: [{ name: "xs", axes: ["T", "B", inputSize], kind: "float" }],
      layers: [
        { name: "rnn", inputs: ["xs"], config: rnn },
        { name: "decoder", inputs: ["rnn"], config: decoder },
      ],
      outputs: [{ name: "ys", from: "decoder" }],
    },
    { generator },
  );
  return {
    module: network,
    languageModel: undefined,
    read(batch, steps, state, isWatched) {
      if (batch.kind !== "numbers") throw new TypeError("this network reads numbers");
      const rows = batch.targets.length / steps;
      const xs = tensor(device, batch.inputs, [steps, rows, inputSize]);
      const read = forward(network, { xs }, state, isWatched);
      const said = reshape(read.said, [steps, rows]);
      const errors = subtract(said, tensor(device, batch.targets, [steps, rows]));
      const asked = tensor(device, batch.asked, [steps, rows]);
      const count = batch.asked.reduce((total, each) => total + each, 0);
      return { ...read, said, loss: scaled(sum(multiply(square(errors), asked)), 1 / Math.max(1, count)) };
    },
  };
}

/** Runs a network whose recurrent layers are called rnn, and notes its gradients' way back if it is watched. */
function forward(
  network: Network,
  inputs: Readonly<Record<string, Tensor>>,
  state: RecurrentState | undefined,
  isWatched: boolean,
): Omit<ReadBatch, "loss"> {
  const call = state ? { state: { rnn: state } } : {};
  const { flow, outputs, ...after } = isWatched
    ? runWithGradientFlow(network, inputs, call)
    : { ...network.forward(inputs, call), flow: undefined };
  const [said] = Object.values(outputs);
  return { said, state: after.state.rnn, flow };
}
