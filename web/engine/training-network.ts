// The networks that are trained: a language model for texts and symbols; for numbers, recurrent layers with a linear one behind them.
import {
  crossEntropy,
  type Device,
  type Embedding,
  type Generator,
  GRU,
  ints,
  type LanguageModelConfig,
  Linear,
  LSTM,
  languageModel,
  Module,
  multiply,
  Network,
  type Recurrent,
  type RecurrentState,
  RNN,
  reshape,
  scaled,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
} from "unrolled";
import { type GradientFlow, readWithGradientFlow } from "unrolled/inspect";
import type { Batch } from "./training-batch.ts";
import type { TrainingSetup } from "./training-protocol.ts";

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
  { cell, hidden, layers }: TrainingSetup,
  symbols: number,
  generator: Generator,
): TrainedNetwork {
  const config: LanguageModelConfig = {
    cell: cell === "elman-relu" ? "elman" : cell,
    nonlinearity: cell === "elman-relu" ? "relu" : "tanh",
    vocabularySize: symbols,
    embeddingSize: Math.min(hidden, MOST_FEATURES),
    hiddenSize: hidden,
    numLayers: layers,
    dropout: 0,
    tieWeights: false,
    tokenizer: "char",
  };
  const network = new Network(device, languageModel(config), { generator });
  const layer = <Kind>(name: string) => network.layers.get(name) as Kind;
  return {
    module: network,
    languageModel: { network, config },
    read(batch, steps, state, isWatched) {
      if (batch.kind === "numbers") throw new TypeError("a language model reads symbols");
      const shape = [steps, batch.inputs.length / steps];
      const xs = layer<Embedding>("encoder").forward(ints(device, batch.inputs, shape));
      const read = forward(layer<Recurrent>("rnn"), xs, state, isWatched);
      const said = layer<Linear>("decoder").forward(read.outputs);
      return { ...read, said, loss: crossEntropy(said, ints(device, batch.targets, shape)) };
    },
  };
}

/** A network that reads `inputSize` numbers at each step and says one. */
export function numberNetwork(
  device: Device,
  setup: TrainingSetup,
  inputSize: number,
  generator: Generator,
): TrainedNetwork {
  const module = new NumberReader(device, setup, inputSize, generator);
  return {
    module,
    languageModel: undefined,
    read(batch, steps, state, isWatched) {
      if (batch.kind !== "numbers") throw new TypeError("this network reads numbers");
      const rows = batch.targets.length / steps;
      const xs = tensor(device, batch.inputs, [steps, rows, inputSize]);
      const read = forward(module.rnn, xs, state, isWatched);
      const said = reshape(module.decoder.forward(read.outputs), [steps, rows]);
      const errors = subtract(said, tensor(device, batch.targets, [steps, rows]));
      const asked = tensor(device, batch.asked, [steps, rows]);
      const count = batch.asked.reduce((total, each) => total + each, 0);
      return { ...read, said, loss: scaled(sum(multiply(square(errors), asked)), 1 / Math.max(1, count)) };
    },
  };
}

/** y_t = W h_t + b over recurrent layers: `rnn.*` and `decoder.*`. */
class NumberReader extends Module {
  readonly rnn: RNN | LSTM | GRU;
  readonly decoder: Linear;

  constructor(device: Device, setup: TrainingSetup, inputSize: number, generator: Generator) {
    super();
    const { cell, hidden, layers } = setup;
    const options = { inputSize, hiddenSize: hidden, numLayers: layers, generator };
    this.rnn =
      cell === "lstm"
        ? new LSTM(device, options)
        : cell === "gru"
          ? new GRU(device, options)
          : new RNN(device, { ...options, nonlinearity: cell === "elman-relu" ? "relu" : "tanh" });
    this.decoder = new Linear(device, { inputSize: hidden, outputSize: 1, generator });
  }
}

function forward(
  rnn: Recurrent,
  xs: Tensor,
  state: RecurrentState | undefined,
  isWatched: boolean,
): { outputs: Tensor; state: RecurrentState; flow: GradientFlow | undefined } {
  if (isWatched) return readWithGradientFlow(rnn, xs, state);
  const { outputs, state: after } = rnn.forward(xs, { state });
  return { outputs, state: after, flow: undefined };
}
