// Finds the day that is unlike the others: an LSTM folds each day of a series into eight numbers and unfolds it again; what it cannot
// fold is odd. Made-up sensor readings, a sine a day with noise; on one day the sensor sticks.

import { fit, Generator, GRU, Linear, LSTM, Module, meanSquare, openDevice, predictions } from "unrolled";
import { stack, swapAxes, type Tensor } from "unrolled/tensor";

const [HOURS, DAYS, ODD] = [24, 200, 137];
const generator = new Generator(1);
const reading = (day: number, hour: number) =>
  Math.sin((2 * Math.PI * hour) / HOURS + 0.1 * (day % 7)) + generator.uniformBetween(-0.1, 0.1);
const days = Array.from({ length: DAYS }, (_, day) =>
  Array.from({ length: HOURS }, (_, hour) => [reading(day, day === ODD ? Math.min(hour, 9) : hour)]),
);

const device = await openDevice({ seed: 1 });
class Autoencoder extends Module {
  encoder = new LSTM(device, { inputSize: 1, hiddenSize: 16, batchFirst: true });
  folded = new Linear(device, { inputSize: 16, outputSize: 8 });
  decoder = new GRU(device, { inputSize: 8, hiddenSize: 24, batchFirst: true });
  unfolded = new Linear(device, { inputSize: 24, outputSize: 1 });
  forward(xs: Tensor): Tensor {
    const code = this.folded.forward(this.encoder.forward(xs).lastOutput);
    // The same eight numbers at each hour: [T, B, 8] as [B, T, 8].
    const each = stack(Array.from({ length: HOURS }, () => code));
    return this.unfolded.forward(this.decoder.forward(swapAxes(each)).outputs);
  }
}
const model = new Autoencoder();
const data = days.map((day) => ({ inputs: day, targets: day }));
for await (const event of fit(model, { data, loss: meanSquare, epochs: 40, learningRate: 0.01 }))
  if (event.type === "end") console.log(`${event.steps} steps in ${event.seconds.toFixed(1)} s`);
const again = await predictions(model, days);
const errors = days.map(
  (day, at) => day.reduce((sum, [value], hour) => sum + (value - again[at].data[hour]) ** 2, 0) / HOURS,
);
const worst = errors.indexOf(Math.max(...errors));
const typical = [...errors].sort((left, right) => left - right)[DAYS / 2];
console.log(
  `day ${worst} is odd: error ${errors[worst].toFixed(3)}, ${typical.toFixed(3)} on a day like others`,
);
