// The model of parallel.ts, which each of its threads makes from this module: an LSTM that reads pairs of numbers. JavaScript,
// so that the threads of any Node.js and any browser can load it as it is.
import { defineFit, Linear, LSTM, Module, meanSquare } from "unrolled";

class Adder extends Module {
  constructor(device, hiddenSize) {
    super();
    this.lstm = new LSTM(device, { inputSize: 2, hiddenSize, batchFirst: true });
    this.decoder = new Linear(device, { inputSize: hiddenSize, outputSize: 1 });
  }

  /** Pairs [B, T, 2] of a number and its mark to sums [B, 1]. */
  forward(pairs) {
    return this.decoder.forward(this.lstm.forward(pairs).lastOutput);
  }
}

export const adder = defineFit({
  name: "adder",
  model: (device, hiddenSize) => new Adder(device, hiddenSize),
  loss: meanSquare,
});
