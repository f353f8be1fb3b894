import { startWorker } from "#platform";
import { UnrolledError } from "../errors.ts";
import type { WorkerThread } from "../platform/platform.ts";
import type { Device } from "../tensor/device.ts";
import { sizeOf, Tensor } from "../tensor/tensor.ts";
import type { Meeting } from "./meeting.ts";
import type { JoinRequest, MemberReply, MemberRequest, StepRequest } from "./member.ts";
import type { PartFigures } from "./part-figures.ts";

/** What errors name in place of a call, where a thread came to harm in none. */
const CALL = "team";

/** State that a thread carries from step to step, by name. */
export type Carried = Readonly<Record<string, Tensor>>;

/** All threads of a team but the first, which leads them: from their start to their end or the first failure. */
export class Members {
  readonly #meeting: Meeting;
  readonly #workers: WorkerThread<MemberRequest, MemberReply>[] = [];
  readonly #mayBlock = mayBlock();
  #failure: Error | undefined;
  #isClosed = false;
  #isBusy = false;
  #wake = () => {};
  /** What threads have found of the parts that they evaluate. */
  readonly #found = new Map<number, readonly PartFigures[]>();

  constructor(meeting: Meeting) {
    this.#meeting = meeting;
  }

  /** Starts them, and waits until all have joined; what they carry, thread by thread. */
  async start(
    device: Device,
    join: (thread: number) => JoinRequest,
    startSeconds: number,
  ): Promise<Carried[]> {
    const { threads } = this.#meeting;
    const carried: Carried[] = [];
    const waiting = new Set(Array.from({ length: threads - 1 }, (_, index) => index + 1));
    const name = (thread: number) => `thread ${thread + 1} of ${threads}`;
    const timer = setTimeout(() => {
      const [late] = waiting;
      this.#fail(
        new UnrolledError("worker-died", {
          call: CALL,
          problem: `${name(late)} has not started within ${startSeconds} s`,
        }),
      );
    }, startSeconds * 1000);
    try {
      for (const thread of [...waiting]) {
        const worker = startWorker<MemberRequest, MemberReply>(false);
        this.#workers.push(worker);
        worker.listen(
          (reply) => {
            if (reply.type === "failed") return this.#fail(errorOf(name(thread), reply));
            if (reply.type === "evaluated") {
              this.#found.set(thread, reply.figures);
              return;
            }
            carried[thread - 1] = lentTo(device, reply.carried);
            waiting.delete(thread);
            this.#wake();
          },
          ({ message }) =>
            this.#fail(
              new UnrolledError("worker-died", { call: CALL, problem: `${name(thread)} died: ${message}` }),
            ),
        );
        post(worker, CALL, name(thread), join(thread));
      }
      while (waiting.size > 0 && !this.#failure) {
        await new Promise<void>((resume) => {
          this.#wake = resume;
        });
      }
      this.#throwFailure();
      return carried;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Has every thread do its part of some phases, the first thread its own; all have finished one before the next begins. After an
   * error no thread is left. `after` all of it, the call is over.
   */
  async together(
    call: string,
    request: (thread: number) => StepRequest,
    phases: readonly (() => void)[],
    after: () => Promise<void> | void = () => {},
  ): Promise<void> {
    this.requireReady(call);
    this.#isBusy = true;
    try {
      for (const [index, worker] of this.#workers.entries())
        post(worker, call, `thread ${index + 2} of ${this.#meeting.threads}`, request(index + 1));
      for (const phase of phases) {
        phase();
        await this.#met();
      }
      await after();
    } catch (error) {
      this.#fail(error as Error);
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Has every thread evaluate its parts, the first thread its own; what they have found, thread by thread. */
  async gathered(
    call: string,
    request: (thread: number) => StepRequest,
    own: () => readonly PartFigures[],
  ): Promise<(readonly PartFigures[])[]> {
    this.#found.clear();
    const evaluate = () => {
      this.#found.set(0, own());
    };
    await this.together(call, request, [evaluate], async () => {
      // They have met, so what they have sent is on its way.
      while (this.#found.size < this.#meeting.threads) await this.#turn();
    });
    return Array.from({ length: this.#meeting.threads }, (_, thread) => this.#found.get(thread)!);
  }

  /** @throws UnrolledError if the team is at work, closed or has failed; the failure again then. */
  requireReady(call: string): void {
    this.#throwFailure();
    if (this.#isClosed || this.#isBusy) {
      const state = this.#isClosed ? "is closed" : "is at work; await the call before this one";
      throw new UnrolledError("invalid-argument", { call, problem: `the team ${state}` });
    }
  }

  /** Ends them. */
  close(): void {
    this.#isClosed = true;
    this.#meeting.fail();
    for (const worker of this.#workers.splice(0)) worker.stop();
  }

  /** Waits for the others, and now and then lets the news in that one of them has died. */
  async #met(): Promise<void> {
    const before = this.#meeting.arrive();
    while (
      !(this.#mayBlock ? this.#meeting.waitBriefly(before) : await this.#meeting.waitBrieflyAside(before))
    ) {
      await this.#turn();
    }
  }

  /** Lets messages in. */
  async #turn(): Promise<void> {
    await new Promise((resume) => setTimeout(resume, 0));
    this.#throwFailure();
    if (this.#isClosed)
      throw new UnrolledError("aborted", { call: CALL, problem: "it was closed while it was at work" });
  }

  /** The first failure counts, and none that comes from ending them. */
  #fail(error: Error): void {
    if (this.#isClosed) return;
    this.#failure = error;
    this.close();
    this.#wake();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }
}

function post(
  worker: WorkerThread<MemberRequest, MemberReply>,
  call: string,
  name: string,
  request: MemberRequest,
): void {
  try {
    worker.post(request);
  } catch (error) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `${name} can be sent plain data alone: ${(error as Error).message}`,
    });
  }
}

/** Another thread's tensors, to look at and to write. */
function lentTo(device: Device, places: Extract<MemberReply, { type: "joined" }>["carried"]): Carried {
  const entries = places.map(({ name, offset, shape }) => {
    return [name, new Tensor(device, device.lent(offset, sizeOf(shape)), shape)] as const;
  });
  return Object.fromEntries(entries);
}

/** A thread's error on this side; what was thrown there is its cause. */
function errorOf(name: string, { known, message, stack }: Extract<MemberReply, { type: "failed" }>): Error {
  const thrown = new UnrolledError(known?.code ?? "worker-died", known?.fields ?? message);
  const error = thrown.within({ call: CALL, place: name });
  const cause = new Error(message);
  if (stack) cause.stack = stack;
  error.cause = cause;
  return error;
}

/** A page's own thread must not block; all others may. */
function mayBlock(): boolean {
  if (typeof SharedArrayBuffer === "undefined") return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
