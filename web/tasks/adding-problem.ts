// The adding problem (Hochreiter & Schmidhuber 1997; numbers from 0 to 1 and one mark in each half as in Arjovsky, Shah & Bengio
// 2016): the sum of the two marked numbers. Always saying 1 has a mean square error of Var(u + v) = 2/12.
import type { NumberTask } from "./task.ts";

export const addingProblem: NumberTask = {
  kind: "numbers",
  name: "adding",
  title: "Adding problem",
  about:
    "Random numbers from 0 to 1, two of them marked, one in each half: at the end, say the sum of the two (Hochreiter & Schmidhuber 1997).",
  inputSize: 2,
  leastSteps: 4,
  // |u + v − 1| < 0.04 has the probability 1 − 0.96².
  chance: { loss: 1 / 6, accuracy: 1 - 0.96 ** 2 },
  counts: "sums within 0.04",
  batch(generator, steps, rows) {
    const inputs = new Float32Array(steps * rows * 2);
    const targets = new Float32Array(steps * rows);
    const asked = new Float32Array(steps * rows);
    const half = steps >> 1;
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < steps; t++) inputs[2 * (t * rows + row)] = generator.uniform();
      const last = (steps - 1) * rows + row;
      for (const t of [generator.integer(half), half + generator.integer(steps - half)]) {
        inputs[2 * (t * rows + row) + 1] = 1;
        targets[last] += inputs[2 * (t * rows + row)];
      }
      asked[last] = 1;
    }
    return { kind: "numbers", inputs, targets, asked, bestLoss: 0 };
  },
};
