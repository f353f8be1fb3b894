import type { Heap } from "../heap/heap.ts";

/** What one step reads or makes: where it stands in the heap, which for some changes from step to step. */
export interface PlacedValue {
  at: number;
  /** Entries of one sequence. */
  readonly width: number;
  readonly kind: "float" | "int";
}

/** An input or output by name. */
export interface NamedValue<Value extends PlacedValue = PlacedValue> {
  readonly name: string;
  readonly value: Value;
  /** Of an input: throws for numbers that cannot be read, before any are put in place. */
  readonly check?: ((numbers: ArrayLike<number>) => void) | undefined;
}

/** One step for some sequences side by side, in room that is taken once. How states are carried is its maker's. */
export interface Steps {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** Takes the step for the first `rows` sequences. */
  run(rows: number): void;
}

/** Puts the numbers of an input where the step reads them. */
export function placeNumbers(heap: Heap, { at, kind }: PlacedValue, numbers: ArrayLike<number>): void {
  if (kind === "float") heap.floats().set(numbers, at);
  else heap.ints().set(numbers, at);
}

/** Numbers up to which copying them one by one takes less time than making a view of them. */
const FEW = 32;

/** The numbers of `rows` sequences of a value, into an array from a place on. */
export function takeNumbers(
  heap: Heap,
  { at, kind, width }: PlacedValue,
  rows: number,
  into: Float32Array | Int32Array,
  start = 0,
): void {
  const numbers = kind === "int" ? heap.ints() : heap.floats();
  const size = rows * width;
  if (size > FEW) into.set(numbers.subarray(at, at + size), start);
  else for (let index = 0; index < size; index++) into[start + index] = numbers[at + index];
}
