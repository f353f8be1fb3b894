// Forecasts tomorrow's lowest temperature from the last thirty days, beside saying that tomorrow will be as today is.
//   npm run example examples/temperatures.ts FILE    a CSV file: date,temperature
import { readFileSync } from "node:fs";
import { fit, meanSquare, openDevice, predictions, sequential } from "unrolled";
import { meanAbsoluteError, progressLine } from "unrolled/training";

const [file, epochs = "15"] = process.argv.slice(2);
const lines = readFileSync(file, "utf8").trim().split("\n").slice(1);
const series = lines.map((line) => Number(line.split(",")[1].replace("?", "")));
const [DAYS, cut] = [30, Math.floor(0.8 * series.length)];
// The scale is that of the part which is learned from; nothing of what comes later is known there.
const learned = series.slice(0, cut);
const mean = learned.reduce((sum, value) => sum + value, 0) / cut;
const deviation = Math.sqrt(learned.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cut);
const scaled = series.map((value) => (value - mean) / deviation);
const windows = (from: number, to: number) =>
  Array.from({ length: to - from - DAYS }, (_, at) => ({
    inputs: scaled.slice(from + at, from + at + DAYS).map((value) => [value]),
    targets: [scaled[from + at + DAYS]],
  }));
const [data, later] = [windows(0, cut), windows(cut, series.length)];
const model = sequential(await openDevice({ seed: 1 }), [
  { kind: "gru", inputSize: 1, hiddenSize: 32, returns: "last" },
  { kind: "linear", outputSize: 1 },
]);
const settings = { batchSize: 64, learningRate: 0.003, epochs: Number(epochs), patience: 4 };
for await (const event of fit(model, { data, validation: 0.1, loss: meanSquare, ...settings })) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
}
const asked = later.map(({ inputs }) => inputs);
const forecasts = await predictions(model, asked);
const [ours, naive] = [meanAbsoluteError(), meanAbsoluteError()];
for (const [day, { inputs, targets }] of later.entries()) {
  ours.add(forecasts[day].data, targets);
  naive.add(inputs[DAYS - 1], targets);
}
console.log(
  `off by ${(ours.value * deviation).toFixed(2)} degrees, by ${(naive.value * deviation).toFixed(2)} as today`,
);
