// One continuation of a prompt: a token is drawn from the logits after each step, and read at the next.
import type { TokenStream } from "../../data/tokenizers/tokenizer.ts";
import type { Sampler } from "../../decoding/sampler.ts";
import { StopStrings } from "../../decoding/stop-strings.ts";
import type { Generator } from "../../random/philox.ts";
import type { PooledSession } from "../../session/session.ts";
import type { ConditionRow } from "../../tasks/language/condition/condition-row.ts";
import type { Job } from "./job.ts";
import { type LogProbabilities, noLogprobs } from "./log-probabilities.ts";
import type { ChoicePiece, TokenLogprobs } from "./protocol.ts";
import type { Stepper, StepRows } from "./stepped.ts";

/** What all choices of a request share. */
export interface ChoiceSettings {
  readonly sampler: Sampler;
  /** V. */
  readonly width: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly endIds: readonly number[];
  readonly condition: ConditionRow | undefined;
  readonly logprobs: { readonly of: LogProbabilities; readonly top: number } | undefined;
}

/** How one choice begins, and where it goes. */
export interface ChoiceStart {
  readonly job: Job;
  readonly choice: number;
  readonly session: PooledSession;
  readonly draws: Generator;
  /** Has read the prompt. */
  readonly stream: TokenStream;
  readonly seen: Iterable<number>;
  /** Characters before its own, if the prompt is part of the text. */
  readonly textOffset: number;
  readonly onPiece: (piece: ChoicePiece) => void;
}

export class ChoiceStepper implements Stepper {
  readonly job: Job;
  readonly session: PooledSession;
  readonly #settings: ChoiceSettings;
  readonly #start: ChoiceStart;
  readonly #stops: StopStrings;
  readonly #seen: Set<number>;
  #tokens = 0;
  #last = 0;
  #offset: number;

  constructor(settings: ChoiceSettings, start: ChoiceStart) {
    this.job = start.job;
    this.session = start.session;
    this.#settings = settings;
    this.#start = start;
    this.#stops = new StopStrings(settings.stop);
    this.#seen = new Set(start.seen);
    this.#offset = start.textOffset;
  }

  /** Draws the next token after logits [V]; whether it goes on. */
  draw(logits: Float32Array): boolean {
    const { sampler, maxTokens, endIds, logprobs } = this.#settings;
    const { draws, stream, choice, onPiece } = this.#start;
    const id = sampler.sample(logits, draws, this.#seen);
    this.#seen.add(id);
    this.#last = id;
    this.#tokens += 1;
    const isAtEnd = endIds.includes(id);
    const decoded = isAtEnd ? "" : stream.push(id);
    let text = isAtEnd ? "" : this.#stops.push(decoded);
    const isLast = isAtEnd || this.#tokens === maxTokens;
    if (!this.#stops.found && isLast) text += this.#stops.push(stream.end()) + this.#stops.end();
    let told: TokenLogprobs | undefined;
    if (logprobs) {
      told = noLogprobs();
      logprobs.of.add(told, logits, id, logprobs.top, this.#offset);
      this.#offset += decoded.length;
    }
    const hasStopped = this.#stops.found || isAtEnd;
    const finishReason = hasStopped ? "stop" : isLast ? "length" : undefined;
    onPiece({ choice, text, logprobs: told, finishReason });
    return finishReason === undefined;
  }

  write(inputs: StepRows, row: number): void {
    inputs.ids[row] = this.#last;
    writeRow(inputs.condition, this.#settings.condition, row);
  }

  read({ logits }: StepRows, row: number): boolean {
    return this.draw(rowOf(logits as Float32Array, this.#settings.width, row));
  }

  end(): void {
    this.session.close();
  }
}

/** Writes what a row reads of a condition, if there is one. */
export function writeRow(all: StepRows[string], condition: ConditionRow | undefined, row: number): void {
  if (condition) all.set(condition, row * condition.length);
}

/** The logits of one row. */
export function rowOf(logits: Float32Array, width: number, row: number): Float32Array {
  return logits.subarray(row * width, (row + 1) * width);
}
