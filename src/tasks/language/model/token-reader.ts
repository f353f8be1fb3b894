import type { NextToken } from "../../../decoding/next-token.ts";
import { UnrolledError } from "../../../errors.ts";
import type { Session } from "../../../session/session.ts";
import type { SessionState } from "../../../session/session-state.ts";
import { isWhole } from "../../../whole-numbers.ts";

/**
 * Reads one token after the other in a language model's session of batch size 1, and gives the logits of the next; a model with a
 * condition reads the same row of it at every step.
 */
export class TokenReader implements NextToken {
  readonly vocabularySize: number;
  readonly #session: Session;
  readonly #ids = new Int32Array(1);
  readonly #logits: Float32Array;
  readonly #inputs: Readonly<Record<string, Int32Array | Float32Array>>;
  readonly #outputs: { readonly logits: Float32Array };

  constructor(session: Session, condition?: Int32Array | Float32Array) {
    const [{ axes }] = session.outputs;
    this.vocabularySize = axes[axes.length - 1] as number;
    this.#session = session;
    this.#logits = new Float32Array(this.vocabularySize);
    this.#inputs = {
      ids: this.#ids,
      ...(condition === undefined ? {} : { condition }),
    };
    this.#outputs = { logits: this.#logits };
  }

  step(tokenId: number): Float32Array {
    if (!isWhole(tokenId, 0, this.vocabularySize - 1)) {
      throw new UnrolledError("invalid-argument", {
        call: "step",
        problem: `token id is ${tokenId}, needed 0 to ${this.vocabularySize - 1}`,
      });
    }
    this.#ids[0] = tokenId;
    this.#session.stepInto(this.#inputs, this.#outputs);
    return this.#logits;
  }

  reset(): void {
    this.#session.reset();
  }

  state(): SessionState {
    return this.#session.state();
  }

  restore(state: SessionState): void {
    this.#session.restore(state);
  }
}
