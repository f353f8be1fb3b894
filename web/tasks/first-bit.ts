// The first bit, asked for now and then: whoever remembers only a few steps can answer the early questions, and no late ones.
import { ask, emptySymbols, type SymbolTask } from "./task.ts";

const [ONE, QUESTION] = [1, 2];

export const firstBit: SymbolTask = {
  kind: "symbols",
  name: "first",
  title: "The first bit",
  about:
    "Random bits, and question marks among them: a quarter of the steps, and the last. At each question mark, say the first bit again.",
  alphabet: "01?",
  leastSteps: 3,
  chance: { loss: Math.LN2, accuracy: 1 / 2 },
  counts: "answers",
  batch(generator, steps, rows) {
    const batch = emptySymbols(steps, rows);
    for (let row = 0; row < rows; row++) {
      const first = generator.integer(2);
      batch.inputs[row] = first;
      for (let t = 1; t < steps; t++) {
        const place = t * rows + row;
        const isAsked = t === steps - 1 || generator.integer(4) === 0;
        batch.inputs[place] = isAsked ? QUESTION : generator.integer(ONE + 1);
        if (isAsked) ask(batch, place, first, 0b11);
      }
    }
    return batch;
  },
};
