import colors from "picocolors";
import type { CorpusProgress } from "../../data/corpus/corpus-options.ts";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { AnyTrainingEvent, TrainingEvent } from "../../training/events.ts";
import type { RunRecord } from "../log/run-log.ts";
import { bytes, clock, count, counted, duration, figure, short } from "./amounts.ts";
import { LiveBlock } from "./live-block.ts";
import { type Numbers, runFacts, type TaskWords, wordsOf } from "./task-words.ts";
import { type HeldOut, trainingScreen } from "./training-screen.ts";
import { Trend } from "./trend.ts";
import { wrapped, wrappedText } from "./wrap.ts";

const PLAIN_INTERVAL_MS = 5000;
/** A reader of lines is never left without one for longer. */
const SILENCE_MS = 9000;
const LOOK_EVERY_MS = 500;
const SAMPLE_LINES = 12;
const DEFAULT_COLUMNS = 80;
/** Texts that are prepared so fast are not worth a word. */
const QUIET_MS = 500;
const STAGES = {
  reading: "Reading the texts",
  vocabulary: "Learning the vocabulary",
  tokens: "Making tokens",
} as const;

type Told = Exclude<AnyTrainingEvent | TrainingEvent, { type: "model" | "checkpoint" }>;
type Start = Extract<AnyTrainingEvent | TrainingEvent, { type: "start" }>;
type Step = Extract<AnyTrainingEvent | TrainingEvent, { type: "step" }>;
type Sample = Extract<AnyTrainingEvent, { type: "sample" }>;

/** What people see of training: lines that are drawn over on a terminal, a line every few seconds elsewhere. */
export class TrainingView {
  readonly #stream: NodeJS.WriteStream;
  readonly #task: TaskDescription;
  readonly #words: TaskWords;
  readonly #live: LiveBlock;
  readonly #isLive: boolean;
  readonly #colors: ReturnType<typeof colors.createColors>;
  readonly #trend = new Trend();
  #start: Start | undefined;
  #unit = "token";
  #heldOut: HeldOut | undefined;
  #best: HeldOut | undefined;
  #sample: Sample | undefined;
  #lastPlainMs = Number.NEGATIVE_INFINITY;
  #stopping = false;
  #preparingSinceMs: number | undefined;
  /** What is done at the moment, to be said where it takes long. */
  #doing = "Opening the texts";
  #lastEventMs = performance.now();
  #lastLineMs = performance.now();
  #cutOffSteps = 0;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream, task: TaskDescription = LANGUAGE) {
    this.#stream = stream;
    this.#task = task;
    if (task.name !== LANGUAGE.name) this.#doing = "Reading the data";
    this.#words = wordsOf(task);
    this.#live = new LiveBlock(stream);
    this.#isLive = stream.isTTY && process.env.TERM !== "dumb";
    this.#colors = colors.createColors(colors.isColorSupported && stream.isTTY);
    if (!this.#isLive) this.#timer = setInterval(() => this.#breakSilence(), LOOK_EVERY_MS).unref();
  }

  /** So many steps were made after the checkpoint that a run goes on from, and are made again. */
  cutOff(steps: number): void {
    this.#cutOffSteps = Math.max(0, steps);
  }

