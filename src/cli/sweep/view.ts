import colors from "picocolors";
import { printJson } from "../json-lines.ts";
import { count, counted, duration, figure } from "../screen/amounts.ts";
import { LiveBlock } from "../screen/live-block.ts";
import { wrapped } from "../screen/wrap.ts";
import type { SweepPlan } from "./plan.ts";
import { headings, rowsOf } from "./rows.ts";
import type { SweepListener } from "./run-sweep.ts";
import type { Rung } from "./rungs.ts";
import { tableLines } from "./table.ts";
import { ranked, score, type Trial } from "./trial.ts";
import type { Progress, TrialEnd } from "./trial-process.ts";

const TABLE_AGAIN_MS = 250;
/** Where lines are read, one comes at least so often. */
const LINE_AFTER_MS = 9000;

/** What people and programs see of a sweep: a live table on a terminal, a line for each trial elsewhere, JSON lines on stdout. */
export class SweepView implements SweepListener {
  readonly #plan: SweepPlan;
  readonly #rungs: readonly Rung[];
  readonly #json: boolean;
  readonly #stream: NodeJS.WriteStream;
  readonly #live: LiveBlock;
  readonly #running = new Map<number, Progress | null>();
  readonly #timer: NodeJS.Timeout;
  #trials: readonly Trial[];
  #isStopping = false;

  constructor(plan: SweepPlan, rungs: readonly Rung[], trials: readonly Trial[], json: boolean) {
    this.#plan = plan;
    this.#rungs = rungs;
    this.#trials = trials;
    this.#json = json;
    this.#stream = json ? process.stderr : process.stdout;
    this.#live = new LiveBlock(this.#stream);
    this.#timer = this.#stream.isTTY
      ? setInterval(() => this.#draw(), TABLE_AGAIN_MS)
      : setInterval(() => this.#sayHowFar(), LINE_AFTER_MS);
  }

  started(trial: Trial, rung: number): void {
    this.#running.set(trial.number, null);
    if (this.#json) {
      printJson({
        type: "trial-start",
        trial: trial.number,
        rung,
        budget: this.#rungs[rung].budget,
        settings: trial.settings,
      });
    }
  }

  progress(trial: Trial, progress: Progress): void {
    this.#running.set(trial.number, progress);
  }

  ended(trial: Trial, end: TrialEnd, trials: readonly Trial[]): void {
    this.#running.delete(trial.number);
    this.#trials = [...trials];
    if (this.#json) {
      const { number, settings, error } = trial;
      const outcome = end.type === "done" ? end.result : end.type === "failed" ? { error } : {};
      printJson({ type: "trial-end", trial: number, outcome: end.type, settings, ...outcome });
    }
    if (!this.#stream.isTTY && end.type !== "stopped") this.#say(this.#lineOf(trial, end));
  }

  /** Says that the sweep is being ended before its time. */
  stopping(): void {
    this.#isStopping = true;
    if (!this.#stream.isTTY) this.#say(STOPPING);
  }

  /** Takes the live table away. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#stream.isTTY) this.#live.clear();
  }

  /** What came of it: the whole table, the best, and where everything is. */
  finish(trials: readonly Trial[], folder: string, paths: readonly string[]): void {
    this.close();
    const { metric, parameters } = this.#plan;
    const [best] = ranked(trials, metric, this.#plan.better);
    if (this.#json) {
      const found = best && { trial: best.number, settings: best.settings, [metric]: score(best, metric) };
      printJson({
        type: "end",
        best: found ?? null,
        failed: failed(trials),
        trials: trials.length,
        path: folder,
      });
    }
    const rows = rowsOf(trials, new Map(), metric, this.#plan.better);
    const keys = parameters.map(({ key }) => key);
    const [heading, ...lines] = tableLines(
      [headings(keys, metric), ...rows.map(({ cells }) => cells)],
      this.#stream.columns || 80,
    );
    this.#stream.write(`${[this.#bold(heading), ...lines].join("\n")}\n`);
    if (best)
      this.#say(
        `Best: trial ${best.number}, ${metric} ${figure(score(best, metric)!)}, ${settingsText(best)}`,
      );
    this.#say(`In ${folder}: ${paths.join(", ")}`);
  }

  #draw(): void {
    this.#live.update((columns, most) => {
      const { metric, parameters } = this.#plan;
      const rows = rowsOf(this.#trials, this.#running, metric, this.#plan.better);
      // Head and foot take two lines. Those that run are shown, however many are better.
      const room = Math.max(1, most - 2);
      const running = rows.filter(({ isRunning }) => isRunning).length;
      let others = Math.max(0, room - running);
      const shown = rows.filter(({ isRunning }) => isRunning || others-- > 0).slice(0, room);
      const keys = parameters.map(({ key }) => key);
      const [heading, ...lines] = tableLines(
        [headings(keys, metric), ...shown.map(({ cells }) => cells)],
        columns,
      );
      return [this.#bold(heading), ...lines, this.#foot(rows.length - shown.length).slice(0, columns)];
    });
  }

  /** The trials that run, in a line each. */
  #sayHowFar(): void {
    if (this.#isStopping) return;
    for (const [number, progress] of this.#running) {
      const total = progress?.totalSteps ? ` of ${count(progress.totalSteps)}` : "";
      const loss = typeof progress?.loss === "number" ? `  loss ${figure(progress.loss)}` : "";
      const far = progress ? `step ${count(progress.steps)}${total}${loss}` : "beginning";
      this.#say(`trial ${number} of ${this.#trials.length}  ${far}`);
    }
  }

  #foot(hidden: number): string {
    if (this.#isStopping) return STOPPING;
    const done = this.#trials.filter(({ results }) => results.length > 0).length;
    const more = hidden > 0 ? `, ${hidden} not shown` : "";
    return `${done} of ${counted(this.#trials.length, "trial")} measured, ${failed(this.#trials)} failed${more}`;
  }

  #lineOf(trial: Trial, end: TrialEnd): string {
    const outcome =
      end.type === "failed"
        ? `failed: ${end.error}`
        : `${this.#plan.metric} ${figure(score(trial, this.#plan.metric)!)} after ${counted(trial.results.at(-1)!.steps, "step")} in ${duration(trial.results.at(-1)!.seconds)}`;
    return `trial ${trial.number} of ${this.#trials.length}  ${settingsText(trial)}  ${outcome}`;
  }

  #say(line: string): void {
    this.#stream.write(`${wrapped(line, this.#stream.columns || 200, 2)}\n`);
  }

  #bold(line: string): string {
    return colors.createColors(colors.isColorSupported && this.#stream.isTTY).bold(line);
  }
}

const STOPPING = "Stopping: the running trials save. Ctrl-C again quits at once.";

/** "learning_rate 0.01, dropout 0.3" */
function settingsText({ settings }: Trial): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}

function failed(trials: readonly Trial[]): number {
  return trials.filter(({ error }) => error !== null).length;
}
