// A sweep's trials on all ranks: rank 0 says which trial begins where, and hears how each one goes.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Mailbox } from "../../mpi/mailbox.ts";
import type { World } from "../../mpi/world.ts";
import type { SweepPlan } from "../sweep/plan.ts";
import { type Progress, type RunningTrial, type TrialEnd, TrialProcess } from "../sweep/trial-process.ts";

/** What a trial is started with. */
type TrialParts = ConstructorParameters<typeof TrialProcess>;

/** From rank 0. */
type Order =
  | {
      readonly type: "begin";
      readonly id: number;
      readonly parameters: TrialParts[0];
      readonly plan: Pick<SweepPlan, "metric" | "loss">;
      readonly places: TrialParts[2];
    }
  | { readonly type: "stop"; readonly id: number }
  | { readonly type: "end" };

/** To it. */
type News =
  | { readonly type: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly type: "ended"; readonly id: number; readonly end: TrialEnd };

const PROGRESS_EVERY_MS = 500;

/** Begins each trial on the rank that has the fewest at that moment. */
export class SharedTrials {
  readonly #mailbox: Mailbox;
  /** How many trials each rank has now. [R] */
  readonly #load: number[];
  readonly #away = new Map<number, { onProgress(progress: Progress): void; onEnd(end: TrialEnd): void }>();
  #ids = 0;

  constructor({ ranks, mailbox }: World) {
    this.#load = new Array<number>(ranks.size).fill(0);
    this.#mailbox = mailbox((_, letter) => {
      const news = letter as News;
      const trial = this.#away.get(news.id);
      if (news.type === "progress") trial?.onProgress(news.progress);
      else trial?.onEnd(news.end);
    });
  }

  /** As a trial's process on this machine. */
  begin(...[parameters, { metric, loss }, places, onProgress]: TrialParts): RunningTrial {
    const rank = this.#load.indexOf(Math.min(...this.#load));
    this.#load[rank] += 1;
    const plan = { metric, ...(loss === undefined ? {} : { loss }) };
    if (rank === 0) {
      const trial = new TrialProcess(parameters, plan, places, onProgress);
      return { ended: trial.ended.finally(() => this.#leaves(0)), stop: () => trial.stop() };
    }
    this.#ids += 1;
    const id = this.#ids;
    const ended = new Promise<TrialEnd>((resolve) => {
      this.#away.set(id, {
        onProgress,
        onEnd: (end) => {
          this.#away.delete(id);
          this.#leaves(rank);
          resolve(end);
        },
      });
    });
    this.#tell(rank, { type: "begin", id, parameters, plan, places });
    return { ended, stop: () => this.#tell(rank, { type: "stop", id }) };
  }

  /** Lets the other ranks go. */
  async end(): Promise<void> {
    for (let rank = 1; rank < this.#load.length; rank++) this.#tell(rank, { type: "end" });
    await this.#mailbox.close();
  }

  #leaves(rank: number): void {
    this.#load[rank] -= 1;
  }

  #tell(rank: number, order: Order): void {
    this.#mailbox.post(rank, order);
  }
}

/** Runs trials as rank 0 says, until it says that there are no more. */
export async function followSweep({ mailbox }: World): Promise<void> {
  const running = new Map<number, TrialProcess>();
  let end = () => {};
  const isOver = new Promise<void>((resolve) => {
    end = resolve;
  });
  const box = mailbox((_, letter) => {
    const order = letter as Order;
    if (order.type === "end") return end();
    if (order.type === "stop") return running.get(order.id)?.stop();
    const { id, parameters, plan, places } = order;
    const tell = (news: News) => box.post(0, news);
    let toldMs = 0;
    // The folder of the sweep may not be one that all machines share.
    mkdirSync(dirname(places.logPath), { recursive: true });
    const trial = new TrialProcess(parameters, plan, places, (progress) => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
      toldMs = performance.now();
      tell({ type: "progress", id, progress });
    });
    running.set(id, trial);
    const failed = (error: Error): TrialEnd => ({ type: "failed", error: error.message });
    void trial.ended.catch(failed).then((how) => {
      running.delete(id);
      tell({ type: "ended", id, end: how });
    });
  });
  await isOver;
  for (const trial of running.values()) trial.stop();
  await box.close();
}
