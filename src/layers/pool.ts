import { UnrolledError } from "../errors.ts";
import { divide, multiply } from "../tensor/operations/arithmetic.ts";
import { where } from "../tensor/operations/comparisons.ts";
import { lengthMask } from "../tensor/operations/length-mask.ts";
import { max, sum } from "../tensor/operations/reductions.ts";
import { gatherRows, softmax } from "../tensor/operations/rows.ts";
import { reshape, select, swapAxes } from "../tensor/operations/shapes.ts";
import { transpose } from "../tensor/operations/transpose.ts";
import { ints, shapeText, type Tensor, tensor } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";

/** Where sequences end, and which axis is time. */
export interface StepsOptions {
  /** Steps of each of the B sequences, 1 to T; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /** Whether outputs are [B, T, …] instead of [T, B, …]; false if not given. */
  readonly batchFirst?: boolean;
}

/** How the steps of a sequence become one. */
export type StepPooling = StepsOptions &
  (
    | { readonly kind: "last" | "max" | "mean" }
    | {
        /** A mean in which each step has the share that softmax over time makes of its score. */
        readonly kind: "attention";
        /** A number for each step, of the first two axes of the outputs, such as a `Linear` of one output makes; [T, B] or [T, B, 1]. */
        readonly scores: Tensor;
      }
  );

/**
 * One entry [B, …] of the outputs [T, B, …] of each sequence: its last step, the largest entry of each unit over its steps, their mean, or
 * their mean weighed by attention. What stands behind a sequence's end does not count, and may be anything.
 *
 * @throws UnrolledError "shape-mismatch" for outputs without steps, lengths that do not fit them, or scores of another shape
 */
export function pool(outputs: Tensor, options: StepPooling): Tensor {
  const { lengths, batchFirst = false } = options;
  if (outputs.shape.length < 2) {
    throw new UnrolledError("shape-mismatch", {
      call: "pool",
      problem: `outputs have shape ${shapeText(outputs.shape)}, needed [T, B, …], or [B, T, …] with batchFirst`,
    });
  }
  const xs = batchFirst ? swapAxes(outputs) : outputs;
  const [steps, batch, ...rest] = xs.shape;
  requireLengths("pool", lengths, batch, steps);
  const ones = rest.map(() => 1);
  const mask = lengths && lengthMask(xs.device, lengths, steps);
  const inside = (others: number) => mask && where(reshape(mask, [steps, batch, ...ones]), xs, others);
  switch (options.kind) {
    case "last": {
      if (!lengths) return select(xs, -1);
      const places = lengths.map((length, b) => (length - 1) * batch + b);
      const rows = gatherRows(reshape(xs, [steps * batch, -1]), ints(xs.device, places));
      return reshape(rows, [batch, ...rest]);
    }
    case "max":
      return reshape(max(inside(Number.NEGATIVE_INFINITY) ?? xs, { axis: 0 }), [batch, ...rest]);
    case "mean": {
      const total = reshape(sum(inside(0) ?? xs, { axis: 0 }), [batch, ...rest]);
      return divide(total, lengths ? tensor(xs.device, lengths, [batch, ...ones]) : steps);
    }
    case "attention": {
      const scores = scoresOf(options.scores, xs, batchFirst);
      const weights = softmax(mask ? where(mask, scores, Number.NEGATIVE_INFINITY) : scores, { axis: 0 });
      const shares = multiply(inside(0) ?? xs, reshape(weights, [steps, batch, ...ones]));
      return reshape(sum(shares, { axis: 0 }), [batch, ...rest]);
    }
    default:
      throw new UnrolledError("invalid-argument", {
        call: "pool",
        subject: "kind",
        got: String((options as { readonly kind?: unknown }).kind),
        needed: "last, max, mean or attention",
      });
  }
}

/**
 * The last output [B, …] of each sequence in outputs [T, B, …]: that of the step before its end. For a layer that reads forwards; where it
 * reads backwards too, its `lastOutput` has both ends. Throws as `pool` does.
 */
export function lastOutput(outputs: Tensor, options: StepsOptions = {}): Tensor {
  return pool(outputs, { ...options, kind: "last" });
}

function scoresOf(scores: Tensor, xs: Tensor, batchFirst: boolean): Tensor {
  const [steps, batch] = xs.shape;
  const needed = batchFirst ? [batch, steps] : [steps, batch];
  const [first, second, last = 1, ...more] = scores.shape;
  if (first !== needed[0] || second !== needed[1] || last !== 1 || more.length > 0) {
    throw new UnrolledError("shape-mismatch", {
      call: "pool",
      problem: `scores have shape ${shapeText(scores.shape)}, needed ${shapeText(needed)}, a number for each step`,
    });
  }
  const flat = reshape(scores, needed);
  return batchFirst ? transpose(flat) : flat;
}
