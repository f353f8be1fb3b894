import { UnrolledError } from "../errors.ts";
import { add, divide, multiply } from "../tensor/operations/arithmetic.ts";
import { combine } from "../tensor/operations/binary.ts";
import { notEqual } from "../tensor/operations/comparisons.ts";
import { lengthMask } from "../tensor/operations/length-mask.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { transpose } from "../tensor/operations/transpose.ts";
import { shapeText, type Tensor, zeros } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";

/** Which entries a loss counts, how much each, and what becomes of them. */
export interface LossOptions {
  /**
   * The mean over what counts, which is Σ weight·loss / Σ weight (the default; NaN where nothing counts), the sum of weight·loss, or
   * weight·loss for each entry.
   */
  readonly reduction?: "mean" | "sum" | "none";
  /** How many of its steps each of the B sequences has: losses are [T, B, …], and steps behind the end do not count. */
  readonly lengths?: readonly number[] | undefined;
  /** Whether losses with `lengths` are [B, T, …] instead; false if not given. */
  readonly batchFirst?: boolean;
  /** Which losses count: those where it is not 0. Broadcast against the losses; may be of whole numbers. What does not count may be NaN. */
  readonly mask?: Tensor | undefined;
  /** What each loss counts, at least 0; broadcast against the losses. */
  readonly weight?: Tensor | undefined;
}

/** How much there was to count in each mean. */
const counts = new WeakMap<Tensor, number | Tensor>();

/** What the weights of a mean loss add up to: how many targets it was taken over, if each counts 1; undefined where no loss said so. */
export function targetsOf(loss: Tensor): number | undefined {
  const total = counts.get(loss);
  return typeof total === "object" ? total.read()[0] : total;
}

/** Notes what the weights of a mean loss add up to, a number or a tensor of one, so that means of parts can be put together. */
export function countedOver(loss: Tensor, total: number | Tensor): Tensor {
  counts.set(loss, total);
  return loss;
}

/** Losses, an entry each, as `options` want them; `own` are weights that belong to the loss itself, of the shape of the losses. */
export function reduceLosses(call: string, losses: Tensor, options: LossOptions, own?: Tensor): Tensor {
  const { reduction = "mean" } = options;
  requireReduction(call, reduction);
  const masks = masksOf(call, losses, options);
  // What is left out may be NaN, so it is not multiplied by 0.
  const counted = masks.reduce((left, mask) => combine(call, "kept", left, mask), losses);
  const weights = [...masks, options.weight, own].filter((each) => each !== undefined);
  const weighted = [options.weight, own].reduce<Tensor>(
    (left, weight) => (weight ? multiply(left, weight) : left),
    counted,
  );
  requireNoBroader(call, losses, weighted);
  if (reduction === "none") return weighted;
  if (reduction === "sum") return sum(weighted);
  if (weights.length === 0) return divide(sum(losses), losses.size);
  const total = losses.device.withoutGradients(() => {
    const ones = add(zeros(losses.device, losses.shape), 1);
    return sum(weights.reduce((left, weight) => multiply(left, weight), ones));
  });
  return countedOver(divide(sum(weighted), total), total);
}

/** An error in the name of `call` unless a word says what becomes of the losses. */
export function requireReduction(call: string, reduction: unknown): void {
  if (reduction === "mean" || reduction === "sum" || reduction === "none") return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "reduction",
    got: String(reduction),
    needed: "mean, sum or none",
  });
}

/** Whether options say more than `reduction`. */
export function choosesLosses({ lengths, mask, weight }: LossOptions): boolean {
  return lengths !== undefined || mask !== undefined || weight !== undefined;
}

/** Masks of 1 and 0 that can be broadcast against the losses. */
function masksOf(call: string, losses: Tensor, { lengths, batchFirst, mask }: LossOptions): Tensor[] {
  const masks = mask ? [notEqual(mask, 0)] : [];
  if (lengths === undefined) return masks;
  const [first, second, ...rest] = losses.shape;
  if (second === undefined) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `lengths are given, and losses of shape ${shapeText(losses.shape)} have no steps; needed [T, B, …], or [B, T, …] with batchFirst`,
    });
  }
  const [steps, batch] = batchFirst ? [second, first] : [first, second];
  requireLengths(call, lengths, batch, steps);
  const inside = lengthMask(losses.device, lengths, steps);
  const turned = batchFirst ? transpose(inside) : inside;
  return [...masks, reshape(turned, [first, second, ...rest.map(() => 1)])];
}

function requireNoBroader(call: string, losses: Tensor, weighted: Tensor): void {
  if (shapeText(weighted.shape) === shapeText(losses.shape)) return;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `mask and weight make ${shapeText(weighted.shape)} of losses ${shapeText(losses.shape)}; they must fit the losses`,
  });
}
