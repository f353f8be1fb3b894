// Where batches come from: a task's generator, or a text as parallel streams.
import { type Generator, UnrolledError } from "unrolled";
import { type TokenStreams, tokenStreams } from "unrolled/data";
import { NOT_ASKED, type NumberBatch, type SymbolBatch, type Task } from "../tasks/task.ts";

/** A part of a text: every token is to foretell the next. [T, B]. */
export interface TextBatch {
  readonly kind: "text";
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
}

export type Batch = SymbolBatch | NumberBatch | TextBatch;

export interface DrawnBatch {
  readonly batch: Batch;
  readonly steps: number;
  /** Whether the state before it is the one after the batch before. */
  readonly goesOn: boolean;
}

/** The batch of each step of training, counted from 0. */
export type BatchSource = (step: number) => DrawnBatch;

/** Every step has sequences of its own, which are decided by the generator and the step alone. */
export function taskBatches(task: Task, generator: Generator, steps: number, rows: number): BatchSource {
  return (step) => ({ batch: task.batch(generator.fork(step), steps, rows), steps, goesOn: false });
}

/** A text from its beginning to its end and again. Too short a text is an error. */
export function textBatches(ids: Int32Array, steps: number, rows: number): BatchSource {
  if (ids.length <= steps * rows)
    throw new UnrolledError("text-too-short", {
      call: "training",
      problem: `the text has ${ids.length} characters, and ${rows} sequences of ${steps} steps need more than ${steps * rows}: take a longer text, a smaller batch or shorter sequences`,
    });
  const streams: TokenStreams = tokenStreams(ids, rows, steps);
  return (step) => {
    const sequence = step % streams.sequencesPerEpoch;
    const length = streams.lengthOf(sequence);
    const [inputs, targets] = [new Int32Array(length * rows), new Int32Array(length * rows)];
    streams.batch(sequence, inputs, targets);
    return { batch: { kind: "text", inputs, targets }, steps: length, goesOn: sequence > 0 };
  };
}

/** The first few rows of a batch, in which only the last answer of each is asked for. */
export function lastAnswers(batch: Batch, steps: number, most: number): { batch: Batch; rows: number } {
  const all = batch.targets.length / steps;
  const rows = Math.min(all, most);
  const lastOf = (row: number) => {
    for (let t = steps - 1; t >= 0; t--) {
      const place = t * all + row;
      if (batch.kind === "numbers" ? batch.asked[place] === 1 : batch.targets[place] !== NOT_ASKED)
        return place;
    }
    return -1;
  };
  const last = new Set(Array.from({ length: rows }, (_, row) => lastOf(row)));
  const place = (index: number) => Math.floor(index / rows) * all + (index % rows);
  if (batch.kind === "numbers") {
    const width = batch.inputs.length / batch.targets.length;
    const inputs = Float32Array.from(
      { length: steps * rows * width },
      (_, index) => batch.inputs[place(Math.floor(index / width)) * width + (index % width)],
    );
    const targets = Float32Array.from({ length: steps * rows }, (_, index) => batch.targets[place(index)]);
    const asked = targets.map((_, index) => (last.has(place(index)) ? 1 : 0));
    return { batch: { kind: "numbers", inputs, targets, asked, bestLoss: batch.bestLoss }, rows };
  }
  const inputs = Int32Array.from({ length: steps * rows }, (_, index) => batch.inputs[place(index)]);
  const targets = inputs.map((_, index) =>
    last.has(place(index)) ? batch.targets[place(index)] : NOT_ASKED,
  );
  return { batch: { kind: "text", inputs, targets }, rows };
}
