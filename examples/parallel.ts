// Trains a model of one's own on all cores: an LSTM learns to add the two marked numbers of a sequence (Hochreiter & Schmidhuber 1997).
import { fit, Generator } from "unrolled";
import { progressLine } from "unrolled/training";

const STEPS = 25;
const generator = new Generator(1);

/** A sequence of random numbers in [0, 1), one marked in each half, and the sum of these two. */
function problem() {
  const half = Math.floor(STEPS / 2);
  const marked = [generator.integer(half), half + generator.integer(STEPS - half)];
  const numbers = Array.from({ length: STEPS }, () => generator.uniform());
  const inputs = numbers.map((number, t) => [number, marked.includes(t) ? 1 : 0]);
  return { inputs, targets: [numbers[marked[0]] + numbers[marked[1]]] };
}
const problems = (count: number) => Array.from({ length: count }, problem);

// Threads cannot be given a function, so they are told where to find it: a module, and the name of its export.
const model = new URL("./adder.js#adder", import.meta.url);
const settings = { batchSize: 64, learningRate: 0.005, epochs: 8, options: 64 };
for await (const event of fit(model, { data: problems(8000), validation: problems(1000), ...settings })) {
  const line = progressLine(event);
  if (line && !line.passes) console.log(line.text);
  // New problems, which it has not seen; saying 1 each time would leave 1/6.
  if (event.type === "end" && event.evaluation)
    console.log(`${(1 / 6 / event.evaluation.loss).toFixed(0)} times below the error of guessing`);
}
