import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import { BLOCK_ROWS } from "../recurrent/stream/pool-states.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { NetworkPoolStates } from "./network-pool-states.ts";
import { type NamedValue, NetworkSteps } from "./network-steps.ts";
import type { StepNumbers } from "./session.ts";

/**
 * Many sessions over one network, each with a state of its own, which step together: every layer's product is one for all of them. They
 * join and leave at any step, and those that a step does not name stay where they are. A step is synchronous and allocates nothing in
 * the heap; only `open` takes more room, when there are more sessions than ever before.
 */
export class NetworkPool {
  readonly network: LayeredNetwork;
  readonly #states: NetworkPoolStates;
  readonly #steps: NetworkSteps;

  /**
   * @param options capacity: sessions there is room for at first, 16 if not given; owner: what a model that is built on the network
   * calls itself in its states
   * @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why
   */
  constructor(
    network: LayeredNetwork,
    options: { readonly capacity?: number; readonly owner?: string } = {},
  ) {
    const { capacity = 16, owner = "" } = options;
    requireSize("NetworkPool", "capacity", capacity);
    this.network = network;
    this.#states = new NetworkPoolStates("NetworkPool", network, capacity, owner);
    this.#steps = new NetworkSteps("NetworkPool", network, BLOCK_ROWS, this.#states);
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#states.size;
  }

  /** A session that joins, in a state that a session (of a pool, or alone with batch size 1) returned, or in the one that sequences begin with. */
  open(state?: SessionState): PooledNetworkSession {
    return new PooledNetworkSession(this.#states, state);
  }

  /**
   * Reads one step of each of these sessions: of each input [sessions, …], of each output that is named [sessions, …]. No session steps
   * where an argument is wrong.
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of numbers, "invalid-argument" for an id that a layer does not know, for
   * a session that was closed, is of another pool, or is named twice
   */
  step(
    sessions: readonly PooledNetworkSession[],
    inputs: StepNumbers,
    outputs: Readonly<Record<string, Float32Array>>,
  ): void {
    this.#states.requireOpen(sessions);
    const read = this.#steps.inputs.map((input) => ({
      input,
      numbers: Object.hasOwn(inputs, input.name) ? inputs[input.name] : [],
    }));
    const wanted = this.#steps.outputs.filter(({ name }) => Object.hasOwn(outputs, name));
    for (const { input, numbers } of read) requireLength("input", input, numbers.length, sessions.length);
    for (const output of wanted)
      requireLength("output", output, outputs[output.name].length, sessions.length);
    for (const { input, numbers } of read) this.#steps.check(input, numbers);
    for (let first = 0; first < sessions.length; first += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, sessions.length - first);
      const together = rows === sessions.length ? sessions : sessions.slice(first, first + rows);
      for (const { input, numbers } of read) {
        const { width } = input.value;
        this.#steps.read(input, part(numbers, first * width, (first + rows) * width));
      }
      this.#states.advance(together, () => this.#steps.run(rows));
      for (const { name, value } of wanted) {
        const { at, width } = value;
        outputs[name].set(this.#steps.numbers(value).subarray(at, at + rows * width), first * width);
      }
    }
  }
}

/** One stream of a `NetworkPool`. It leaves when it is closed, or when nothing refers to it any more. */
export class PooledNetworkSession {
  readonly #states: NetworkPoolStates;

  /** Made by `NetworkPool.open`. */
  constructor(states: NetworkPoolStates, state?: SessionState) {
    this.#states = states;
    states.open(this, state);
  }

  /** A copy of its state, as bytes that `open`, `restore` and a `NetworkSession` of batch size 1 take. */
  state(): SessionState {
    return this.#states.stateOf(this);
  }

  /** Goes on from a state. Nothing is changed by one that does not fit. */
  restore(state: SessionState): void {
    this.#states.restore(this, state);
  }

  /** Goes back to the state that sessions begin with. */
  reset(): void {
    this.#states.reset(this);
  }

  /** Another session of the pool, in the same state, that goes its own way from here. */
  fork(): PooledNetworkSession {
    return new PooledNetworkSession(this.#states, this.state());
  }

  /** Leaves the pool. Closing twice is once. */
  close(): void {
    this.#states.leave(this);
  }
}

function requireLength(
  what: "input" | "output",
  { name, value: { width } }: NamedValue,
  length: number,
  sessions: number,
): void {
  if (length === sessions * width) return;
  throw new UnrolledError(
    "shape-mismatch",
    `step: ${what} ${name} has ${length} numbers, needed ${sessions * width} (${sessions} sessions × ${width})`,
  );
}

/** Some of the numbers, without a copy where they are typed. */
function part(numbers: ArrayLike<number>, first: number, end: number): ArrayLike<number> {
  if (first === 0 && end === numbers.length) return numbers;
  if (ArrayBuffer.isView(numbers)) return (numbers as Float32Array).subarray(first, end);
  return Array.prototype.slice.call(numbers, first, end);
}
