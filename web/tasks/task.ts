// A task with a known answer: sequences made by a seeded generator, what is asked of them, how well it can be done at best, and how
// well by somebody who remembers nothing.
import type { Generator } from "unrolled";

/** A target that is not asked for; crossEntropy leaves it out. */
export const NOT_ASKED = -100;

/** Sequences of symbols, by their place in the task's alphabet. All arrays are [T, B]. */
export interface SymbolBatch {
  readonly kind: "symbols";
  readonly inputs: Int32Array;
  /** `NOT_ASKED` where nothing is asked. */
  readonly targets: Int32Array;
  /** Bit s is set where symbol s is a right answer; 0 where no answer is counted as right or wrong. */
  readonly right: Uint32Array;
  /** Bit s is set where symbol s is one of those among which the likeliest is the answer. */
  readonly among: Uint32Array;
  /** Mean loss, in nats, of whoever knows how the sequences are made. */
  readonly bestLoss: number;
}

/** Sequences of numbers. */
export interface NumberBatch {
  readonly kind: "numbers";
  /** [T, B, I]. */
  readonly inputs: Float32Array;
  /** [T, B], and 1 where one is asked for. */
  readonly targets: Float32Array;
  readonly asked: Float32Array;
  /** Mean square of the error of whoever knows how the sequences are made. */
  readonly bestLoss: number;
}

interface TaskFacts {
  /** In the URL. */
  readonly name: string;
  readonly title: string;
  /** What is to be done, in a sentence or two, and who thought of it. */
  readonly about: string;
  /** The shortest sequence that makes sense. */
  readonly leastSteps: number;
  /** Loss, and share of right answers, of the best that can be said without memory of the sequence. */
  readonly chance: { readonly loss: number; readonly accuracy: number };
  /** What counts as a right answer. */
  readonly counts: string;
}

export interface SymbolTask extends TaskFacts {
  readonly kind: "symbols";
  /** One character a symbol. */
  readonly alphabet: string;
  batch(generator: Generator, steps: number, rows: number): SymbolBatch;
}

export interface NumberTask extends TaskFacts {
  readonly kind: "numbers";
  /** I. */
  readonly inputSize: number;
  batch(generator: Generator, steps: number, rows: number): NumberBatch;
}

export type Task = SymbolTask | NumberTask;

/** An answer in numbers is right within this (Hochreiter & Schmidhuber 1997, experiment 4). */
export const CLOSE_ENOUGH = 0.04;

/** Room for a batch of symbols in which nothing is asked yet. */
export function emptySymbols(steps: number, rows: number): SymbolBatch & { bestLoss: number } {
  const size = steps * rows;
  return {
    kind: "symbols",
    inputs: new Int32Array(size),
    targets: new Int32Array(size).fill(NOT_ASKED),
    right: new Uint32Array(size),
    among: new Uint32Array(size),
    bestLoss: 0,
  };
}

/** Asks for one symbol at a place, and for no other. */
export function ask(batch: SymbolBatch, place: number, symbol: number, among: number): void {
  batch.targets[place] = symbol;
  batch.right[place] = 1 << symbol;
  batch.among[place] = among;
}
