import { importFactory, startMember } from "#platform";
import { UnrolledError } from "../errors.ts";
import { createOptimiser, type OptimiserConfig } from "../optimisers/create.ts";
import type { Device } from "../tensor/device.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Meeting } from "./meeting.ts";
import type { MemberReply, MemberRequest } from "./member.ts";
import type { Part, Replica, ReplicaFactory, ReplicaModule } from "./replica.ts";
import { packsOf } from "./shared-packs.ts";
import { splitRows } from "./split.ts";
import { type ParameterChange, ThreadWork } from "./thread-work.ts";

/** A worker of either platform that runs a member. */
export interface MemberWorker {
  post(request: MemberRequest): void;
  /** Calls back for each reply, and with an error if the worker dies. */
  listen(onReply: (reply: MemberReply) => void, onDeath: (error: Error) => void): void;
  stop(): void;
}

/** How a team trains. */
export interface TeamOptions {
  /** Threads, this one included; a replica that cannot travel trains on one. */
  readonly threads: number;
  /** B: sequences in a batch. */
  readonly batchSize: number;
  /** Over the parameters that the replica has not frozen. */
  readonly optimiser: OptimiserConfig;
}

/** What a walk over a batch found. */
export interface Walked {
  /** Mean over the whole batch. */
  readonly loss: number;
  /** Norm of the gradients of all parameters together. */
  readonly gradientNorm: number;
}

/**
 * Several threads that train one model on one heap: each walks its part of the batch, and each sums gradients and updates its
 * part of the parameters, in a fixed order, so that the same seed, backend and number of threads give the same bits.
 */
export class Team<Share> {
  readonly device: Device;
  readonly replica: Replica<Share>;
  readonly threads: number;
  /** Why there are fewer threads than asked for, if so. */
  readonly reason: string | undefined;
  /** Sequences of each thread's part of a batch. */
  readonly rows: readonly number[];
  readonly #trained: readonly string[];
  readonly #work: ThreadWork<Share>;
  readonly #meeting: Meeting;
  readonly #members: readonly MemberWorker[];
  readonly #carried: Readonly<Record<string, Tensor>>[] = [];
  #failure: Error | undefined;
  #wake = () => {};

  /**
   * Makes the replica on this thread and on as many others as can share the work. A function instead of a module cannot travel
   * to them, and trains on this thread alone.
   *
   * @throws UnrolledError "worker-died" if a thread does not start, or whatever the module throws there.
   */
  static async open<Options, Share>(
    device: Device,
    source: ReplicaModule | ReplicaFactory<Options, Share>,
    options: TeamOptions,
  ): Promise<Team<Share>> {
    const rows = splitRows(options.batchSize, Math.max(1, options.threads));
    const { threads, reason } = threadsFor(source, rows);
    const parts = splitRows(options.batchSize, threads);
    const replica =
      typeof source === "function"
        ? source(device, undefined as Options, parts[0])
        : ((await importFactory(source))(device, source.options, parts[0]) as Replica<Share>);
    const team = new Team(device, replica, options, parts, reason);
    if (typeof source !== "function") await team.#gather(source, options);
    return team;
  }

  private constructor(
    device: Device,
    replica: Replica<Share>,
    options: TeamOptions,
    rows: readonly number[],
    reason: string | undefined,
  ) {
    const named = replica.model.namedParameters();
    const trainable = new Set(replica.model.trainableParameters());
    const trained = [...named.keys()].filter((name) => trainable.has(named.get(name)!));
    const optimiser = createOptimiser(
      options.optimiser,
      trained.map((name) => named.get(name)!),
    );
    this.device = device;
    this.replica = replica;
    this.threads = rows.length;
    this.rows = rows;
    this.reason = reason;
    this.#trained = trained;
    this.#meeting = new Meeting(rows.length, trained.length);
    this.#work = new ThreadWork(replica, optimiser, this.#meeting, 0);
    this.#carried[0] = replica.carried ?? {};
    this.#members = Array.from({ length: rows.length - 1 }, startMember);
  }

  get optimiser() {
    return this.#work.optimiser;
  }

  /** Where the sums of the gradients stand after a walk, one offset for each trained parameter; 0: none. */
  get gradients(): readonly number[] {
    return this.#work.summedGradients();
  }

  /** State that all threads carry from step to step, thread by thread. */
  get carried(): readonly Readonly<Record<string, Tensor>>[] {
    return this.#carried;
  }

