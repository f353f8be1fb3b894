// Delayed echo: each bit is to be said again some steps later. The network is a delay line: it has to hold as many bits as the delay.
import { ask, emptySymbols, type SymbolTask } from "./task.ts";

/** Steps between a bit and its echo: a quarter of the sequence, at most eight. */
export function echoDelay(steps: number): number {
  return Math.max(1, Math.min(8, steps >> 2));
}

export const delayedEcho: SymbolTask = {
  kind: "symbols",
  name: "echo",
  title: "Delayed echo",
  about:
    "Random bits: at each step say the bit of some steps before (a quarter of the sequence, at most eight). So many bits have to be held at once, each in its place.",
  alphabet: "01",
  leastSteps: 4,
  chance: { loss: Math.LN2, accuracy: 1 / 2 },
  counts: "echoes",
  batch(generator, steps, rows) {
    const batch = emptySymbols(steps, rows);
    const delay = echoDelay(steps);
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < steps; t++) {
        const place = t * rows + row;
        batch.inputs[place] = generator.integer(2);
        if (t >= delay) ask(batch, place, batch.inputs[place - delay * rows], 0b11);
      }
    }
    return batch;
  },
};
