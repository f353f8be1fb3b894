import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import type { Device } from "../tensor/device.ts";
import { type ModelValue, oneStep } from "./model-value.ts";
import type { PoolParts } from "./pool-parts.ts";
import type { PooledSession, SessionPool, StepNumbers } from "./session.ts";
import type { SessionState } from "./session-state.ts";
import { type NamedValue, placeNumbers, type Steps, takeNumbers } from "./steps.ts";

/** Sessions that take their step together: enough for a product to reach its speed, few enough for the second-level cache. */
export const BLOCK_ROWS = 128;

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
    this.#parts.requireOpen(sessions);
    const read = this.#steps.inputs.map((input) => ({
      input,
      numbers: Object.hasOwn(inputs, input.name) ? inputs[input.name] : [],
    }));
    const wanted = this.#steps.outputs.filter(({ name }) => Object.hasOwn(outputs, name));
    for (const { input, numbers } of read) requireLength("input", input, numbers.length, sessions.length);
    for (const output of wanted)
      requireLength("output", output, outputs[output.name].length, sessions.length);
    for (const { input, numbers } of read) input.check?.(numbers);
    const { heap } = this.#device;
    const run = (rows: number) => this.#steps.run(rows);
    for (let first = 0; first < sessions.length; first += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, sessions.length - first);
      const together = rows === sessions.length ? sessions : sessions.slice(first, first + rows);
      for (const { input, numbers } of read) {
        const { width } = input.value;
        placeNumbers(heap, input.value, part(numbers, first * width, (first + rows) * width));
      }
      this.#parts.advance(together, run);
      for (const { name, value } of wanted)
        takeNumbers(heap, value, rows, outputs[name], first * value.width);
    }
  }
}

/** A session of a pool, whose state its parts keep. */
export class PooledStream implements PooledSession {
  readonly #parts: PoolParts;

  constructor(parts: PoolParts, state?: SessionState) {
    this.#parts = parts;
    parts.open(this, state);
  }

  state(): SessionState {
    return this.#parts.stateOf(this);
  }

  restore(state: SessionState): void {
    this.#parts.restore(this, state);
  }

  reset(): void {
    this.#parts.reset(this);
  }

  fork(): PooledSession {
    return new PooledStream(this.#parts, this.state());
  }

  close(): void {
    this.#parts.leave(this);
  }
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
