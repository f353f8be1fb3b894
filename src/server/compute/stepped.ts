// Streams through one model that take their steps together, each as long as it likes.
import type { ModelValue } from "../../session/model-value.ts";
import type { PooledSession, SessionPool } from "../../session/session.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Job } from "./job.ts";

/** Numbers by name; a stream's own are one row. */
export type StepRows = Readonly<Record<string, Float32Array | Int32Array>>;

/** What one stream does at each step. */
export interface Stepper {
  readonly job: Job;
  readonly session: PooledSession;
  /** Writes what it reads into its row. */
  write(inputs: StepRows, row: number): void;
  /** Takes what the model made of it from its row, and says whether it goes on. */
  read(outputs: StepRows, row: number): boolean;
  /** It takes no step more: its job is over, or a step failed. */
  end(): void;
}

/** Steps that a stream takes in a row while others wait for their turn. */
const SLICE_STEPS = 32;

interface Active {
  readonly stepper: Stepper;
  steps: number;
}

/** The streams of a pool. At most `maxActive` step together; where more want to, their owners take turns. */
export class Stepped {
  readonly pool: SessionPool;
  readonly #maxActive: number;
  readonly #failed: (job: Job, error: unknown) => void;
  readonly #waiting = new FairQueue<Stepper>();
  readonly #inputs: Room;
  readonly #outputs: Room;
  #active: Active[] = [];

  /** @param failed is told of a job whose step threw */
  constructor(pool: SessionPool, maxActive: number, failed: (job: Job, error: unknown) => void) {
    this.pool = pool;
    this.#maxActive = maxActive;
    this.#failed = failed;
    this.#inputs = new Room(pool.inputs, maxActive);
    this.#outputs = new Room(pool.outputs, maxActive);
  }

  get size(): number {
    return this.#active.length + this.#waiting.size;
  }

  add(stepper: Stepper): void {
    this.#waiting.push(stepper.job.client, stepper);
  }

  /** One step of those whose turn it is; how many they were. */
  turn(): number {
    this.#dropOver();
    this.#takeTurns();
    const active = this.#active;
    const rows = active.length;
    if (rows === 0) return 0;
    try {
      this.#active = this.#step(active);
    } catch (error) {
      // A step that fails is not taken by any of them; alone, those go on that can.
      if (rows > 1) this.#active = active.flatMap((entry) => this.#alone(entry));
      else this.#active = this.#ended(active[0], error);
    }
    return rows;
  }

  /** Returns those that go on. */
  #step(active: readonly Active[]): Active[] {
    const rows = active.length;
    for (let row = 0; row < rows; row++) active[row].stepper.write(this.#inputs.all, row);
    this.pool.stepInto(
      active.map(({ stepper }) => stepper.session),
      this.#inputs.rows(rows),
      this.#outputs.rows(rows) as Readonly<Record<string, Float32Array>>,
    );
    return active.filter((entry, row) => {
      entry.steps += 1;
      return this.#goesOn(entry.stepper, row);
    });
  }

  #alone(entry: Active): Active[] {
    try {
      return this.#step([entry]);
    } catch (error) {
      return this.#ended(entry, error);
    }
  }

  #ended({ stepper }: Active, error: unknown): Active[] {
    this.#failed(stepper.job, error);
    stepper.end();
    return [];
  }

  /** Everything ends with an error. */
  fail(error: unknown): void {
    const all = [...this.#active.map(({ stepper }) => stepper), ...this.#waiting.remove(() => false)];
    this.#active = [];
    for (const stepper of all) {
      if (!stepper.job.isOver) this.#failed(stepper.job, error);
      stepper.end();
    }
  }

  #goesOn(stepper: Stepper, row: number): boolean {
    try {
      if (stepper.read(this.#outputs.all, row)) return true;
    } catch (error) {
      this.#failed(stepper.job, error);
    }
    stepper.end();
    return false;
  }

  /** Streams whose job is over leave. */
  #dropOver(): void {
    for (const stepper of this.#waiting.remove(({ job }) => !job.isOver)) stepper.end();
    this.#active = this.#active.filter(({ stepper }) => {
      if (stepper.job.isOver) stepper.end();
      return !stepper.job.isOver;
    });
  }

  /** Those that wait take free places, and the places of those that have had theirs for a while. */
  #takeTurns(): void {
    if (this.#waiting.size > this.#maxActive - this.#active.length) {
      this.#active = this.#active.filter((entry) => {
        const stays = entry.steps < SLICE_STEPS;
        if (!stays) this.add(entry.stepper);
        return stays;
      });
    }
    while (this.#active.length < this.#maxActive) {
      const stepper = this.#waiting.take();
      if (!stepper) return;
      this.#active.push({ stepper, steps: 0 });
    }
  }
}

/** Room for the numbers of some values, a row for each stream. */
class Room {
  readonly all: StepRows;
  readonly #widths: readonly (readonly [string, number])[];

  constructor(values: readonly ModelValue[], rows: number) {
    this.#widths = values.map(({ name, axes }) => {
      const known = axes === "unknown" ? [] : axes.filter((axis) => typeof axis === "number");
      return [name, known.reduce((product, length) => product * length, 1)] as const;
    });
    this.all = Object.fromEntries(
      values.map(({ name, kind }, at) => {
        const size = this.#widths[at][1] * rows;
        return [name, kind === "int" ? new Int32Array(size) : new Float32Array(size)];
      }),
    );
  }

  rows(count: number): StepRows {
    return Object.fromEntries(
      this.#widths.map(([name, width]) => [name, this.all[name].subarray(0, count * width)]),
    );
  }
}
