import { requireSize } from "../module/module.ts";
import type { ModelValue } from "./model-value.ts";
import { type PoolPart, PoolParts } from "./pool-parts.ts";
import type { PooledSession, Session, SessionPool, SessionPoolOptions, StepNumbers } from "./session.ts";
import type { SessionState } from "./session-state.ts";
import { PooledStream } from "./step-pool.ts";

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
    this.#parts = new PoolParts({ join: ([state]) => state, part: (state) => [state] });
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
    const before = sessions.map((session) => this.#sessions.stateOf(session));
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
      for (const [index, session] of sessions.entries())
        this.#sessions.of(session).stepInto(share(inputs, index), share(outputs, index));
    } catch (error) {
      for (const [index, session] of sessions.entries()) this.#sessions.restore(session, before[index]);
      throw error;
    }
  }
}

/** One session for each that is open. */
class Sessions implements PoolPart {
  readonly #begin: () => Session;
  readonly #sessions = new WeakMap<object, Session>();

  constructor(begin: () => Session) {
    this.#begin = begin;
  }

  of(session: object): Session {
    return this.#sessions.get(session)!;
  }

  open(session: object, state?: SessionState): void {
    const own = this.#begin();
    if (state) own.restore(state);
    this.#sessions.set(session, own);
  }

  stateOf(session: object): SessionState {
    return this.of(session).state();
  }

  restore(session: object, state: SessionState): void {
    this.of(session).restore(state);
  }

  reset(session: object): void {
    this.of(session).reset();
  }

  leave(session: object): void {
    this.#sessions.delete(session);
  }
}

function part<Numbers extends ArrayLike<number>>(numbers: Numbers, from: number, to: number): Numbers {
  return ArrayBuffer.isView(numbers)
    ? ((numbers as unknown as Float32Array).subarray(from, to) as unknown as Numbers)
    : (Array.prototype.slice.call(numbers, from, to) as unknown as Numbers);
}
