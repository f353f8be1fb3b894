// Modules as their authors write them: what `networkOf` makes networks of.
import * as u from "../fuzz/surface/public-names.ts";

/** How a forward pass is called. */
export interface Call {
  readonly lengths?: readonly number[] | undefined;
}

/** [B, T] ids to [B, T, 5] emissions. */
export class Tagger extends u.Module {
  readonly embedding: u.Embedding;
  readonly lstm: u.LSTM;
  readonly dropout = new u.Dropout(0.5);
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.embedding = new u.Embedding(device, { vocabularySize: 11, embeddingSize: 6 });
    this.lstm = new u.LSTM(device, { inputSize: 6, hiddenSize: 7, batchFirst: true });
    this.head = new u.Linear(device, { inputSize: 7, outputSize: 5 });
  }

  forward(ids: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const { outputs } = this.lstm.forward(this.embedding.forward(ids), { lengths });
    return u.logSoftmax(this.head.forward(this.dropout.forward(outputs)));
  }
}

/** Time-major [T, B] ids to [T·B, …] and back, as much of PyTorch's code does. */
export class RowTagger extends u.Module {
  readonly embedding: u.Embedding;
  readonly gru: u.GRU;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.embedding = new u.Embedding(device, { vocabularySize: 9, embeddingSize: 4 });
    this.gru = new u.GRU(device, { inputSize: 4, hiddenSize: 6, numLayers: 2 });
    this.head = new u.Linear(device, { inputSize: 6, outputSize: 9 });
  }

  forward(ids: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const [steps, batch] = ids.shape;
    const { outputs } = this.gru.forward(this.embedding.forward(ids), { lengths });
    const rows = u.relu(u.reshape(outputs, [steps * batch, 6]));
    return u.reshape(this.head.forward(rows), [steps, batch, 9]);
  }
}

/** [B, T] ids to [B, 3] by what the layer ends in. */
export class LastOutput extends u.Module {
  readonly embedding: u.Embedding;
  readonly lstm: u.LSTM;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.embedding = new u.Embedding(device, { vocabularySize: 11, embeddingSize: 6 });
    this.lstm = new u.LSTM(device, {
      inputSize: 6,
      hiddenSize: 4,
      batchFirst: true,
      direction: "bidirectional",
    });
    this.head = new u.Linear(device, { inputSize: 8, outputSize: 3 });
  }

  forward(ids: u.Tensor, { lengths }: Call = {}): u.Tensor {
    return this.head.forward(this.lstm.forward(this.embedding.forward(ids), { lengths }).lastOutput);
  }
}

/** [T, B, 3] to [B, 2] by h of the last layer, and by its c. */
export class LastState extends u.Module {
  readonly lstm: u.LSTM;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.lstm = new u.LSTM(device, { inputSize: 3, hiddenSize: 4, numLayers: 2 });
    this.head = new u.Linear(device, { inputSize: 8, outputSize: 2 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const { state } = this.lstm.forward(xs, { lengths });
    return this.head.forward(u.concat([u.select(state.h, -1), u.select(state.c, -1)]));
  }
}

/** [B, T, 3] to [B, 2] by the mean, or the largest, of all outputs. */
export class Pooled extends u.Module {
  readonly rnn: u.RNN;
  readonly pool: u.GlobalPool;
  readonly head: u.Linear;

  constructor(device: u.Device, kind: "average" | "max") {
    super();
    this.rnn = new u.RNN(device, { inputSize: 3, hiddenSize: 5, batchFirst: true });
    this.pool = new u.GlobalPool(kind);
    this.head = new u.Linear(device, { inputSize: 5, outputSize: 2 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const { outputs } = this.rnn.forward(xs, { lengths });
    const pooled = this.pool.forward(u.swapLastAxes(outputs), { lengths });
    return this.head.forward(u.reshape(pooled, [xs.shape[0], 5]));
  }
}

/** [B, T] ids to [B, 2]: Σ_t softmax(v·tanh(W h_t)) h_t (Yang et al. 2016). */
export class AttentionPooled extends u.Module {
  readonly embedding: u.Embedding;
  readonly gru: u.GRU;
  readonly project: u.Linear;
  readonly query: u.Parameter;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.embedding = new u.Embedding(device, { vocabularySize: 11, embeddingSize: 6 });
    this.gru = new u.GRU(device, {
      inputSize: 6,
      hiddenSize: 4,
      batchFirst: true,
      direction: "bidirectional",
    });
    this.project = new u.Linear(device, { inputSize: 8, outputSize: 5 });
    this.query = new u.Parameter(device, [5, 1]).assign([0.5, -1, 0.25, 2, -0.75]);
    this.head = new u.Linear(device, { inputSize: 8, outputSize: 2 });
  }

  forward(ids: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const hs = this.gru.forward(this.embedding.forward(ids), { lengths }).outputs;
    const scores = u.matmul(u.tanh(this.project.forward(hs)), this.query);
    const weights = u.softmax(u.swapLastAxes(scores), { lengths });
    return this.head.forward(u.reshape(u.matmul(weights, hs), [ids.shape[0], 8]));
  }
}

/** [B, T, 6] to [B, T, 6]: scaled dot products of all steps with one another, around which there is a way. */
export class SelfAttention extends u.Module {
  readonly query: u.Linear;
  readonly key: u.Linear;
  readonly value: u.Linear;
  readonly norm: u.LayerNorm;

