import { UnrolledError } from "../errors.ts";
import type { SessionState } from "./session-state.ts";

/** What sessions of a pool carry of one layer. A session is any object that was opened here. */
export interface PoolPart {
  open(session: object, state?: SessionState): void;
  stateOf(session: object): SessionState;
  restore(session: object, state: SessionState): void;
  reset(session: object): void;
  /** Gives up a session's place, if it has one. */
  leave(session: object): void;
  /** Brings what some sessions carry to where a step reads and writes it, and back. */
  load?(sessions: readonly object[]): void;
  store?(sessions: readonly object[]): void;
}

/** How the states of the parts are one: joined, and parted again. */
export interface StateJoin {
  join(states: readonly SessionState[]): SessionState;
  part(state: SessionState, count: number): SessionState[];
}

/** Whether a session is open, and the last step that named it. */
interface Presence {
  isOpen: boolean;
  lastStep: number;
}

/** All that sessions of a pool carry, and which of them are open. */
export class PoolParts {
  readonly #parts: PoolPart[] = [];
  readonly #join: StateJoin;
  /** The sessions that step together now. */
  #together: readonly object[] = [];
  #opened = 0;
  #steps = 0;
  readonly #presences = new WeakMap<object, Presence>();
  readonly #collected = new FinalizationRegistry<undefined>(() => {
    this.#opened -= 1;
  });

  constructor(join: StateJoin) {
    this.#join = join;
  }

  add(part: PoolPart): void {
    this.#parts.push(part);
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#opened;
  }

  /** The sessions that step together now. */
  get together(): readonly object[] {
    return this.#together;
  }

  /** A session joins, in a state that a session returned, or in the one that sequences begin with. */
  open(session: object, state?: SessionState): void {
    const states = state && this.#join.part(state, this.#parts.length);
    try {
      for (const [at, part] of this.#parts.entries()) part.open(session, states?.[at]);
    } catch (error) {
      for (const part of this.#parts) part.leave(session);
      throw error;
    }
    this.#opened += 1;
    this.#presences.set(session, { isOpen: true, lastStep: 0 });
    this.#collected.register(session, undefined, session);
  }

  /** An error that names the first of these sessions which cannot step, unless all can. */
  requireOpen(sessions: readonly object[]): void {
    this.#steps += 1;
    for (let index = 0; index < sessions.length; index++) {
      const presence = this.#presences.get(sessions[index]);
      if (!presence?.isOpen || presence.lastStep === this.#steps) {
        const problem = !presence ? "is of another pool" : presence.isOpen ? "is named twice" : "was closed";
        throw new UnrolledError("invalid-argument", { call: "step", problem: `session ${index} ${problem}` });
      }
      presence.lastStep = this.#steps;
    }
  }

  /** Takes a step with some sessions that all are open: `run` runs the layers for so many rows. */
  advance(sessions: readonly object[], run: (rows: number) => void): void {
    this.#together = sessions;
    for (const part of this.#parts) part.load?.(sessions);
    run(sessions.length);
    for (const part of this.#parts) part.store?.(sessions);
    this.#together = [];
  }

  /** A copy of a session's state. */
  stateOf(session: object): SessionState {
    this.#requireOpen("state", session);
    return this.#join.join(this.#parts.map((part) => part.stateOf(session)));
  }

  /** A session goes on from a state. Nothing is changed by one that does not fit. */
  restore(session: object, state: SessionState): void {
    this.#requireOpen("restore", session);
    const states = this.#join.part(state, this.#parts.length);
    const before = this.#parts.map((part) => part.stateOf(session));
    try {
      for (const [at, part] of this.#parts.entries()) part.restore(session, states[at]);
    } catch (error) {
      for (const [at, part] of this.#parts.entries()) part.restore(session, before[at]);
      throw error;
    }
  }

  /** A session begins as sequences do. */
  reset(session: object): void {
    this.#requireOpen("reset", session);
    for (const part of this.#parts) part.reset(session);
  }

  /** A session gives up its places, if it has any. */
  leave(session: object): void {
    const presence = this.#presences.get(session);
    if (!presence?.isOpen) return;
    presence.isOpen = false;
    this.#opened -= 1;
    this.#collected.unregister(session);
    for (const part of this.#parts) part.leave(session);
  }

  #requireOpen(call: string, session: object): void {
    if (this.#presences.get(session)?.isOpen) return;
    throw new UnrolledError("invalid-argument", { call, problem: "this session was closed" });
  }
}