  /** Forward and backward over a batch, a part for each thread (null: no rows). Leaves the sum of the gradients. */
  async walk(parts: readonly (Part<Share> | null)[]): Promise<Walked> {
    const total = parts.reduce((sum, part) => sum + (part?.rows ?? 0), 0);
    let firstRow = 0;
    const assignments = parts.map((part) => {
      if (!part) return null;
      const assignment = { ...part, firstRow, weight: part.rows / total };
      firstRow += part.rows;
      return assignment;
    });
    const places = this.replica.model.dropoutPlaces();
    const states = [...places.values()].map((place) => place.state());
    await this.#together(
      (thread) => ({ type: "walk", part: assignments[thread], places: states }),
      [() => this.#work.walk(assignments[0]), () => this.#work.reduce()],
    );
    const sum = (numbers: Float64Array) => numbers.reduce((left, right) => left + right, 0);
    return { loss: sum(this.#meeting.losses), gradientNorm: Math.sqrt(sum(this.#meeting.squares)) };
  }

  /** Changes the parameters by the optimiser with `scale` times the gradients of the last walk. */
  async update(learningRate: number, scale: number): Promise<void> {
    await this.#change({ learningRate, scale });
  }

  /** To be called when the optimiser's memory was changed otherwise, and parameters perhaps too: all threads go on from there. */
  async restored(): Promise<void> {
    const counts = this.optimiser.counts();
    await this.#together(() => ({ type: "restore", counts }), [() => {}]);
    await this.parametersChanged();
  }

  /** To be called when parameters were changed otherwise: all threads see the new numbers. */
  async parametersChanged(): Promise<void> {
    await this.#change(null);
  }

  async #change(change: ParameterChange | null): Promise<void> {
    const packs = packsOf(this.#work.parameters);
    await this.#together(
      () => ({ type: "change", change, packs }),
      [() => this.#work.update(change), () => this.#work.repack(packs)],
    );
  }

  /** Ends the other threads. */
  close(): void {
    this.#meeting.fail();
    for (const member of this.#members) member.stop();
  }

  async #gather(replica: ReplicaModule, options: TeamOptions): Promise<void> {
    const named = this.replica.model.namedParameters();
    let waiting = this.#members.length;
    for (const [index, member] of this.#members.entries()) {
      const thread = index + 1;
      member.listen(
        (reply) => {
          if (reply.type === "failed") this.#fail(errorOf(reply));
          else this.#carried[thread] = this.#lent(reply.carried);
          if (reply.type === "joined") waiting -= 1;
          this.#wake();
        },
        (error) => {
          this.#fail(
            new UnrolledError(
              "worker-died",
              `team: thread ${thread + 1} of ${this.threads} died: ${error.message}`,
            ),
          );
          this.#wake();
        },
      );
      member.post({
        type: "join",
        thread,
        threads: this.threads,
        rows: this.rows[thread],
        memory: this.device.heap.memory,
        backend: this.device.backend,
        meeting: this.#meeting.memory,
        replica,
        optimiser: options.optimiser,
        trained: this.#trained,
        parameters: [...named.values()].map(({ storage }) => storage.offset),
        remembered: this.optimiser.tensors().map(({ storage }) => storage.offset),
      });
    }
    while (waiting > 0) {
      this.#throwFailure();
      await new Promise<void>((resume) => {
        this.#wake = resume;
      });
    }
    this.#throwFailure();
  }

  #lent(places: Extract<MemberReply, { type: "joined" }>["carried"]): Record<string, Tensor> {
    const entries = places.map(({ name, offset, shape }) => {
      const elements = shape.reduce((product, length) => product * length, 1);
      return [name, new Tensor(this.device, this.device.lent(offset, elements), shape)] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Has every thread do its part of some phases; all have finished one before the next begins. */
  async #together(
    request: (thread: number) => MemberRequest,
    phases: readonly (() => void)[],
  ): Promise<void> {
    this.#throwFailure();
    for (const [index, member] of this.#members.entries()) member.post(request(index + 1));
    try {
      for (const phase of phases) {
        phase();
        await this.#met();
      }
    } catch (error) {
      this.#fail(error as Error);
      throw error;
    }
  }

  /** Waits for the others, and now and then lets the news in that one of them has died. */
  async #met(): Promise<void> {
    const before = this.#meeting.arrive();
    while (!this.#meeting.waitBriefly(before)) {
      await new Promise((resume) => setTimeout(resume, 0));
      this.#throwFailure();
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.close();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }
}

/** How many threads can share the work, and why not as many as were asked for. */
function threadsFor(
  source: unknown,
  rows: readonly number[],
): { readonly threads: number; readonly reason: string | undefined } {
  if (rows.length === 1) return { threads: 1, reason: undefined };
  if (typeof source === "function") {
    return {
      threads: 1,
      reason:
        "the model is made by a function, which cannot travel to another thread; export it from a module and give { module, export } instead",
    };
  }
  if (!canShare()) {
    return {
      threads: 1,
      reason: "this page is not cross-origin isolated, so its memory cannot be handed to other threads",
    };
  }
  const busy = rows.filter((count) => count > 0).length;
  if (busy === rows.length) return { threads: busy, reason: undefined };
  return { threads: busy, reason: `there are ${busy} sequences in a batch for ${rows.length} threads` };
}

/** A browser hands shared memory to workers only where the page is cross-origin isolated. */
function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer !== "undefined" && crossOriginIsolated !== false;
}

function errorOf({ code, message }: Extract<MemberReply, { type: "failed" }>): Error {
  return code ? new UnrolledError(code as UnrolledError["code"], message) : new Error(message);
}
