import type { PoolParts } from "./pool-parts.ts";
import type { PooledSession } from "./session.ts";
import type { SessionState } from "./session-state.ts";

/** Where a session of a pool keeps its state. */
export interface PoolPlace {
  readonly parts: PoolParts;
  readonly slot: number;
  isOpen: boolean;
  /** The last step of the pool that named it. */
  lastStep: number;
}

/** The place of what was given as a session; undefined for what is none of a pool. */
export let placeOf: (session: object) => PoolPlace | undefined;

/** A session of a pool, whose state its parts keep. */
export class PooledStream implements PooledSession {
  static {
    placeOf = (session) => (#place in session ? session.#place : undefined);
  }

  readonly #place: PoolPlace;

  constructor(parts: PoolParts, state?: SessionState) {
    this.#place = parts.open(this, state);
  }

  state(): SessionState {
    return this.#place.parts.stateOf(this.#place);
  }

  restore(state: SessionState): void {
    this.#place.parts.restore(this.#place, state);
  }

  reset(): void {
    this.#place.parts.reset(this.#place);
  }

  fork(): PooledSession {
    return new PooledStream(this.#place.parts, this.state());
  }

  close(): void {
    this.#place.parts.leave(this, this.#place);
  }
}
