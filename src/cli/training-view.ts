import colors from "picocolors";
import type { Evaluation } from "../models/evaluation.ts";
import type { TrainingEvent } from "../training/events.ts";
import type { TrainingSettings } from "../training/settings.ts";
import { bytes, clock, count, counted, duration, figure, short } from "./amounts.ts";
import { LiveLine, type Segment } from "./live-line.ts";
import { wrapped, wrappedText } from "./wrap.ts";

const PLAIN_INTERVAL_MS = 5000;
const SAMPLE_LINES = 12;
const DEFAULT_COLUMNS = 80;

type Told = Exclude<TrainingEvent, { type: "model" | "checkpoint" }>;
type Step = Extract<TrainingEvent, { type: "step" }>;

/** What people see of training: a line that is drawn over on a terminal, a line every few seconds elsewhere. */
export class TrainingView {
  readonly #stream: NodeJS.WriteStream;
  readonly #live: LiveLine;
  readonly #colors: ReturnType<typeof colors.createColors>;
  #unit = "token";
  #heldOut: Evaluation | undefined;
  #lastPlainMs = Number.NEGATIVE_INFINITY;
  #stopping = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#live = new LiveLine(stream);
    this.#colors = colors.createColors(colors.isColorSupported && stream.isTTY);
  }

  /** `savedPath` is where the best model so far is. */
  show(event: Told, savedPath: string | null): void {
    switch (event.type) {
      case "start":
        this.#unit = UNITS[event.settings.tokenizer];
        this.#showStart(event);
        break;
      case "step":
        this.#showStep(event);
        break;
      case "eval": {
        this.#heldOut = event;
        const best = event.best ? "" : "  (not the best)";
        this.#say(`step ${count(event.step)}  held out ${quality(event)}${best}`, 2);
        break;
      }
      case "note":
        this.#say(`step ${count(event.step)}  ${event.text}`, 2);
        break;
      case "sample":
        this.#showSample(event.step, event.text);
        break;
      case "end":
        this.#showEnd(event, savedPath);
        break;
    }
  }

  /** Says that the run is being ended before its time. */
  stopping(): void {
    this.#stopping = true;
    this.#say("Stopping: measuring and saving what is there. Ctrl-C again quits at once.", 2);
  }

  /** Leaves the terminal tidy. */
  close(): void {
    this.#live.clear();
  }

  #showStart(event: Extract<TrainingEvent, { type: "start" }>): void {
    const { settings, parameters, vocabularySize, memoryBytes, secondsPerEpoch, stepsPerEpoch } = event;
    const learned = `${counted(event.trainingTokens, this.#unit)} to learn from`;
    const heldOut =
      event.validationTokens === 0 ? "none held out" : `${count(event.validationTokens)} held out`;
    const reach =
      event.totalSteps === null
        ? ""
        : `, ${duration((event.totalSteps / stepsPerEpoch) * secondsPerEpoch)} in all`;
    this.#facts([
      ["Model", `${cellName(settings)}, ${counted(parameters, "parameter")}`],
      ["Text", `${learned}, ${heldOut}; vocabulary of ${count(vocabularySize)}`],
      ["Memory", bytes(memoryBytes)],
      ["Backend", `${event.backend} (${event.backendReason})`],
      ["Time", `about ${duration(secondsPerEpoch)} per epoch of ${counted(stepsPerEpoch, "step")}${reach}`],
    ]);
  }

  #facts(facts: readonly (readonly [string, string])[]): void {
    for (const [name, value] of facts) {
      this.#say(`${this.#colors.bold(name.padEnd(9))}${value}`, 9);
    }
  }

  #say(line: string, indent: number): void {
    this.#live.write(wrapped(line, this.#columns, indent));
  }

  #showStep(event: Step): void {
    if (this.#stopping) return;
    if (this.#stream.isTTY) {
      this.#live.update(() => this.#segments(event));
      return;
    }
    const now = performance.now();
    if (now - this.#lastPlainMs < PLAIN_INTERVAL_MS) return;
    this.#lastPlainMs = now;
    const texts = this.#segments(event).map(({ text }) => text);
    this.#live.write(texts.filter((text) => text !== "").join("  "));
  }

  /** Of least weight is what a narrow terminal leaves out first. */
  #segments(event: Step): Segment[] {
    const { step, epoch, lossNats, tokensPerSecond, secondsLeft } = event;
    return [
      { text: `step ${count(step)}`, weight: 2 },
      { text: `epoch ${epoch.toFixed(2)}`, weight: 1 },
      { text: `loss ${figure(lossNats)}`, weight: 5 },
      { text: this.#heldOut ? `held out ${shortQuality(this.#heldOut)}` : "", weight: 4 },
      {
        text: tokensPerSecond > 0 ? `${short(tokensPerSecond)} ${this.#unit.replace("acter", "")}s/s` : "",
        weight: 3,
      },
      { text: `${clock(secondsLeft)} left`, weight: 6 },
    ];
  }

  #showSample(step: number, text: string): void {
    const lines = wrappedText(text, this.#columns - 2);
    const shown = lines.slice(0, SAMPLE_LINES).map((line) => `  ${this.#colors.dim(line)}`);
    this.#live.write(`Sample after ${counted(step, "step")}:\n${shown.join("\n")}`);
  }

  #showEnd(event: Extract<TrainingEvent, { type: "end" }>, savedPath: string | null): void {
    const { steps, seconds, tokensPerSecond, reason } = event;
    const done = `${counted(steps, "step")} in ${duration(seconds)}, ${short(tokensPerSecond)} ${this.#unit}s per second`;
    const measured = event.evaluation ?? this.#heldOut;
    const facts: [string, string][] = [[reason === "aborted" ? "Stopped" : "Trained", done]];
    if (measured) facts.push(["Held out", `${quality(measured)}, perplexity ${figure(measured.perplexity)}`]);
    facts.push(["Saved", savedPath ?? "nothing: there was no model to keep yet"]);
    this.#facts(facts);
  }

  get #columns(): number {
    return this.#stream.columns || DEFAULT_COLUMNS;
  }
}

const UNITS = { char: "character", byte: "byte", word: "word", bpe: "token" } as const;

/** "2-layer LSTM of 256 units, embedding 128". */
export function cellName(
  config: Pick<
    TrainingSettings,
    "cell" | "nonlinearity" | "numLayers" | "hiddenSize" | "embeddingSize" | "tieWeights"
  >,
): string {
  const { cell, nonlinearity, numLayers, hiddenSize, embeddingSize, tieWeights } = config;
  const name = cell === "elman" ? `Elman network (${nonlinearity})` : cell.toUpperCase();
  const tied = tieWeights ? ", tied to the output" : "";
  return `${numLayers}-layer ${name} of ${counted(hiddenSize, "unit")}, embedding ${embeddingSize}${tied}`;
}

/** The figure by which a model is judged: bits per character, or nats per token where the tokenizer loses text. */
export function quality(evaluation: Pick<Evaluation, "bitsPerCharacter" | "lossNats">): string {
  const { bitsPerCharacter, lossNats } = evaluation;
  const nats = `${figure(lossNats)} nats per token`;
  return bitsPerCharacter === null ? nats : `${figure(bitsPerCharacter)} bits per character, ${nats}`;
}

function shortQuality({ bitsPerCharacter, perplexity }: Evaluation): string {
  return bitsPerCharacter === null
    ? `perplexity ${short(perplexity)}`
    : `${bitsPerCharacter.toFixed(3)} bits`;
}
