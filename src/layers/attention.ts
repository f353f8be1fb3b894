// Attention of a query q to the entries k of a memory: scores, their softmax over the memory, and the mean of the values in these shares.
//   additive    score = v · tanh(W q + U k + b)    Bahdanau, Cho & Bengio 2015
//   dot         score = q · k                      Luong, Pham & Manning 2015
//   general     score = (W q) · k                  Luong, Pham & Manning 2015
//   scaled-dot  score = q · k / √K                 Vaswani et al. 2017
import { UnrolledError } from "../errors.ts";
import { Module, requireSize } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { add, scaled } from "../tensor/operations/arithmetic.ts";
import { notEqual, where } from "../tensor/operations/comparisons.ts";
import { tanh } from "../tensor/operations/functions.ts";
import { lengthMask } from "../tensor/operations/length-mask.ts";
import { matmul, matmulTransposed } from "../tensor/operations/products.ts";
import { softmax } from "../tensor/operations/rows.ts";
import { reshape, swapAxes } from "../tensor/operations/shapes.ts";
import { transpose } from "../tensor/operations/transpose.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";
import { Linear } from "./linear.ts";

/** How a query is held against an entry of the memory; Q and K are the widths of the two, which are equal where nothing is learnt. */
export type AttentionOptions = {
  readonly querySize: number;
  readonly memorySize: number;
  /** Whether sequences are [B, T, …] instead of [T, B, …]; false if not given. */
  readonly batchFirst?: boolean;
  /** Draws the first weights; the device's if not given. */
  readonly generator?: Generator;
} & (
  | { readonly kind: "dot" | "scaled-dot" | "general" }
  | {
      readonly kind: "additive";
      /** Units of the layer under the tanh; K if not given. */
      readonly hiddenSize?: number;
    }
);

/** What of the memory is there, and what is taken of it. */
export interface AttentionCall {
  /** Entries that the memory of each of the B sequences has, 1 to T; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /** Which entries are there: those where it is not 0. [T, B], numbers or whole ones. A sequence without any entry gets NaN. */
  readonly mask?: Tensor | undefined;
  /** What the mean is taken of, [T, B, V]; the memory itself if not given. */
  readonly values?: Tensor | undefined;
}

/** What attention gives: for queries [U, B, Q] a context [U, B, V] and weights [U, B, T], for one query [B, Q] [B, V] and [B, T]. */
export interface AttentionResult {
  readonly context: Tensor;
  /** Each entry's share; they add up to 1. */
  readonly weights: Tensor;
}

/**
 * Attention over a memory [T, B, K], such as the outputs of an encoder, from one query [B, Q], such as a decoder's state, or from a sequence of
 * them [U, B, Q]. Linear layers `query` (W), `memory` (U, b) and `score` (v) are there as the kind has them.
 *
 * @throws UnrolledError "shape-mismatch" for tensors, lengths or masks that do not fit, "invalid-argument" for sizes that are none
 */
export class Attention extends Module {
  readonly kind: AttentionOptions["kind"];
  readonly batchFirst: boolean;
  readonly query: Linear | undefined;
  readonly memory: Linear | undefined;
  readonly score: Linear | undefined;
  readonly #sizes: readonly [query: number, memory: number];

  constructor(device: Device, options: AttentionOptions) {
    super();
    const { kind, querySize, memorySize, batchFirst = false, generator = device.generator } = options;
    requireSize("Attention", "querySize", querySize);
    requireSize("Attention", "memorySize", memorySize);
    this.kind = kind;
    this.batchFirst = batchFirst;
    this.#sizes = [querySize, memorySize];
    switch (options.kind) {
      case "additive": {
        const { hiddenSize = memorySize } = options;
        requireSize("Attention", "hiddenSize", hiddenSize);
        const to = { outputSize: hiddenSize, generator };
        this.query = new Linear(device, { inputSize: querySize, bias: false, ...to });
        this.memory = new Linear(device, { inputSize: memorySize, ...to });
        this.score = new Linear(device, { inputSize: hiddenSize, outputSize: 1, bias: false, generator });
        break;
      }
      case "general":
        this.query = new Linear(device, {
          inputSize: querySize,
          outputSize: memorySize,
          bias: false,
          generator,
        });
        break;
      case "dot":
      case "scaled-dot":
        if (querySize !== memorySize) {
          throw new UnrolledError("invalid-argument", {
            call: "Attention",
            problem: `${kind} holds queries of ${querySize} against entries of ${memorySize}, needed equal sizes; general and additive learn to`,
          });
        }
        break;
      default:
        throw new UnrolledError("invalid-argument", {
          call: "Attention",
          subject: "kind",
          got: String(kind),
          needed: "additive, dot, general or scaled-dot",
        });
    }
  }

