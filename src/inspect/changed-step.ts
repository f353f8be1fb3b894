// A step in which something is changed, from there on once more in the order of the equations (batch 1):
//   LSTM   c = f∘c + i∘g    h = o∘tanh(c)                          gates i f g o
//   GRU    n = tanh(x_n + r∘h_n)    h = (1 − z)∘n + z∘h            gates r z n, x_n and h_n the two products of the candidate
//   Elman  h
import type { Step } from "../cells/step.ts";
import type { CellName } from "./gate-names.ts";
import { change, type Intervention } from "./intervention.ts";

type HeapNumbers = Float32Array | Float64Array;

/** Applies changes after the gate arithmetic of a step. `candidateSums` [H] is x_n, which the GRU's kernel has overwritten. */
export function changeStep(
  cell: CellName,
  changes: readonly Intervention[],
  numbers: HeapNumbers,
  step: Step,
  candidateSums: HeapNumbers,
): void {
  if (changes.length === 0) return;
  if (cell === "lstm") changeLstm(changes, numbers, step);
  if (cell === "gru") changeGru(changes, numbers, step, candidateSums);
  change(changes, "h", numbers, step.h.made, step.hidden);
}

function changeLstm(changes: readonly Intervention[], numbers: HeapNumbers, step: Step): void {
  const { sums, hidden, states } = step;
  const { before: cBefore, made: c } = states.c;
  const h = step.h.made;
  const [i, f, g, o] = [sums, sums + hidden, sums + 2 * hidden, sums + 3 * hidden];
  const ofState = [change(changes, "i", numbers, i, hidden), change(changes, "f", numbers, f, hidden)];
  ofState.push(change(changes, "g", numbers, g, hidden));
  if (ofState.includes(true)) {
    for (let unit = 0; unit < hidden; unit++)
      numbers[c + unit] = numbers[f + unit] * numbers[cBefore + unit] + numbers[i + unit] * numbers[g + unit];
  }
  const ofOutput = [change(changes, "c", numbers, c, hidden), change(changes, "o", numbers, o, hidden)];
  if (!ofState.includes(true) && !ofOutput.includes(true)) return;
  for (let unit = 0; unit < hidden; unit++)
    numbers[h + unit] = numbers[o + unit] * Math.tanh(numbers[c + unit]);
}

function changeGru(
  changes: readonly Intervention[],
  numbers: HeapNumbers,
  step: Step,
  candidateSums: HeapNumbers,
): void {
  const { sums, recurrent, hidden } = step;
  const { before: hBefore, made: h } = step.h;
  const [r, z, n] = [sums, sums + hidden, sums + 2 * hidden];
  const recurrentCandidate = recurrent + 2 * hidden;
  const ofReset = change(changes, "r", numbers, r, hidden);
  if (ofReset) {
    for (let unit = 0; unit < hidden; unit++)
      numbers[n + unit] = Math.tanh(
        candidateSums[unit] + numbers[r + unit] * numbers[recurrentCandidate + unit],
      );
  }
  const ofUpdate = change(changes, "z", numbers, z, hidden);
  const ofCandidate = change(changes, "n", numbers, n, hidden);
  if (!ofReset && !ofUpdate && !ofCandidate) return;
  for (let unit = 0; unit < hidden; unit++)
    numbers[h + unit] = numbers[n + unit] + numbers[z + unit] * (numbers[hBefore + unit] - numbers[n + unit]);
}
