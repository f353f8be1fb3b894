// Forecasts a noisy sine: after each measurement an LSTM says what the next one will be, and then goes on by itself.
import { AdamW, Generator, openDevice, type Tensor, tensor } from "unrolled";
import * as nn from "unrolled/nn";
import { narrow } from "unrolled/tensor";

const device = await openDevice();
const generator = new Generator(1);
const truth = (t: number) => Math.sin(t / 8);
const series = Array.from({ length: 2000 }, (_, t) => truth(t) + generator.uniformBetween(-0.2, 0.2));

/** B stretches of T measurements, one after the other, side by side: [T, B, 1]. */
function stretches(start: number, T: number, B: number): Tensor {
  const numbers = Array.from({ length: T * B }, (_, i) => series[start + (i % B) * T + Math.floor(i / B)]);
  return tensor(device, numbers, [T, B, 1]);
}
class Forecaster extends nn.Module {
  lstm = new nn.LSTM(device, { inputSize: 1, hiddenSize: 32, generator });
  decoder = new nn.Linear(device, { inputSize: 32, outputSize: 1, generator });
  forward(xs: Tensor, before?: nn.RecurrentState) {
    const { outputs, state } = this.lstm.forward(xs, { state: before });
    return { forecasts: this.decoder.forward(outputs), state };
  }
}
const model = new Forecaster();
const optimiser = new AdamW(model.parameters(), { learningRate: 0.01 });
const [xs, next] = [stretches(0, 100, 16), stretches(1, 100, 16)];
for (let step = 1; step <= 200; step++) {
  device.scope(() => nn.meanSquare(model.forward(xs).forecasts, next).backward());
  optimiser.step();
  optimiser.zeroGrad();
}
const heldOut = stretches(1700, 299, 1);
let { forecasts, state } = model.forward(heldOut);
const error = await nn.meanSquare(forecasts, stretches(1701, 299, 1)).item();
console.log(`one step ahead: mean square ${error.toFixed(4)}, of which noise ${(0.2 ** 2 / 3).toFixed(4)}`);
for (let t = 1999; t < 2040; t++) {
  const forecast = narrow(forecasts, -1);
  console.log(`t = ${t}: forecast ${(await forecast.item()).toFixed(2)}, truth ${truth(t).toFixed(2)}`);
  ({ forecasts, state } = model.forward(forecast, state));
}