  constructor(device: u.Device) {
    super();
    this.query = new u.Linear(device, { inputSize: 6, outputSize: 4 });
    this.key = new u.Linear(device, { inputSize: 6, outputSize: 4 });
    this.value = new u.Linear(device, { inputSize: 6, outputSize: 6, bias: false });
    this.norm = new u.LayerNorm(device, 6);
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const [queries, keys] = [this.query.forward(xs), this.key.forward(xs)];
    const scores = u.scaled(u.matmul(queries, u.swapLastAxes(keys)), 0.5);
    const read = u.matmul(u.softmax(scores, { lengths }), this.value.forward(xs));
    return this.norm.forward(u.add(xs, read));
  }
}

/** [B, T, 4] to [B, T, 4]: layers with ways around them, with and without a gate, and a learnt gain. */
export class ResidualStack extends u.Module {
  readonly layers: readonly u.GRU[];
  readonly gate: u.Linear;
  readonly gain: u.Parameter;
  readonly offset: u.Parameter;

  constructor(device: u.Device) {
    super();
    const options = { inputSize: 4, hiddenSize: 4, batchFirst: true };
    this.layers = [new u.GRU(device, options), new u.GRU(device, options)];
    this.gate = new u.Linear(device, { inputSize: 4, outputSize: 4 });
    this.gain = new u.Parameter(device, [4]).assign([1, 2, -0.5, 0.25]);
    this.offset = new u.Parameter(device, [1]).assign([0.125]);
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const first = u.add(xs, this.layers[0].forward(xs, { lengths }).outputs);
    const second = this.layers[1].forward(first, { lengths }).outputs;
    const open = u.sigmoid(this.gate.forward(first));
    const shut = u.subtract(u.tensor(xs.device, [1]), open);
    const both = u.add(u.multiply(open, second), u.multiply(shut, u.square(first)));
    return u.add(u.multiply(u.divide(both, u.tensor(xs.device, [2])), this.gain), this.offset);
  }
}

/** Words and features of the same steps, [B, T] and [B, T, 2], to [B, T, 3] and its certainty. */
export class TwoInputs extends u.Module {
  readonly embedding: u.Embedding;
  readonly rnn: u.RNN;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.embedding = new u.Embedding(device, { vocabularySize: 11, embeddingSize: 4 });
    this.rnn = new u.RNN(device, { inputSize: 6, hiddenSize: 6, batchFirst: true });
    this.head = new u.Linear(device, { inputSize: 3, outputSize: 3 });
  }

  forward({ words, features }: Readonly<Record<string, u.Tensor>>, { lengths }: Call = {}) {
    const xs = u.concat([this.embedding.forward(words), features]);
    const { outputs } = this.rnn.forward(xs, { lengths });
    const gated = u.multiply(u.columns(outputs, 0, 3), u.sigmoid(u.columns(outputs, 3, 6)));
    const logits = this.head.forward(gated);
    return { logits, certainty: u.sumLast(u.square(u.softmax(logits))) };
  }
}

/** [T, B, 3] through a code [B, 4] that a decoder reads at every step. */
export class Autoencoder extends u.Module {
  readonly encoder: u.LSTM;
  readonly bottleneck: u.Linear;
  readonly decoder: u.LSTM;
  readonly head: u.Linear;

  constructor(device: u.Device) {
    super();
    this.encoder = new u.LSTM(device, { inputSize: 3, hiddenSize: 6 });
    this.bottleneck = new u.Linear(device, { inputSize: 6, outputSize: 4 });
    this.decoder = new u.LSTM(device, { inputSize: 4, hiddenSize: 6 });
    this.head = new u.Linear(device, { inputSize: 6, outputSize: 3 });
  }

  forward(xs: u.Tensor, { lengths }: Call = {}): u.Tensor {
    const { lastOutput, state } = this.encoder.forward(xs, { lengths });
    const code = u.tanh(this.bottleneck.forward(lastOutput));
    const repeated = u.stack(xs.shape.length > 0 ? new Array<u.Tensor>(xs.shape[0]).fill(code) : []);
    return this.head.forward(this.decoder.forward(repeated, { lengths, state }).outputs);
  }
}

/** [B, T, 3] to [B, T, 5] by causal convolutions, channels in the middle. */
export class Convolutions extends u.Module {
  readonly first: u.Conv1d;
  readonly second: u.Conv1d;

  constructor(device: u.Device) {
    super();
    this.first = new u.Conv1d(device, { inputSize: 3, outputSize: 4, kernelSize: 3, padding: "causal" });
    this.second = new u.Conv1d(device, {
      inputSize: 4,
      outputSize: 5,
      kernelSize: 2,
      dilation: 2,
      padding: "causal",
    });
  }

  forward(xs: u.Tensor): u.Tensor {
    const channels = u.relu(this.first.forward(u.swapLastAxes(xs)));
    return u.swapLastAxes(this.second.forward(channels));
  }
}
