// The model of parallel.ts, which each of its threads makes from this module: an LSTM that reads pairs of numbers. JavaScript,
// so that the threads of any Node.js and any browser can load it as it is.
import { tensor } from "unrolled";
import * as nn from "unrolled/nn";
import { select } from "unrolled/tensor";

class Adder extends nn.Module {
  constructor(device, hiddenSize) {
    super();
    this.device = device;
    this.lstm = new nn.LSTM(device, { inputSize: 2, hiddenSize });
    this.decoder = new nn.Linear(device, { inputSize: hiddenSize, outputSize: 1 });
  }

  /** Sums [B, 1] of B problems { steps: [[number, mark], …], sum } of equal length. */
  forward(problems) {
    const length = problems[0].steps.length;
    const pairs = Array.from({ length }, (_, t) => problems.flatMap(({ steps }) => steps[t])).flat();
    const xs = tensor(this.device, pairs, [length, problems.length, 2]);
    return this.decoder.forward(select(this.lstm.forward(xs).state.h, -1));
  }
}

/** One thread's model, and its mean square error over a share of the batch. */
export function adder(device, hiddenSize) {
  const model = new Adder(device, hiddenSize);
  const sums = (problems) => problems.map(({ sum }) => sum);
  return {
    model,
    loss: (share) => nn.meanSquare(model.forward(share), tensor(device, sums(share), [share.length, 1])),
  };
}
