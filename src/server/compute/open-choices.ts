import type { Job } from "./job.ts";
import { appendLogprobs, noLogprobs } from "./log-probabilities.ts";
import type { Choice, ChoicePiece, CompleteWork, TokenLogprobs } from "./protocol.ts";
import type { Told } from "./served-language.ts";

interface OpenChoice {
  text: string;
  readonly logprobs: TokenLogprobs;
  finishReason: Choice["finishReason"] | undefined;
}

/** The choices of a request while they are written: handed on piece by piece, or kept until all are there. */
export class OpenChoices {
  /** Characters that stand before what is written. */
  readonly textOffset: number;
  readonly #job: Job;
  readonly #work: CompleteWork;
  readonly #told: Told;
  readonly #promptTokens: number;
  readonly #choices: readonly OpenChoice[];
  readonly #echo: { readonly text: string; readonly logprobs: TokenLogprobs };
  readonly #begun = new Set<number>();
  #completionTokens = 0;
  #left: number;

  constructor(
    job: Job,
    work: CompleteWork,
    told: Told,
    { prompt, promptTokens }: { readonly prompt: string; readonly promptTokens: number },
  ) {
    this.#job = job;
    this.#work = work;
    this.#told = told;
    this.#promptTokens = promptTokens;
    this.#echo = { text: work.echo ? prompt : "", logprobs: noLogprobs() };
    this.textOffset = this.#echo.text.length;
    this.#left = work.n;
    this.#choices = Array.from({ length: work.n }, () => ({
      text: "",
      logprobs: noLogprobs(),
      finishReason: undefined,
    }));
  }

  /** Log probabilities of the prompt's tokens, which stand first in each choice. */
  echoed(add: (to: TokenLogprobs) => void): void {
    add(this.#echo.logprobs);
  }

  /** The next piece of a choice. `text` may be empty. */
  add(piece: ChoicePiece): void {
    const { choice, finishReason } = piece;
    if (this.#work.maxTokens > 0) this.#completionTokens += 1;
    const whole = this.#begun.has(choice) ? piece : this.#withEcho(piece);
    this.#begun.add(choice);
    if (this.#work.isStreamed) {
      if (whole.text !== "" || whole.logprobs || finishReason) this.#told.piece(this.#job, whole);
    } else {
      const open = this.#choices[choice];
      open.text += whole.text;
      open.finishReason = finishReason;
      if (whole.logprobs) appendLogprobs(open.logprobs, whole.logprobs);
    }
    if (finishReason === undefined) return;
    this.#left -= 1;
    if (this.#left === 0) this.#finish();
  }

  #withEcho(piece: ChoicePiece): ChoicePiece {
    if (!this.#work.echo) return piece;
    const text = this.#echo.text + piece.text;
    if (this.#work.logprobs === undefined) return { ...piece, text };
    const logprobs = noLogprobs();
    appendLogprobs(logprobs, this.#echo.logprobs);
    if (piece.logprobs) appendLogprobs(logprobs, piece.logprobs);
    return { ...piece, text, logprobs };
  }

  #finish(): void {
    const hasLogprobs = this.#work.logprobs !== undefined;
    this.#told.done(this.#job, {
      choices: this.#work.isStreamed
        ? []
        : this.#choices.map(({ text, logprobs, finishReason }) => ({
            text,
            finishReason: finishReason!,
            ...(hasLogprobs ? { logprobs } : {}),
          })),
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
    });
  }
}
