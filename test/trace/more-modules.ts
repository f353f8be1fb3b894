// More modules: weights that are shared, axes that move, results that are read in several ways.
import * as u from "../fuzz/surface/public-names.ts";
import type { Call } from "./modules.ts";

/** [B, T] ids: a decoder whose weight is the embedding's, and a layer that is called twice. */
export class Tied extends u.Module {
  readonly encoder: u.Embedding;
  readonly gru: u.GRU;
  readonly twice: u.Linear;
  readonly decoder: u.Linear;

  constructor(device: u.Device) {
    super();
    this.encoder = new u.Embedding(device, { vocabularySize: 9, embeddingSize: 4 });
    this.gru = new u.GRU(device, { inputSize: 4, hiddenSize: 4, batchFirst: true, direction: "forward" });
    this.twice = new u.Linear(device, { inputSize: 4, outputSize: 4 });
    this.decoder = new u.Linear(device, { inputSize: 4, outputSize: 9, weight: this.encoder.weight });
  }

  forward(ids: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const hs = this.gru.forward(this.encoder.forward(ids), { lengths }).outputs;
    return this.decoder.forward(this.twice.forward(u.tanh(this.twice.forward(hs))));
  }
}

/** [B, T, 3] to [B, 4]: channels in the middle, pooled by windows and then whole. */
export class ConvolutionalClassifier extends u.Module {
  readonly conv: u.Conv1d;
  readonly wide: u.Conv1d;
  readonly windows = new u.MaxPool1d(2);
  readonly means = new u.AvgPool1d(3, { stride: 1 });
  readonly pool = new u.GlobalPool("max");

  constructor(device: u.Device) {
    super();
    this.conv = new u.Conv1d(device, { inputSize: 3, outputSize: 5, kernelSize: 3, padding: "same" });
    this.wide = new u.Conv1d(device, { inputSize: 5, outputSize: 4, kernelSize: 2, bias: false });
  }

  forward(xs: u.Tensor): u.Tensor {
    const channels = this.windows.forward(u.relu(this.conv.forward(u.swapLastAxes(xs))));
    return u.reshape(this.pool.forward(this.means.forward(this.wide.forward(channels))), [xs.shape[0], 4]);
  }
}

/** [T, B, 3]: lengths for one layer and not for the next, and a mean over all that it puts out. */
export class HalfLengths extends u.Module {
  readonly first: u.LSTM;
  readonly second: u.RNN;

  constructor(device: u.Device) {
    super();
    this.first = new u.LSTM(device, { inputSize: 3, hiddenSize: 4 });
    this.second = new u.RNN(device, { inputSize: 4, hiddenSize: 4 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}) {
    const hs = this.second.forward(this.first.forward(xs, { lengths }).outputs).outputs;
    const mean = u.globalAveragePool(u.swapLastAxes(u.swapAxes(hs)));
    return { hs, mean: u.reshape(mean, [xs.shape[1], 4]) };
  }
}

/** [B, T, 3]: h of the last step asks all steps, by dot products (Luong, Pham & Manning 2015). */
export class DotAttention extends u.Module {
  readonly lstm: u.LSTM;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.lstm = new u.LSTM(device, { inputSize: 3, hiddenSize: 4, batchFirst: true });
    this.head = new u.Linear(device, { inputSize: 8, outputSize: 2 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const [batch, steps] = xs.shape;
    const { outputs, lastOutput } = this.lstm.forward(xs, { lengths });
    const query = u.reshape(lastOutput, [batch, 1, 4]);
    const scores = u.sumLast(u.multiply(outputs, query));
    const weights = u.reshape(u.softmax(scores, { lengths }), [batch, 1, steps]);
    return this.head.forward(u.concat([u.reshape(u.matmul(weights, outputs), [batch, 4]), lastOutput]));
  }
}

/** [T, B, 3]: v·tanh(W h_t + U q) (Bahdanau, Cho & Bengio 2015), q [B, A] being added at every step. */
export class AdditiveAttention extends u.Module {
  readonly gru: u.GRU;
  readonly keys: u.Linear;
  readonly query: u.Linear;
  readonly score: u.Linear;

  constructor(device: u.Device) {
    super();
    this.gru = new u.GRU(device, { inputSize: 3, hiddenSize: 4, direction: "bidirectional", merge: "sum" });
    this.keys = new u.Linear(device, { inputSize: 4, outputSize: 5 });
    this.query = new u.Linear(device, { inputSize: 4, outputSize: 5, bias: false });
    this.score = new u.Linear(device, { inputSize: 5, outputSize: 1 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const [steps, batch] = xs.shape;
    const { outputs, lastOutput } = this.gru.forward(xs, { lengths });
    const hidden = u.tanh(u.add(this.keys.forward(outputs), this.query.forward(lastOutput)));
    const scores = u.swapAxes(u.reshape(this.score.forward(hidden), [steps, batch]));
    const weights = u.reshape(u.softmax(scores, { lengths }), [batch, 1, steps]);
    return u.reshape(u.matmul(weights, u.swapAxes(outputs)), [batch, 4]);
  }
}

/** [T, B, 4]: layers of different kinds on one another, with ways around them. */
export class Stacked extends u.Module {
  readonly stack: u.Stack<u.RecurrentState>;
  readonly mean: u.Linear;

  constructor(device: u.Device) {
    super();
    const options = { inputSize: 4, hiddenSize: 4 };
    this.stack = new u.Stack<u.RecurrentState>(device, [
      { layer: new u.LSTM(device, options), connection: "add" },
      { layer: new u.GRU(device, options), connection: "highway" },
    ]);
    this.mean = new u.Linear(device, { inputSize: 4, outputSize: 2 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    return this.mean.forward(this.stack.forward(xs, { lengths }).outputs);
  }
}

/** [B, T, 4]: two heads of two channels, time-major inside, the last and the first step beside. */
export class Axes extends u.Module {
  readonly inner: u.SequentialModule;
  readonly scale: u.Parameter;

  constructor(device: u.Device) {
    super();
    this.inner = u.sequential(device, [
      { kind: "linear", inputSize: 4, outputSize: 4 },
      "gelu",
      "leaky-relu",
    ]);
    this.scale = new u.Parameter(device, [1]).assign([1.5]);
  }

  forward(xs: u.Tensor) {
    const [batch, steps] = xs.shape;
    const heads = u.reshape(this.inner.forward(xs), [batch, steps, 2, 2]);
    const mixed = u.softmax(u.matmul(u.swapLastAxes(heads), heads));
    const all = u.multiply(u.reshape(u.swapLastAxes(mixed), [batch, steps, 4]), this.scale);
    const timeMajor = u.swapAxes(all);
    return { all, last: u.select(timeMajor, -1), first: u.negate(u.select(timeMajor, 0)) };
  }
}
