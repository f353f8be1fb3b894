import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import type { Device } from "../tensor/device.ts";
import { type ModelValue, oneStep } from "./model-value.ts";
import { BLOCK_ROWS, type PoolParts } from "./pool-parts.ts";
import { PooledStream } from "./pooled-stream.ts";
import type { PooledSession, SessionPool, StepNumbers } from "./session.ts";
import type { SessionState } from "./session-state.ts";
import { type NamedValue, placeNumbers, type Steps, takeNumbers } from "./steps.ts";

/** A model that many sessions step through in the heap. */
export interface Pooled {
  readonly device: Device;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Takes the room for blocks of `BLOCK_ROWS` sessions, and at first for the states of `capacity`. */
  beginPool(capacity: number): { readonly steps: Steps; readonly parts: PoolParts };
}

/** A pool over what steps in the heap. */
export class StepPool implements SessionPool {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly #device: Device;
  readonly #steps: Steps;
  readonly #parts: PoolParts;

  constructor(pooled: Pooled, capacity = 16) {
    requireSize("pool", "capacity", capacity);
    const { steps, parts } = pooled.beginPool(capacity);
    this.inputs = pooled.inputs.map((value) => oneStep(value, 1));
    this.outputs = pooled.outputs.map((value) => oneStep(value, 1));
    this.#device = pooled.device;
    this.#steps = steps;
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.size;
  }

  open(state?: SessionState): PooledSession {
    return new PooledStream(this.#parts, state);
  }

  stepInto(
    sessions: readonly PooledSession[],
    inputs: StepNumbers,
    outputs: Readonly<Record<string, Float32Array>>,
  ): void {
    const { length } = sessions;
    this.#parts.requireOpen(sessions);
    for (const input of this.#steps.inputs)
      requireLength("input", input, numbersOf(inputs, input).length, length);
    for (const output of this.#steps.outputs)
      if (Object.hasOwn(outputs, output.name))
        requireLength("output", output, outputs[output.name].length, length);
    for (const input of this.#steps.inputs) input.check?.(numbersOf(inputs, input));
    const { heap } = this.#device;
    for (let first = 0; first < length; first += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, length - first);
      for (const input of this.#steps.inputs) {
        const { width } = input.value;
        const numbers = part(numbersOf(inputs, input), first * width, (first + rows) * width);
        placeNumbers(heap, input.value, numbers);
      }
      this.#parts.load(sessions, first, rows);
      this.#steps.run(rows);
      this.#parts.store(rows);
      for (const { name, value } of this.#steps.outputs)
        if (Object.hasOwn(outputs, name)) takeNumbers(heap, value, rows, outputs[name], first * value.width);
    }
  }
}

/** What was given for an input, if anything. */
function numbersOf(inputs: StepNumbers, { name }: NamedValue): ArrayLike<number> {
  return Object.hasOwn(inputs, name) ? inputs[name] : [];
}

function requireLength(
  what: "input" | "output",
  { name, value: { width } }: NamedValue,
  length: number,
  sessions: number,
): void {
  if (length === sessions * width) return;
  throw new UnrolledError("shape-mismatch", {
    call: "step",
    problem: `${what} ${name} has ${length} numbers, needed ${sessions * width} (${sessions} sessions × ${width})`,
  });
}

/** Some of the numbers, without a copy where they are typed. */
function part(numbers: ArrayLike<number>, first: number, end: number): ArrayLike<number> {
  if (first === 0 && end === numbers.length) return numbers;
  if (ArrayBuffer.isView(numbers)) return (numbers as Float32Array).subarray(first, end);
  return Array.prototype.slice.call(numbers, first, end);
}
