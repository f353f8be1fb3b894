import { UnrolledError } from "../errors.ts";
import { BLOCK_ROWS, PoolStates } from "../layers/pool-states.ts";
import { PooledSession } from "../recurrent/stream/session-pool.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import { packed } from "../tensor/operations/products.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { isWhole } from "../whole-numbers.ts";
import type { LanguageModel } from "./language-model.ts";
import { ownerOfModel } from "./session.ts";

/**
 * Many readers of one language model (dropout off), each with a state of its own, which take their next token together: embeddings,
 * recurrent layers and decoder are one matrix product each. Readers join and leave at any step.
 */
export class LanguageModelPool {
  readonly model: LanguageModel;
  readonly #states: PoolStates;
  /** Token ids of the readers that step together, [BLOCK_ROWS], and their logits [BLOCK_ROWS, V]. */
  readonly #room: Tensor;

  /** @param options capacity: readers there is room for at first; 16 if not given */
  constructor(model: LanguageModel, options: { readonly capacity?: number } = {}) {
    const { device, rnn, config } = model;
    this.model = model;
    this.#states = new PoolStates("LanguageModelPool", rnn, options.capacity ?? 16, ownerOfModel(model));
    this.#room = device.lasting(() => zeros(device, [BLOCK_ROWS * (1 + config.vocabularySize)]));
  }

  /** How many readers are open. */
  get size(): number {
    return this.#states.size;
  }

  /** A reader that joins, before its first token or in a state that a reader or a `LanguageModelSession` returned. */
  open(state?: SessionState): PooledSession {
    return new PooledSession(this.#states, state);
  }

  /**
   * Reads one token of each of these readers and writes the logits of the tokens after them into `logits` [readers, V].
   *
   * @throws UnrolledError "shape-mismatch" for the wrong number of ids or logits, "invalid-argument" for an id that is not in the
   * vocabulary, and as `SessionPool.step`
   */
  step(readers: readonly PooledSession[], tokenIds: ArrayLike<number>, logits: Float32Array): void {
    const { device, encoder, decoder, config } = this.model;
    const { vocabularySize } = config;
    this.#check(readers.length, tokenIds, logits);
    const { kernels } = device;
    const ids = this.#room.offset;
    const scores = ids + BLOCK_ROWS;
    const table = encoder.weight;
    const [n, k] = decoder.weight.shape;
    this.#states.advance(
      readers,
      (place, first, rows) => {
        const places = device.heap.ints();
        for (let row = 0; row < rows; row++) places[ids + row] = tokenIds[first + row];
        const width = table.shape[1];
        if (table.storage.narrow)
          kernels.gatherPacked(packed(table, "transposed"), ids, place, rows, width, vocabularySize);
        else kernels.gatherRows(table.offset, ids, place, rows, width, vocabularySize);
      },
      (h, first, rows) => {
        const weight = packed(decoder.weight, "transposed");
        kernels.gemm(h, k, 1, weight, decoder.bias?.offset ?? 0, scores, n, rows, n, k, 0);
        logits.set(device.heap.floats().subarray(scores, scores + rows * n), first * n);
      },
    );
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