  /** Takes up what an earlier part of a resumed run has left in its log. */
  recall(records: Iterable<RunRecord>): void {
    for (const record of records) {
      if (record.type === "step") this.#trend.add(Number(record.step), this.#loss(record));
      if (record.type === "eval" && typeof record[this.#task.judge.measure] === "number") this.#judge(record);
      if (record.type === "sample") this.#sample = record as unknown as Sample;
    }
  }

  /** How far the texts are made into tokens; nothing is said where that takes no time. */
  preparing({ stage, units, share }: CorpusProgress): void {
    const now = performance.now();
    this.#preparingSinceMs ??= now;
    const far = share === null ? bytes(units) : `${Math.floor(100 * share)} %`;
    this.#doing = `${STAGES[stage]}  ${far}`;
    if (!this.#isLive || now - this.#preparingSinceMs < QUIET_MS) return;
    this.#live.update((columns) => [this.#doing.slice(0, columns)]);
  }

  /** `savedPath` is where the best model so far is. */
  show(event: Told, savedPath: string | null): void {
    this.#lastEventMs = performance.now();
    this.#doing = "step" in event ? `step ${count(event.step)}` : "Beginning";
    switch (event.type) {
      case "start":
        this.#live.clear();
        this.#start = event;
        this.#unit = this.#words.unit(event.settings);
        this.#showStart(event);
        break;
      case "step":
        this.#trend.add(event.step, this.#loss(event));
        this.#showStep(event);
        break;
      case "eval": {
        this.#judge({ ...event });
        const best = event.best ? "" : "  (not the best)";
        this.#say(`step ${count(event.step)}  held out ${this.#words.quality({ ...event })}${best}`, 2);
        break;
      }
      case "sample":
        this.#sample = event;
        if (!this.#isLive) this.#showSample(event);
        break;
      case "note":
        this.#say(`step ${count(event.step)}  ${this.#colors.yellow(oneLine(event.text))}`, 2);
        break;
      case "end":
        this.#live.clear();
        clearInterval(this.#timer);
        // On a terminal samples have stood in lines that are gone now; the last one stays.
        if (this.#isLive && this.#sample) this.#showSample(this.#sample);
        this.#showEnd(event, savedPath);
        break;
    }
  }

  /** Says that the run is being ended before its time. */
  stopping(): void {
    this.#stopping = true;
    this.#live.clear();
    // Before it has begun there is nothing to keep.
    if (this.#start)
      this.#say("Stopping: measuring and saving what is there. Ctrl-C again quits at once.", 2);
  }

  /** Leaves the terminal tidy; also for when the process exits. */
  close(): void {
    clearInterval(this.#timer);
    this.#live.clear();
  }

  /** Says that work goes on, where lines are read and none has come for long: a step, a measurement or a text may take minutes. */
  #breakSilence(): void {
    const now = performance.now();
    if (now - this.#lastLineMs < SILENCE_MS) return;
    this.#write(`${this.#doing}  at work for ${duration((now - this.#lastEventMs) / 1000)} …`);
  }

  #write(lines: string): void {
    this.#lastLineMs = performance.now();
    this.#live.write(lines);
  }

  #showStart(event: Start): void {
    this.#facts([...this.#words.facts(event, this.#unit), ...runFacts(event, this.#cutOffSteps)]);
  }

  #facts(facts: readonly (readonly [string, string])[]): void {
    for (const [name, value] of facts) {
      this.#say(`${this.#colors.bold(name.padEnd(9))}${value}`, 9);
    }
  }

  #say(line: string, indent: number): void {
    this.#write(wrapped(line, this.#columns, indent));
  }

  #showStep(event: Step): void {
    if (this.#stopping) return;
    if (this.#isLive) {
      this.#live.update((columns, rows) => this.#screen(event, columns, rows));
      return;
    }
    const now = performance.now();
    if (now - this.#lastPlainMs < PLAIN_INTERVAL_MS) return;
    this.#lastPlainMs = now;
    const { step, epoch, secondsLeft } = event;
    const pace = this.#pace(event);
    const texts = [
      `step ${count(step)}`,
      `epoch ${epoch.toFixed(2)}`,
      `loss ${figure(this.#loss(event))}`,
      this.#heldOut ? `held out ${this.#words.shortQuality(this.#heldOut.found)}` : "",
      pace > 0 ? `${short(pace)} ${this.#shortUnit}s/s` : "",
      `${clock(secondsLeft)} left`,
    ];
    this.#write(texts.filter((text) => text !== "").join("  "));
  }

  #screen(event: Step, columns: number, rows: number): string[] {
    const totalSteps = this.#start?.totalSteps ?? null;
    const state = {
      ...event,
      loss: this.#loss(event),
      lossText: this.#words.loss(this.#loss(event)),
      pace: this.#pace(event),
      share: this.#share(event),
      totalSteps,
      trend: this.#trend,
      heldOut: this.#heldOut,
      best: this.#best,
      unit: this.#shortUnit,
      memoryBytes: event.memoryBytes ?? this.#start?.memoryBytes ?? 0,
      sample: this.#sample,
    };
    return trainingScreen(state, columns, rows, this.#colors);
  }

  /** How much of the run is done: of its steps, or of its time where that is what is known. */
  #share({ step, secondsLeft }: Step): number {
    if (!this.#start) return 0;
    const { totalSteps, settings } = this.#start;
    if (totalSteps !== null) return step / totalSteps;
    const { budget } = settings;
    return "minutes" in budget ? 1 - secondsLeft / (budget.minutes * 60) : 0;
  }

  #judge(found: Numbers): void {
    const { measure, better } = this.#task.judge;
    const value = Number(found[measure]);
    const [main, detail] = this.#words.figures(found);
    this.#heldOut = { step: Number(found.step), value, main, detail, found };
    const [now, before] =
      better === "less" ? [value, this.#best?.value] : [-value, -(this.#best?.value ?? 0)];
    if (!this.#best || now < before!) this.#best = this.#heldOut;
  }

  #loss(event: Numbers): number {
    return Number(event[this.#task.loss] ?? Number.NaN);
  }

  #pace(event: Numbers): number {
    return Number(event[`${this.#task.units}PerSecond`]);
  }

  #showSample({ step, text }: Sample): void {
    const lines = wrappedText(text, this.#columns - 2);
    const shown = lines.slice(0, SAMPLE_LINES).map((line) => `  ${this.#colors.dim(line)}`);
    this.#write(`Sample after ${counted(step, "step")}:\n${shown.join("\n")}`);
  }

  #showEnd(
    event: Extract<AnyTrainingEvent | TrainingEvent, { type: "end" }>,
    savedPath: string | null,
  ): void {
    const { steps, seconds, reason } = event;
    const done = `${counted(steps, "step")} in ${duration(seconds)}, ${short(this.#pace(event))} ${this.#unit}s per second`;
    const measured = event.evaluation ?? this.#best?.found;
    const facts: [string, string][] = [[reason === "aborted" ? "Stopped" : "Trained", done]];
    if (measured) facts.push(["Held out", this.#words.result({ ...measured })]);
    if ("test" in event && event.test) facts.push(["Test", this.#words.result({ ...event.test })]);
    facts.push(["Saved", savedPath ?? "nothing: there was no model to keep yet"]);
    if (reason === "aborted" && savedPath !== null)
      facts.push(["Go on", `unrolled train --resume ${savedPath}`]);
    this.#facts(facts);
  }

  get #shortUnit(): string {
    return this.#unit.replace("acter", "");
  }

  get #columns(): number {
    return this.#stream.columns || DEFAULT_COLUMNS;
  }
}

/** A note is one line, whatever it quotes. */
function oneLine(text: string): string {
  return wrappedText(text, Number.POSITIVE_INFINITY).join(" ");
}
