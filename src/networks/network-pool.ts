import { UnrolledError } from "../errors.ts";
import { requireSize } from "../layers/module.ts";
import { BLOCK_ROWS, type PooledSession, SessionPool } from "../layers/session-pool.ts";
import type { SessionState } from "../layers/session-state.ts";
import type { RecurrentStep } from "./layer-kind.ts";
import type { Network } from "./network.ts";
import { type NamedValue, NetworkSteps } from "./network-steps.ts";
import { type PooledRow, RowPool } from "./row-pool.ts";
import type { StepNumbers } from "./session.ts";
import { joinedStates, partedStates } from "./session-states.ts";

/**
 * Many sessions over one network, each with a state of its own, which step together: every layer's product is one for all of them. They
 * join and leave at any step, and those that a step does not name stay where they are. A step is synchronous and allocates nothing in
 * the heap; only `open` takes more room, when there are more sessions than ever before.
 */
export class NetworkPool {
  readonly network: Network;
  readonly #steps: NetworkSteps;
  /** Pools of what layers carry, in the order of the layers. */
  readonly #parts: (SessionPool | RowPool)[] = [];
  /** The sessions that step together now. */
  #together: readonly PooledNetworkSession[] = [];
  #opened = 0;
  #count = 0;
  readonly #collected = new FinalizationRegistry<readonly (PooledSession | PooledRow)[]>((parts) =>
    this.#release(parts),
  );

  /**
   * @param options capacity: sessions there is room for at first, 16 if not given; owner: what a model that is built on the network
   * calls itself in its states
   * @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why
   */
  constructor(network: Network, options: { readonly capacity?: number; readonly owner?: string } = {}) {
    const { capacity = 16, owner = "" } = options;
    requireSize("NetworkPool", "capacity", capacity);
    this.network = network;
    this.#steps = new NetworkSteps("NetworkPool", network, BLOCK_ROWS, {
      recurrent: (layers) => this.#recurrent(new SessionPool(layers, { capacity, owner })),
      rows: (width, whose) => {
        const pool = new RowPool(network.device, capacity, BLOCK_ROWS, width, whose);
        this.#parts.push(pool);
        return pool.place;
      },
    });
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#opened;
  }

  /** A session that joins, in a state that a session (of a pool, or alone with batch size 1) returned, or in the one that sequences begin with. */
  open(state?: SessionState): PooledNetworkSession {
    const states = state && partedStates(state, this.#parts.length);
    const parts: (PooledSession | PooledRow)[] = [];
    try {
      for (const [at, part] of this.#parts.entries()) parts.push(part.open(states?.[at]));
    } catch (error) {
      for (const part of parts) part.close();
      throw error;
    }
    const session = new PooledNetworkSession(this, parts);
    this.#opened += 1;
    this.#collected.register(session, parts, session);
    return session;
  }

  /**
   * Reads one step of each of these sessions: of each input [sessions, …], of each output that is named [sessions, …].
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of numbers, "invalid-argument" for a session that was closed, is of
   * another pool, or is named twice
   */
  step(
    sessions: readonly PooledNetworkSession[],
    inputs: StepNumbers,
    outputs: Readonly<Record<string, Float32Array>>,
  ): void {
    this.#check(sessions);
    const read = this.#steps.inputs.map((input) => ({
      input,
      numbers: Object.hasOwn(inputs, input.name) ? inputs[input.name] : [],
    }));
    const wanted = this.#steps.outputs.filter(({ name }) => Object.hasOwn(outputs, name));
    for (const { input, numbers } of read) requireLength("input", input, numbers.length, sessions.length);
    for (const output of wanted)
      requireLength("output", output, outputs[output.name].length, sessions.length);
    for (let first = 0; first < sessions.length; first += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, sessions.length - first);
      this.#together = rows === sessions.length ? sessions : sessions.slice(first, first + rows);
      for (const { input, numbers } of read) {
        const { width } = input.value;
        this.#steps.read(input, part(numbers, first * width, (first + rows) * width));
      }
      this.#move("load");
      this.#steps.run(rows);
      this.#move("store");
      for (const { name, value } of wanted) {
        const { at, width } = value;
        outputs[name].set(this.#steps.numbers(value).subarray(at, at + rows * width), first * width);
      }
    }
    this.#together = [];
  }

  /** For sessions: gives up one's place. */
  leave(session: PooledNetworkSession, parts: readonly (PooledSession | PooledRow)[]): void {
    this.#collected.unregister(session);
    this.#release(parts);
  }

  #release(parts: readonly (PooledSession | PooledRow)[]): void {
    this.#opened -= 1;
    for (const part of parts) part.close();
  }

  #recurrent(pool: SessionPool): RecurrentStep {
    const at = this.#parts.push(pool) - 1;
    return {
      advance: (_, x) => {
        const sessions = this.#together.map(({ parts }) => parts[at] as PooledSession);
        let h = 0;
        pool.advance(
          sessions,
          () => x,
          (found) => {
            h = found;
          },
        );
        return h;
      },
    };
  }

  /** Rows that layers carry, to where the step finds them, or back. */
  #move(way: "load" | "store"): void {
    for (const [at, pool] of this.#parts.entries())
      if (pool instanceof RowPool) pool[way](this.#together.map(({ parts }) => parts[at] as PooledRow));
  }

  #check(sessions: readonly PooledNetworkSession[]): void {
    this.#count += 1;
    for (const [index, session] of sessions.entries()) {
      const problem =
        session.pool !== this
          ? "is of another pool"
          : session.isClosed
            ? "was closed"
            : session.lastStep === this.#count
              ? "is named twice"
              : undefined;
      if (problem) throw new UnrolledError("invalid-argument", `step: session ${index} ${problem}`);
      session.lastStep = this.#count;
    }
  }
}

/** One stream of a `NetworkPool`. It leaves when it is closed, or when nothing refers to it any more. */
export class PooledNetworkSession {
  readonly pool: NetworkPool;
  /** For the pool: what each layer carries of it. */
  readonly parts: readonly (PooledSession | PooledRow)[];
  /** For the pool: the last step that named it. */
  lastStep = 0;
  #isClosed = false;

  /** Made by `NetworkPool.open`. */
  constructor(pool: NetworkPool, parts: readonly (PooledSession | PooledRow)[]) {
    this.pool = pool;
    this.parts = parts;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A copy of its state, as bytes that `open`, `restore` and a `NetworkSession` of batch size 1 take. */
  state(): SessionState {
    this.#requireOpen("state");
    return joinedStates(this.parts.map((part) => part.state()));
  }

  /** Goes on from a state. Nothing is changed by one that does not fit. */
  restore(state: SessionState): void {
    this.#requireOpen("restore");
    const states = partedStates(state, this.parts.length);
    const before = this.parts.map((part) => part.state());
    try {
      for (const [at, part] of this.parts.entries()) part.restore(states[at]);
    } catch (error) {
      for (const [at, part] of this.parts.entries()) part.restore(before[at]);
      throw error;
    }
  }

  /** Goes back to the state that sessions begin with. */
  reset(): void {
    this.#requireOpen("reset");
    for (const part of this.parts) part.reset();
  }

  /** Another session of the pool, in the same state, that goes its own way from here. */
  fork(): PooledNetworkSession {
    return this.pool.open(this.state());
  }

  /** Leaves the pool. Closing twice is once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.pool.leave(this, this.parts);
  }

  #requireOpen(call: string): void {
    if (this.#isClosed) throw new UnrolledError("invalid-argument", `${call}: this session was closed`);
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
