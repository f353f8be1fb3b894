import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { EXIT } from "../failure.ts";
import type { SweepPlan } from "./plan.ts";
import { measure, type Result } from "./trial.ts";

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));
const END_WITH_PARENT = new URL("./end-with-parent.js", import.meta.url).href;

/** How far a trial is. */
export interface Progress {
  readonly steps: number;
  readonly totalSteps: number | null;
  /** Of the training text, at the last step. */
  readonly loss: number | null;
}

export type TrialEnd =
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly error: string }
  /** Ended before its time because the sweep asked it to. */
  | { readonly type: "stopped" };

/** A trial that has begun, wherever it runs. */
export interface RunningTrial {
  readonly ended: Promise<TrialEnd>;
  /** Asks it to save and end. */
  stop(): void;
}

/** What says that a process is one of several: a trial trains alone. */
const OF_RANKS = /^(OMPI_|PMI_|PMIX_|SLURM_STEP_NUM_TASKS$)/;

/** A trial in a process of its own. */
export class TrialProcess implements RunningTrial {
  readonly ended: Promise<TrialEnd>;
  readonly #child: ChildProcess;
  #isStopping = false;

  /** `logPath`: where what it tells people goes. */
  constructor(
    parameters: readonly string[],
    plan: Pick<SweepPlan, "metric" | "loss">,
    { workingFolder, logPath }: { readonly workingFolder: string; readonly logPath: string },
    onProgress: (progress: Progress) => void,
  ) {
    // A group of its own: Ctrl-C reaches the sweep alone, which then stops its trials in good order.
    this.#child = spawn(process.execPath, ["--import", END_WITH_PARENT, MAIN, ...parameters], {
      cwd: workingFolder,
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_RANKS.test(name))),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.ended = this.#run(plan, logPath, onProgress);
  }

  /** Asks it to save and end. */
  stop(): void {
    this.#isStopping = true;
    this.#child.kill("SIGTERM");
  }

  async #run(
    { metric, loss = "lossNats" }: Pick<SweepPlan, "metric" | "loss">,
    logPath: string,
    onProgress: (progress: Progress) => void,
  ): Promise<TrialEnd> {
    const { stdout, stderr } = this.#child;
    const log = createWriteStream(logPath);
    let problem: string | undefined;
    createInterface({ input: stderr! }).on("line", (line) => {
      log.write(`${line}\n`);
      if (line.startsWith("error: ")) problem = line.slice("error: ".length);
    });
    let totalSteps: number | null = null;
    let result: Result | undefined;
    createInterface({ input: stdout! }).on("line", (line) => {
      const event = eventOf(line);
      if (event?.type === "start") totalSteps = event.totalSteps ?? null;
      if (event?.type === "step") onProgress({ steps: event.step, totalSteps, loss: numberIn(event[loss]) });
      if (event?.type === "end" && event.reason !== "aborted") result = figuresOf(event);
    });
    const [code, signal] = await ended(this.#child);
    log.end();
    if (code === EXIT.done && result !== undefined) {
      if (typeof measure(result, metric) === "number") {
        return { type: "done", result };
      }
      return { type: "failed", error: `it has no ${metric}: ${whyNot(metric)}` };
    }
    if (this.#isStopping) return { type: "stopped" };
    if (problem !== undefined) return { type: "failed", error: problem };
    return { type: "failed", error: signal ? `ended by ${signal}` : `ended with exit code ${code}` };
  }
}

function whyNot(metric: string): string {
  return metric === "bits_per_character"
    ? "nothing is held out, or words lose white space"
    : "nothing is held out";
}

/** Steps, seconds and what was measured; how fast it was is of no interest. */
function figuresOf({ steps, seconds, ...others }: Extract<TrainEvent, { type: "end" }>): Result {
  const isFigure = ([name, value]: [string, unknown]) =>
    (typeof value === "number" || value === null) && !name.endsWith("PerSecond") && name !== "path";
  const figures = Object.fromEntries(Object.entries(others).filter(isFigure)) as Record<
    string,
    number | null
  >;
  return { steps, seconds, ...figures };
}

function numberIn(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Exit code and signal, once all output has been read. */
function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve([code, signal]));
  });
}

/** What is read of the lines of `unrolled train --json`. */
type TrainEvent =
  | { readonly type: "start"; readonly totalSteps?: number | null }
  | { readonly type: "step"; readonly step: number; readonly [figure: string]: unknown }
  | {
      readonly type: "end";
      readonly reason: string;
      readonly steps: number;
      readonly seconds: number;
      readonly [figure: string]: unknown;
    };

/** The event of a line; undefined if it is none, as where a process was killed while it wrote. */
function eventOf(line: string): TrainEvent | undefined {
  try {
    return JSON.parse(line) as TrainEvent;
  } catch {
    return undefined;
  }
}
