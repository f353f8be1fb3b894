// Copy memory (Hochreiter & Schmidhuber 1997; in this form Arjovsky, Shah & Bengio 2016): some symbols, a long silence, a sign, and
// then the symbols are to be said in their order. Without memory there is nothing to choose by: ln 8 nats a symbol.
import { ask, emptySymbols, type SymbolTask } from "./task.ts";

const LETTERS = 8;
const BLANK = LETTERS;
const SIGN = LETTERS + 1;
/** Symbols to be kept in mind. */
const KEPT = 5;

export const copyMemory: SymbolTask = {
  kind: "symbols",
  name: "copy",
  title: "Copy memory",
  about:
    "Five letters, a long silence, then a sign: say the five letters again. The longer the sequence, the longer they have to be kept (Hochreiter & Schmidhuber 1997).",
  alphabet: "abcdefgh·?",
  leastSteps: 2 * KEPT + 1,
  chance: { loss: Math.log(LETTERS), accuracy: 1 / LETTERS },
  counts: "letters said again",
  batch(generator, steps, rows) {
    const batch = emptySymbols(steps, rows);
    batch.inputs.fill(BLANK);
    const among = (1 << (LETTERS + 2)) - 1;
    for (let row = 0; row < rows; row++) {
      for (let index = 0; index < KEPT; index++) {
        const symbol = generator.integer(LETTERS);
        batch.inputs[index * rows + row] = symbol;
        ask(batch, (steps - KEPT + index) * rows + row, symbol, among);
      }
      batch.inputs[(steps - KEPT - 1) * rows + row] = SIGN;
    }
    return batch;
  },
};
