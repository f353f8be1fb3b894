// Parity: after each bit, whether the ones so far are odd in number. One bit of memory is enough, but it must never be lost; without it
// both answers are as likely.
import { ask, emptySymbols, type SymbolTask } from "./task.ts";

export const parity: SymbolTask = {
  kind: "symbols",
  name: "parity",
  title: "Parity",
  about:
    "Random bits: after each, say 1 if there have been an odd number of ones so far, else 0. A single forgotten bit spoils every answer after it.",
  alphabet: "01",
  leastSteps: 2,
  chance: { loss: Math.LN2, accuracy: 1 / 2 },
  counts: "parities",
  batch(generator, steps, rows) {
    const batch = emptySymbols(steps, rows);
    for (let row = 0; row < rows; row++) {
      let odd = 0;
      for (let place = row; place < steps * rows; place += rows) {
        const bit = generator.integer(2);
        odd ^= bit;
        batch.inputs[place] = bit;
        // The first answer is the bit itself, which needs no memory.
        if (place >= rows) ask(batch, place, odd, 0b11);
      }
    }
    return batch;
  },
};
