import { UnrolledError } from "../../errors.ts";
import type { Recurrent } from "../recurrent-stack.ts";
import { PoolStates } from "./pool-states.ts";
import type { SessionState } from "./session-state.ts";

/**
 * Many sessions over the same layers, which step together as one matrix product: they join and leave at any step, and those that a
 * step does not name stay where they are. Each has the numbers that it would have alone. A step is synchronous and allocates
 * nothing in the heap; only `open` takes more room, when there are more sessions than ever before.
 */
export class SessionPool {
  readonly layers: Recurrent;
  readonly #states: PoolStates;

  /**
   * @param options capacity: sessions there is room for at first, 16 if not given
   * @throws UnrolledError "invalid-argument" for layers that also read backwards
   */
  constructor(layers: Recurrent, options: { readonly capacity?: number } = {}) {
    this.#states = new PoolStates("SessionPool", layers, options.capacity ?? 16);
    this.layers = layers;
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#states.size;
  }

  /** A session that joins, in a state that a session (of a pool, or alone with batch size 1) returned, or in the one that sequences begin with. */
  open(state?: SessionState): PooledSession {
    return new PooledSession(this.#states, state);
  }

  /**
   * Reads one step of each of these sessions, inputs [sessions, I], and writes the last layer's h of each into outputs [sessions, P].
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of numbers, "invalid-argument" for a session that was closed, is
   * of another pool, or is named twice
   */
  step(sessions: readonly PooledSession[], inputs: Float32Array, outputs: Float32Array): void {
    const { device, inputSize, outputSize } = this.layers;
    const read = sessions.length * inputSize;
    const written = sessions.length * outputSize;
    if (inputs.length !== read || outputs.length !== written) {
      throw new UnrolledError(
        "shape-mismatch",
        `step: inputs and outputs have ${inputs.length} and ${outputs.length} numbers, needed ${read} and ${written} for ${sessions.length} sessions`,
      );
    }
    this.#states.advance(
      sessions,
      (place, first, rows) => {
        device.heap.floats().set(inputs.subarray(first * inputSize, (first + rows) * inputSize), place);
        return place;
      },
      (h, first, rows) =>
        outputs.set(device.heap.floats().subarray(h, h + rows * outputSize), first * outputSize),
    );
  }
}

/** One stream of a `SessionPool`. It leaves when it is closed, or when nothing refers to it any more. */
export class PooledSession {
  readonly #states: PoolStates;

  /** Made by `SessionPool.open`. */
  constructor(states: PoolStates, state?: SessionState) {
    this.#states = states;
    states.open(this, state);
  }

  /** A copy of its state, as bytes that `open`, `restore` and a `RecurrentSession` of batch size 1 take. */
  state(): SessionState {
    return this.#states.stateOf(this);
  }

  /** Goes on from a state. */
  restore(state: SessionState): void {
    this.#states.restore(this, state);
  }

  /** Goes back to the state that sessions begin with. */
  reset(): void {
    this.#states.reset(this);
  }

  /** Another session of the pool, in the same state, that goes its own way from here. */
  fork(): PooledSession {
    return new PooledSession(this.#states, this.state());
  }

  /** Leaves the pool. Closing twice is once. */
  close(): void {
    this.#states.leave(this);
  }
}
