import { requireSize } from "../module/module.ts";
import type { ModelValue } from "./model-value.ts";
import { type PoolPart, PoolParts } from "./pool-parts.ts";
import { PooledStream, placeOf } from "./pooled-stream.ts";
import type { PooledSession, Session, SessionPool, SessionPoolOptions, StepNumbers } from "./session.ts";
import type { SessionState } from "./session-state.ts";

/** A pool of sessions that cannot step together, and take their steps one after the other. */
export class OneByOnePool implements SessionPool {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly #parts: PoolParts;
  readonly #sessions: Sessions;

  constructor(begin: () => Session, { capacity = 16 }: SessionPoolOptions) {
    requireSize("pool", "capacity", capacity);
    const { inputs, outputs } = begin();
    this.inputs = inputs;
    this.outputs = outputs;
    this.#sessions = new Sessions(begin);
    this.#parts = new PoolParts(capacity, { join: ([state]) => state, part: (state) => [state] });
    this.#parts.add(this.#sessions);
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
    const slots = sessions.map((session) => placeOf(session)!.slot);
    const before = slots.map((slot) => this.#sessions.stateOf(slot));
    const share = <Numbers extends ArrayLike<number>>(
      whole: Readonly<Record<string, Numbers>>,
      index: number,
    ) =>
      Object.fromEntries(
        Object.entries(whole).map(([name, numbers]) => {
          const width = numbers.length / sessions.length;
          return [name, part(numbers, index * width, (index + 1) * width)];
        }),
      );
    try {
      for (const [index, slot] of slots.entries())
        this.#sessions.of(slot).stepInto(share(inputs, index), share(outputs, index));
    } catch (error) {
      for (const [index, slot] of slots.entries()) this.#sessions.write(slot, before[index]);
      throw error;
    }
  }
}

/** A session of its own for each slot. */
class Sessions implements PoolPart {
  readonly #begin: () => Session;
  readonly #sessions: Session[] = [];

  constructor(begin: () => Session) {
    this.#begin = begin;
  }

  grow(): void {}

  of(slot: number): Session {
    this.#sessions[slot] ??= this.#begin();
    return this.#sessions[slot];
  }

  write(slot: number, state?: SessionState): void {
    if (state) this.of(slot).restore(state);
    else this.of(slot).reset();
  }

  stateOf(slot: number): SessionState {
    return this.of(slot).state();
  }
}

function part<Numbers extends ArrayLike<number>>(numbers: Numbers, from: number, to: number): Numbers {
  return ArrayBuffer.isView(numbers)
    ? ((numbers as unknown as Float32Array).subarray(from, to) as unknown as Numbers)
    : (Array.prototype.slice.call(numbers, from, to) as unknown as Numbers);
}
