import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import { NetworkPool, type PooledNetworkSession } from "../networks/network-pool.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import { isWhole } from "../whole-numbers.ts";
import type { LanguageModel } from "./language-model.ts";
import { ownerOfModel } from "./session.ts";

/** Many readers of one language model (dropout off), each with a state of its own, which take their next token together. */
export class LanguageModelPool {
  readonly model: LanguageModel;
  readonly #pool: NetworkPool;

  /** @param options capacity: readers there is room for at first; 16 if not given */
  constructor(model: LanguageModel, options: { readonly capacity?: number } = {}) {
    this.model = model;
    const { capacity = 16 } = options;
    requireSize("LanguageModelPool", "capacity", capacity);
    this.#pool = new NetworkPool(model.network, { capacity, owner: ownerOfModel(model) });
  }

  /** How many readers are open. */
  get size(): number {
    return this.#pool.size;
  }

  /** A reader that joins, before its first token or in a state that a reader or a `LanguageModelSession` returned. */
  open(state?: SessionState): PooledNetworkSession {
    return this.#pool.open(state);
  }

  /**
   * Reads one token of each of these readers and writes the logits of the tokens after them into `logits` [readers, V].
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of ids or logits, "invalid-argument" for an id that is not in the
   * vocabulary, and as `NetworkPool.step`
   */
  step(readers: readonly PooledNetworkSession[], tokenIds: ArrayLike<number>, logits: Float32Array): void {
    this.#check(readers.length, tokenIds, logits);
    this.#pool.step(readers, { ids: tokenIds }, { logits });
  }

  #check(readers: number, tokenIds: ArrayLike<number>, logits: Float32Array): void {
    const { vocabularySize } = this.model.config;
    if (tokenIds.length !== readers || logits.length !== readers * vocabularySize) {
      throw new UnrolledError(
        "shape-mismatch",
        `step: there are ${tokenIds.length} token ids and ${logits.length} logits, needed ${readers} and ${readers * vocabularySize} for ${readers} readers`,
      );
    }
    for (let reader = 0; reader < readers; reader++) {
      const id = tokenIds[reader];
      if (!isWhole(id, 0, vocabularySize - 1)) {
        throw new UnrolledError(
          "invalid-argument",
          `step: token id of reader ${reader} is ${id}, needed 0 to ${vocabularySize - 1}`,
        );
      }
    }
  }
}
