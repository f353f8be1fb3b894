// What computes for a server, on a thread of its own or on the caller's: it opens models, and does the work on them in turns that are
// short enough to hear what comes meanwhile.
import { soon } from "#platform";
import type { CellModule } from "../../cells/own-cells.ts";
import { UnrolledError } from "../../errors.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import { openModel } from "../../open/open-model.ts";
import { openDevice } from "../../tensor/device.ts";
import { DEADLINE, Job, plainError } from "./job.ts";
import type { ComputeReply, ComputeRequest, ComputeStart } from "./protocol.ts";
import { ServedModel } from "./served-model.ts";

/** How long it computes before it listens. */
const TURN_MS = 2;
/** How often it tells of the sizes of its steps, while it works. */
const TELL_STEPS_MS = 100;

export class Engine {
  readonly #post: (replies: readonly ComputeReply[]) => void;
  readonly #jobs = new Map<number, Job>();
  readonly #models = new Map<number, ServedModel>();
  /** How many were computed together at each step since that was last told, by model. */
  readonly #steps = new Map<number, number[]>();
  #tellStepsMs = 0;
  #replies: ComputeReply[] = [];
  #isRunning = false;
  #maxActive = 128;
  #backend: BackendChoice = "auto";
  #cells: Promise<void> = Promise.resolve();

  /** @param post hands on what there is to say */
  constructor(post: (replies: readonly ComputeReply[]) => void) {
    this.#post = post;
  }

  start({ maxActive, backend, cells }: ComputeStart): void {
    this.#maxActive = maxActive;
    this.#backend = backend;
    this.#cells = importCells(cells);
    // Who opens a model is told.
    this.#cells.catch(() => {});
  }

  receive(request: ComputeRequest): void {
    switch (request.type) {
      case "open":
        void this.#open(request);
        return;
      case "close":
        this.#models.get(request.handle)?.close();
        this.#models.delete(request.handle);
        return;
      case "cancel": {
        const job = this.#jobs.get(request.id);
        if (job) job.isOver = true;
        this.#jobs.delete(request.id);
        return;
      }
      case "work":
        this.#begin(request);
    }
  }

  async #open({ id, handle, source }: Extract<ComputeRequest, { type: "open" }>): Promise<void> {
    try {
      await this.#cells;
      // A device of its own, so that a model which is closed leaves no memory behind.
      const device = await openDevice({ backend: this.#backend });
      const isUrl = typeof source === "string" && /^(file|https?):/.test(source);
      const model = await openModel(isUrl ? new URL(source) : source, { device });
      const served = new ServedModel(model, this.#maxActive, {
        piece: (job, piece) => this.#say({ type: "piece", id: job.id, piece }),
        done: (job, result) => this.#done(job, result),
        failed: (job, error) => this.#fail(job, error),
      });
      this.#models.set(handle, served);
      this.#say({ type: "opened", id, facts: served.facts });
    } catch (error) {
      this.#say({ type: "failed", id, error: plainError(error) });
    }
    this.#flush();
  }

  #begin({ id, handle, client, deadlineMs, work }: Extract<ComputeRequest, { type: "work" }>): void {
    const job = new Job(id, client, deadlineMs);
    this.#jobs.set(id, job);
    try {
      const model = this.#models.get(handle);
      if (!model) throw new UnrolledError("invalid-argument", "this model was closed");
      model.begin(job, work);
    } catch (error) {
      this.#fail(job, error);
    }
    if (!this.#isRunning) void this.#run();
  }

  /** Until there is nothing left to do. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    const nextTurn = () => new Promise<void>((resolve) => soon(resolve));
    // What came at the same time begins together.
    await nextTurn();
    for (;;) {
      const untilMs = performance.now() + TURN_MS;
      let isBusy = true;
      while (isBusy && performance.now() < untilMs) {
        isBusy = false;
        for (const [handle, model] of this.#models) {
          this.#count(handle, model.step());
          const answered = model.predict();
          if (answered !== 0) this.#count(handle, await answered);
          isBusy ||= model.isBusy;
        }
      }
      this.#endLate();
      if (!isBusy || performance.now() >= this.#tellStepsMs) this.#tellSteps();
      this.#flush();
      if (!isBusy) break;
      await nextTurn();
    }
    this.#isRunning = false;
  }

  #count(handle: number, rows: number): void {
    if (rows === 0) return;
    const own = this.#steps.get(handle);
    if (own) own.push(rows);
    else this.#steps.set(handle, [rows]);
  }

  /** How many were computed together is told now and then: nobody waits for it. */
  #tellSteps(): void {
    this.#tellStepsMs = performance.now() + TELL_STEPS_MS;
    for (const [handle, rows] of this.#steps) this.#say({ type: "steps", handle, rows });
    this.#steps.clear();
  }

  #endLate(): void {
    const nowMs = Date.now();
    for (const job of this.#jobs.values()) {
      if (job.deadlineMs > nowMs) continue;
      this.#over(job);
      this.#say({ type: "failed", id: job.id, error: DEADLINE });
    }
  }

  #done(job: Job, result: unknown): void {
    if (job.isOver) return;
    this.#over(job);
    this.#say({ type: "done", id: job.id, result });
  }

  #fail(job: Job, error: unknown): void {
    if (job.isOver) return;
    this.#over(job);
    this.#say({ type: "failed", id: job.id, error: plainError(error) });
  }

  #over(job: Job): void {
    job.isOver = true;
    this.#jobs.delete(job.id);
  }

  #say(reply: ComputeReply): void {
    this.#replies.push(reply);
  }

  #flush(): void {
    if (this.#replies.length === 0) return;
    const replies = this.#replies;
    this.#replies = [];
    this.#post(replies);
  }
}

async function importCells(cells: readonly CellModule[]): Promise<void> {
  if (cells.length === 0) return;
  const { importCell } = await import("../../networks/import-cell.ts");
  for (const cell of cells) await importCell(cell);
}