  forward(
    query: Tensor,
    memory: Tensor,
    { lengths, mask, values = memory }: AttentionCall = {},
  ): AttentionResult {
    const isOne = query.shape.length === 2;
    const queries = isOne ? reshape(query, [query.shape[0], 1, query.shape[1]]) : this.#batches(query);
    const [entries, taken] = [this.#batches(memory), this.#batches(values)];
    this.#requireShapes(query, memory, values, queries.shape);
    const [batch, steps] = entries.shape;
    requireLengths("Attention", lengths, batch, steps);
    let scores = this.#scores(queries, entries);
    for (const there of this.#masks(memory, lengths, mask))
      scores = where(reshape(there, [batch, 1, steps]), scores, Number.NEGATIVE_INFINITY);
    const weights = softmax(scores);
    const context = matmul(weights, taken);
    if (isOne) {
      return {
        context: reshape(context, [batch, context.shape[2]]),
        weights: reshape(weights, [batch, steps]),
      };
    }
    return this.batchFirst
      ? { context, weights }
      : { context: swapAxes(context), weights: swapAxes(weights) };
  }

  /** [B, U, T] of queries [B, U, Q] and entries [B, T, K]. */
  #scores(queries: Tensor, entries: Tensor): Tensor {
    if (this.query && this.memory && this.score) {
      const [q, k] = [this.query.forward(queries), this.memory.forward(entries)];
      const [batch, count, width] = q.shape;
      const steps = k.shape[1];
      const sums = add(reshape(q, [batch, count, 1, width]), reshape(k, [batch, 1, steps, width]));
      return reshape(this.score.forward(tanh(sums)), [batch, count, steps]);
    }
    const q = this.query?.forward(queries) ?? queries;
    const scores = matmulTransposed(q, entries);
    return this.kind === "scaled-dot" ? scaled(scores, 1 / Math.sqrt(this.#sizes[1])) : scores;
  }

  /** Masks [B, T]. */
  #masks(memory: Tensor, lengths: readonly number[] | undefined, mask: Tensor | undefined): Tensor[] {
    const [steps, batch] = this.batchFirst ? [memory.shape[1], memory.shape[0]] : memory.shape;
    const masks = lengths ? [transpose(lengthMask(memory.device, lengths, steps))] : [];
    if (!mask) return masks;
    const needed = this.batchFirst ? [batch, steps] : [steps, batch];
    if (shapeText(mask.shape) !== shapeText(needed)) {
      throw new UnrolledError("shape-mismatch", {
        call: "Attention",
        problem: `mask has shape ${shapeText(mask.shape)}, needed ${shapeText(needed)}`,
      });
    }
    const there = notEqual(mask, 0);
    return [...masks, this.batchFirst ? there : transpose(there)];
  }

  #batches(xs: Tensor): Tensor {
    if (xs.shape.length === 3) return this.batchFirst ? xs : swapAxes(xs);
    throw new UnrolledError("shape-mismatch", {
      call: "Attention",
      problem: `a sequence has shape ${shapeText(xs.shape)}, needed ${this.batchFirst ? "[B, T, K]" : "[T, B, K]"}`,
    });
  }

  #requireShapes(query: Tensor, memory: Tensor, values: Tensor, [batch, , width]: readonly number[]): void {
    const [querySize, memorySize] = this.#sizes;
    const own = this.batchFirst ? memory.shape[0] : memory.shape[1];
    const sameSteps = shapeText(values.shape.slice(0, 2)) === shapeText(memory.shape.slice(0, 2));
    if (width === querySize && memory.shape[2] === memorySize && own === batch && sameSteps) return;
    throw new UnrolledError("shape-mismatch", {
      call: "Attention",
      problem: `query ${shapeText(query.shape)}, memory ${shapeText(memory.shape)} and values ${shapeText(values.shape)} do not fit; needed ${querySize} numbers of a query and ${memorySize} of an entry, as many sequences, and as many values as entries`,
    });
  }
}
