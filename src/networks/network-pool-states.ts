import { UnrolledError } from "../errors.ts";
import type { Recurrent } from "../recurrent/recurrent.ts";
import { BLOCK_ROWS, PoolStates } from "../recurrent/stream/pool-states.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import type { RecurrentStep, StepRoom } from "./layer-kind.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { RowPool } from "./row-pool.ts";
import { joinedStates, partedStates } from "./session-states.ts";

/** Whether a session is open, and the last step that named it. */
interface Presence {
  isOpen: boolean;
  lastStep: number;
}

/**
 * What the layers of a network carry of many sessions, within the heap: what a `NetworkPool` is made of. A session is any object that
 * was opened here.
 */
export class NetworkPoolStates implements Pick<StepRoom, "recurrent" | "rows"> {
  readonly #call: string;
  readonly #network: LayeredNetwork;
  readonly #capacity: number;
  readonly #owner: string;
  /** In the order of the layers. */
  readonly #parts: (PoolStates | RowPool)[] = [];
  /** The sessions that step together now. */
  #together: readonly object[] = [];
  #opened = 0;
  #steps = 0;
  readonly #presences = new WeakMap<object, Presence>();
  readonly #collected = new FinalizationRegistry<undefined>(() => {
    this.#opened -= 1;
  });

  /**
   * @param call whose constructor this is
   * @param owner what a model that is built on the network calls itself in its states
   */
  constructor(call: string, network: LayeredNetwork, capacity: number, owner: string) {
    this.#call = call;
    this.#network = network;
    this.#capacity = capacity;
    this.#owner = owner;
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#opened;
  }

  /** For the steps: the states of recurrent layers. */
  recurrent(layers: Recurrent): RecurrentStep {
    const states = new PoolStates(this.#call, layers, this.#capacity, this.#owner);
    this.#parts.push(states);
    let h = 0;
    // The sessions that step together are few enough for one call of each.
    const found = (place: number) => {
      h = place;
    };
    return {
      advance: (_, x) => {
        states.advance(this.#together, () => x, found);
        return h;
      },
    };
  }

  /** For the steps: where other rows that layers carry are found. */
  rows(width: number, owner: string): number {
    const pool = new RowPool(this.#network.device, this.#capacity, BLOCK_ROWS, width, owner);
    this.#parts.push(pool);
    return pool.place;
  }

  /** A session joins, in a state that a session returned, or in the one that sequences begin with. */
  open(session: object, state?: SessionState): void {
    const states = state && partedStates(state, this.#parts.length);
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
        throw new UnrolledError("invalid-argument", `step: session ${index} ${problem}`);
      }
      presence.lastStep = this.#steps;
    }
  }

  /** Takes a step with some sessions, `BLOCK_ROWS` at most, that all are open: `run` runs the layers. */
  advance(sessions: readonly object[], run: () => void): void {
    this.#together = sessions;
    for (const part of this.#parts) if (part instanceof RowPool) part.load(sessions);
    run();
    for (const part of this.#parts) if (part instanceof RowPool) part.store(sessions);
    this.#together = [];
  }

  /** A copy of a session's state. */
  stateOf(session: object): SessionState {
    this.#requireOpen("state", session);
    return joinedStates(this.#parts.map((part) => part.stateOf(session)));
  }

  /** A session goes on from a state. Nothing is changed by one that does not fit. */
  restore(session: object, state: SessionState): void {
    this.#requireOpen("restore", session);
    const states = partedStates(state, this.#parts.length);
    const before = this.#parts.map((part) => part.stateOf(session));
    try {
      for (const [at, part] of this.#parts.entries()) part.restore(session, states[at]);
    } catch (error) {
      for (const [at, part] of this.#parts.entries()) part.restore(session, before[at]);
      throw error;
    }
  }

  /** A session begins anew. */
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
    throw new UnrolledError("invalid-argument", `${call}: this session was closed`);
  }
}
