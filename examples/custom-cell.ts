// A cell of one's own from tensor operations: an update gate (Collins et al. 2017) learns to remember how a sequence began.
import { AdamW, Generator, ints, openDevice, type Tensor, tensor, zeros } from "unrolled";
import * as nn from "unrolled/nn";
import { add, columns, multiply, sigmoid, subtract, tanh } from "unrolled/tensor";

const device = await openDevice();
const generator = new Generator(1);
const [symbols, H, B] = [4, 24, 32];

class UpdateGateCell extends nn.Module {
  input = new nn.Linear(device, { inputSize: symbols, outputSize: 2 * H, generator });
  recurrent = new nn.Linear(device, { inputSize: H, outputSize: 2 * H, bias: false, generator });
  step(x: Tensor, h: Tensor) {
    const sums = add(this.input.forward(x), this.recurrent.forward(h));
    const candidate = tanh(columns(sums, 0, H));
    const keep = sigmoid(columns(sums, H, 2 * H));
    const state = add(candidate, multiply(keep, subtract(h, candidate)));
    return { output: state, state };
  }
}
const cell = new UpdateGateCell();
const decoder = new nn.Linear(device, { inputSize: H, outputSize: symbols, generator });
const optimiser = new AdamW([...cell.parameters(), ...decoder.parameters()], { learningRate: 0.01 });

/** How surprising the first symbol of each of B random sequences of 5 to 20 symbols is at its end, in nats. */
function attempt() {
  const lengths = Array.from({ length: B }, () => 5 + generator.integer(16));
  const drawn = Array.from({ length: 20 * B }, () => generator.integer(symbols));
  const oneHot = drawn.flatMap((symbol) => Array.from({ length: symbols }, (_, s) => Number(s === symbol)));
  const xs = tensor(device, oneHot, [20, B, symbols]);
  const { state } = nn.unroll(cell, xs, zeros(device, [B, H]), { lengths });
  return nn.crossEntropy(decoder.forward(state), ints(device, drawn.slice(0, B)));
}
for (let step = 1; step <= 400; step++) {
  device.scope(() => attempt().backward());
  optimiser.step();
  optimiser.zeroGrad();
}
const nats = await device.withoutGradients(attempt).item();
console.log(`new sequences: ${nats.toFixed(3)} nats, ${Math.log(symbols).toFixed(3)} by guessing`);
