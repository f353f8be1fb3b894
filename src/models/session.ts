import type { NextToken } from "../decoding/next-token.ts";
import { UnrolledError } from "../errors.ts";
import { NetworkSession } from "../networks/session.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import { isWhole } from "../whole-numbers.ts";
import type { LanguageModel } from "./language-model.ts";

/** Reads one token after the other with a language model (batch 1, dropout off) and gives the logits of the next. */
export class LanguageModelSession implements NextToken {
  readonly vocabularySize: number;
  readonly #model: LanguageModel;
  readonly #session: NetworkSession;
  readonly #id = new Int32Array(1);
  readonly #logits: Float32Array;

  constructor(model: LanguageModel) {
    const { vocabularySize } = model.config;
    this.vocabularySize = vocabularySize;
    this.#model = model;
    this.#session = new NetworkSession(model.network, { owner: ownerOfModel(model) });
    this.#logits = new Float32Array(vocabularySize);
  }

  reset(): void {
    this.#session.reset();
  }

  step(tokenId: number): Float32Array {
    if (!isWhole(tokenId, 0, this.vocabularySize - 1)) {
      throw new UnrolledError(
        "invalid-argument",
        `step: token id is ${tokenId}, needed 0 to ${this.vocabularySize - 1}`,
      );
    }
    this.#id[0] = tokenId;
    this.#session.step(this.#id, this.#logits);
    return this.#logits;
  }

  /** A copy of the state after the last token, as bytes. */
  state(): SessionState {
    return this.#session.state();
  }

  /** Goes back to a state that `state` returned, of a session over a model of the same sizes. */
  restore(snapshot: SessionState): void {
    this.#session.restore(snapshot);
  }

  /** Another session over the same model, in the same state, that goes its own way from here. */
  fork(): LanguageModelSession {
    const other = new LanguageModelSession(this.#model);
    other.restore(this.state());
    return other;
  }
}

/** What a language model's states call it. */
export function ownerOfModel({ config }: LanguageModel): string {
  return `language model V ${config.vocabularySize}`;
}
