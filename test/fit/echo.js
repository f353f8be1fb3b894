// A model that says the first symbol of a sequence at its end: for fit on several threads.
import { accuracy, crossEntropy, defineFit, Embedding, GRU, Linear, Module } from "unrolled";

class Echo extends Module {
  constructor(device, { symbols, hiddenSize }) {
    super();
    this.embedding = new Embedding(device, { vocabularySize: symbols, embeddingSize: 8 });
    this.gru = new GRU(device, { inputSize: 8, hiddenSize, batchFirst: true, numLayers: 2, dropout: 0.1 });
    this.head = new Linear(device, { inputSize: hiddenSize, outputSize: symbols });
  }

  forward(ids, call) {
    return this.head.forward(this.gru.forward(this.embedding.forward(ids), call).lastOutput);
  }
}

export const echo = defineFit({
  name: "echo",
  model: (device, options) => new Echo(device, options),
  loss: crossEntropy,
  metrics: { accuracy: accuracy() },
});
