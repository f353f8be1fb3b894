import { UnrolledError } from "../errors.ts";
import { type PoolPlace, placeOf } from "./pooled-stream.ts";
import type { SessionState } from "./session-state.ts";

/** Sessions that take their step together: enough for a product to reach its speed, few enough for the second-level cache. */
export const BLOCK_ROWS = 128;

/** What sessions of a pool carry of one layer, each in its slot. */
export interface PoolPart {
  /** Makes room for so many slots; what stands in those that there were stays. */
  grow(capacity: number): void;
  /** Puts a state into a slot, or what sequences begin with. */
  write(slot: number, state?: SessionState): void;
  /** A copy of what stands in a slot. */
  stateOf(slot: number): SessionState;
  /** Brings what the first `rows` of some slots hold to where a step reads and writes it, and back. */
  load?(slots: Int32Array, rows: number): void;
  store?(slots: Int32Array, rows: number): void;
}

/** How the states of the parts are one: joined, and parted again. */
export interface StateJoin {
  join(states: readonly SessionState[]): SessionState;
  part(state: SessionState, count: number): SessionState[];
}

/** All that sessions of a pool carry, and which of them are open. */
export class PoolParts {
  /** Slots of the sessions that step together now; only as many are meant as rows are told. */
  readonly together = new Int32Array(BLOCK_ROWS);
  readonly #parts: PoolPart[] = [];
  readonly #join: StateJoin;
  #capacity: number;
  #used = 0;
  #steps = 0;
  readonly #free: number[] = [];
  readonly #collected = new FinalizationRegistry<PoolPlace>((place) => this.#leave(place));

  constructor(capacity: number, join: StateJoin) {
    this.#capacity = capacity;
    this.#join = join;
  }

  add(part: PoolPart): void {
    this.#parts.push(part);
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#used - this.#free.length;
  }

  /** A session joins, in a state that a session returned, or in the one that sequences begin with. */
  open(session: object, state?: SessionState): PoolPlace {
    const states = state && this.#join.part(state, this.#parts.length);
    const slot = this.#free.pop() ?? this.#nextSlot();
    try {
      for (const [at, part] of this.#parts.entries()) part.write(slot, states?.[at]);
    } catch (error) {
      this.#free.push(slot);
      throw error;
    }
    const place = { parts: this, slot, isOpen: true, lastStep: 0 };
    this.#collected.register(session, place, session);
    return place;
  }

  /** An error that names the first of these sessions which cannot step, unless all can. */
  requireOpen(sessions: readonly object[]): void {
    this.#steps += 1;
    for (let index = 0; index < sessions.length; index++) {
      const place = placeOf(sessions[index]);
      const isOwn = place?.parts === this;
      if (!isOwn || !place.isOpen || place.lastStep === this.#steps) {
        const problem = !isOwn ? "is of another pool" : place.isOpen ? "is named twice" : "was closed";
        throw new UnrolledError("invalid-argument", { call: "step", problem: `session ${index} ${problem}` });
      }
      place.lastStep = this.#steps;
    }
  }

  /** Before a step of `rows` sessions from the one at `first` on, all of which are open. */
  load(sessions: readonly object[], first: number, rows: number): void {
    for (let row = 0; row < rows; row++) this.together[row] = placeOf(sessions[first + row])!.slot;
    for (const part of this.#parts) part.load?.(this.together, rows);
  }

  /** After it. */
  store(rows: number): void {
    for (const part of this.#parts) part.store?.(this.together, rows);
  }

  /** A copy of a session's state. */
  stateOf(place: PoolPlace): SessionState {
    requireOpen("state", place);
    return this.#join.join(this.#parts.map((part) => part.stateOf(place.slot)));
  }

  /** A session goes on from a state. Nothing is changed by one that does not fit. */
  restore(place: PoolPlace, state: SessionState): void {
    requireOpen("restore", place);
    const states = this.#join.part(state, this.#parts.length);
    const before = this.#parts.map((part) => part.stateOf(place.slot));
    try {
      for (const [at, part] of this.#parts.entries()) part.write(place.slot, states[at]);
    } catch (error) {
      for (const [at, part] of this.#parts.entries()) part.write(place.slot, before[at]);
      throw error;
    }
  }

  /** A session begins as sequences do. */
  reset(place: PoolPlace): void {
    requireOpen("reset", place);
    for (const part of this.#parts) part.write(place.slot);
  }

  /** A session gives up its place, if it has it still. */
  leave(session: object, place: PoolPlace): void {
    this.#collected.unregister(session);
    this.#leave(place);
  }

  #leave(place: PoolPlace): void {
    if (!place.isOpen) return;
    place.isOpen = false;
    this.#free.push(place.slot);
  }

  #nextSlot(): number {
    if (this.#used === this.#capacity) {
      for (const part of this.#parts) part.grow(2 * this.#capacity);
      this.#capacity *= 2;
    }
    return this.#used++;
  }
}

function requireOpen(call: string, { isOpen }: PoolPlace): void {
  if (isOpen) return;
  throw new UnrolledError("invalid-argument", { call, problem: "this session was closed" });
}
