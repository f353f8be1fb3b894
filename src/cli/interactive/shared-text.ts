// A text that a person and a model write in turns.
import { type GenerateTextOptions, generateEvents } from "../../tasks/language/model/generate-text.ts";
import type { LanguageModel } from "../../tasks/language/model/language-model.ts";

/** What may come next: a token, or a word of several. */
export interface Candidate {
  readonly text: string;
  readonly probability: number;
  readonly isWord: boolean;
}

const BEGINS_WORD = /(^|\s)$/u;

/** The text so far, who can go on with it, and how. */
export class SharedText {
  readonly #model: LanguageModel;
  /** The text after each turn, the last one being what there is. */
  #turns: string[];
  /** How the model goes on. */
  options: GenerateTextOptions;

  constructor(model: LanguageModel, begun: string, options: GenerateTextOptions) {
    this.#model = model;
    this.#turns = [begun];
    this.options = options;
  }

  get text(): string {
    return this.#turns[this.#turns.length - 1];
  }

  /** Adds what a person has written. */
  add(text: string): void {
    if (text !== "") this.#turns.push(this.text + text);
  }

  /** Takes the last turn back; false where there is none. */
  undo(): boolean {
    return this.#turns.length > 1 && this.#turns.pop() !== undefined;
  }

  /** Begins anew. */
  clear(): void {
    this.#turns = [""];
  }

  /** The model goes on, piece by piece; what there is when `signal` is aborted stays. The next time it draws by the seed after this one. */
  async *goOn(signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    const { seed = 0 } = this.options;
    let written = "";
    try {
      for await (const event of generateEvents(this.#model, this.text, this.options)) {
        if (event.type !== "text") continue;
        written += event.text;
        yield event.text;
        if (signal.aborted) break;
      }
    } finally {
      this.add(written);
      this.options = { ...this.options, seed: seed + 1 };
    }
  }

  /** The likeliest tokens, and where a word begins the likeliest words, `top` of each. */
  async candidates(top: number): Promise<readonly Candidate[]> {
    const { kind } = this.#model.tokenizer;
    const { tokens, words } = await this.#model.predict(this.text, {
      top,
      condition: this.options.condition,
    });
    const isOfWords = kind === "word" || kind === "whitespace";
    const parts = tokens
      // A byte that is no character by itself cannot be shown, nor added to a text.
      .filter(({ token }) => kind !== "byte" || token.length === 1)
      .map(({ token, probability }) => {
        const text = isOfWords && !BEGINS_WORD.test(this.text) ? ` ${token}` : token;
        return { text, probability, isWord: isOfWords };
      });
    const whole = BEGINS_WORD.test(this.text) ? words : [];
    return [...parts, ...whole.map(({ word, probability }) => ({ text: word, probability, isWord: true }))];
  }
}
