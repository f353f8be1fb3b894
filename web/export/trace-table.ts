// A reading as a table, a row for each step, and as plain data.
import type { Reading } from "../engine/protocol.ts";
import { type Quantity, quantitiesOf } from "../figures/quantities.ts";

/**
 * One layer's states and gates as CSV (RFC 4180): step, token, its surprise in bits, then every quantity's units. Of a task's model, what it
 * says at each step stands in place of the surprise.
 */
export function traceCsv({ pieces, trace, task }: Reading, layer: number): string {
  const quantities = quantitiesOf(trace.layers[layer]);
  const unitsOf = ({ units }: Quantity) => Array.from({ length: units }, (_, unit) => unit);
  const head = [
    "step",
    "token",
    task ? "says" : "bits",
    ...quantities.flatMap((each) => unitsOf(each).map((unit) => `${each.name}[${unit}]`)),
  ];
  const rows = pieces.map((piece, step) => [
    String(step + 1),
    csvField(piece),
    task ? csvField(task.words[step]) : step === 0 ? "" : String(trace.lossNats[step - 1] / Math.LN2),
    ...quantities.flatMap((each) =>
      unitsOf(each).map((unit) => String(each.values[step * each.units + unit])),
    ),
  ]);
  return [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** A reading as JSON can hold it: a matrix is a list of its rows, what is unknown is null. */
export function readingJson({ text, pieces, trace, task }: Reading): unknown {
  const matrix = (values: Float32Array, width: number) =>
    Array.from({ length: values.length / width }, (_, row) =>
      Array.from(values.subarray(row * width, (row + 1) * width)),
    );
  const steps = pieces.length;
  return {
    text,
    pieces,
    ...(task ? { task: task.name, names: task.names, words: task.words, answer: task.answer } : {}),
    ids: task ? [] : Array.from(trace.ids),
    lossNats: Array.from(trace.lossNats, (loss) => (Number.isNaN(loss) ? null : loss)),
    inputs: matrix(trace.inputs, trace.inputs.length / steps),
    [task ? "said" : "logits"]: matrix(trace.outputs, trace.outputs.length / steps),
    layers: trace.layers.map(({ cell, hiddenSize, states, widths, gates }) => ({
      cell: cell === "rnn" ? "elman" : cell,
      hiddenSize,
      ...Object.fromEntries(
        Object.entries(states).map(([name, values]) => [name, matrix(values, widths[name])]),
      ),
      gates: Object.fromEntries(
        Object.entries(gates).map(([name, values]) => [name, matrix(values, hiddenSize)]),
      ),
    })),
  };
}

/** A field of CSV, quoted where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
