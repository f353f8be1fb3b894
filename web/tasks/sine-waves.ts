// Sine waves of unknown frequency ω and phase: say the next value. Two values and ω decide all others,
// x[t+1] = 2 cos(ω) x[t] − x[t−1], so that no error need be left once ω is known. Always saying 0 has a mean square error of 1/2.
import type { NumberTask } from "./task.ts";

/** Steps of a period. */
const SHORTEST = 8;
const LONGEST = 32;

export const sineWaves: NumberTask = {
  kind: "numbers",
  name: "sine",
  title: "Sine waves",
  about:
    "A wave whose frequency and phase the network has to find out from the wave itself: say its next value at each step. Each period has 8 to 32 steps.",
  inputSize: 1,
  leastSteps: 4,
  // |sin φ| < 0.04 for an even φ has the probability 2/π · arcsin 0.04.
  chance: { loss: 1 / 2, accuracy: (2 / Math.PI) * Math.asin(0.04) },
  counts: "values within 0.04",
  batch(generator, steps, rows) {
    const inputs = new Float32Array(steps * rows);
    const targets = new Float32Array(steps * rows);
    const asked = new Float32Array(steps * rows);
    for (let row = 0; row < rows; row++) {
      const omega = (2 * Math.PI) / generator.uniformBetween(SHORTEST, LONGEST);
      const phase = generator.uniformBetween(0, 2 * Math.PI);
      for (let t = 0; t < steps; t++) {
        const place = t * rows + row;
        inputs[place] = Math.sin(phase + omega * t);
        targets[place] = Math.sin(phase + omega * (t + 1));
        // A value, or two, do not tell the frequency.
        asked[place] = t >= 2 ? 1 : 0;
      }
    }
    return { kind: "numbers", inputs, targets, asked, bestLoss: 0 };
  },
};
