import { crossEntropy } from "../../losses/cross-entropy.ts";
import { targetsOf } from "../../losses/reduce-losses.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { ReplicaLoss } from "../../parallel/replica.ts";
import type { Device } from "../../tensor/device.ts";
import { add, minimum, multiply, scaled } from "../../tensor/operations/arithmetic.ts";
import { matmul } from "../../tensor/operations/products.ts";
import { sum } from "../../tensor/operations/reductions.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import type { TranslateExample } from "./translate-reading.ts";

/** A target that counts for nothing, behind a target's end. */
export const IGNORED = -100;

/** Ids filled up with zeros [B, T], and how many each has, where they differ. */
export interface PaddedIds {
  readonly ids: Tensor;
  readonly lengths: readonly number[] | undefined;
}

/** Lists of ids as one tensor. */
export function paddedIds(device: Device, lists: readonly Int32Array[], padding = 0): PaddedIds {
  const each = lists.map(({ length }) => length);
  const most = Math.max(...each);
  const all = new Int32Array(lists.length * most).fill(padding);
  for (const [row, list] of lists.entries()) all.set(list, row * most);
  return {
    ids: ints(device, all, [lists.length, most]),
    lengths: each.some((length) => length !== most) ? each : undefined,
  };
}

/** Targets as a decoder reads them, the tokens before each, of which `end` stands before the first, and what it is to say (teacher forcing). */
export function forced(device: Device, targets: readonly Int32Array[], end: number) {
  const before = targets.map((target) => Int32Array.of(end, ...target.subarray(0, -1)));
  return { target: paddedIds(device, before).ids, wanted: paddedIds(device, targets, IGNORED).ids };
}

/** What a translator's loss is made from. */
export interface TranslateLoss {
  /** Stands before the first token. */
  readonly end: number;
  readonly labelSmoothing: number;
  /** What looking twice at one place costs: λ of See, Liu & Manning (2017). */
  readonly coverageLoss: number;
}

/**
 * The cross-entropy of targets, each token read behind the true ones before it (teacher forcing); `end` stands before the first. What is
 * learned from may be smoothed, and have a penalty on what attention looks at again; what is measured has neither.
 */
export function translateLoss(
  model: LayeredNetwork,
  examples: readonly TranslateExample[],
  { end, labelSmoothing, coverageLoss }: TranslateLoss,
): ReplicaLoss {
  const { device } = model;
  const { ids: source, lengths } = paddedIds(
    device,
    examples.map((each) => each.source),
  );
  const targets = examples.map((each) => each.target);
  const { target, wanted } = forced(device, targets, end);
  const heads: Tensor[] = [];
  const attends =
    coverageLoss > 0 ? (_: string, weights: readonly Tensor[]) => heads.push(...weights) : undefined;
  const { logits } = model.forward({ source, target }, { lengths, attends }).outputs;
  const counted = { ignoreIndex: IGNORED };
  const own = crossEntropy(logits, wanted, { ...counted, labelSmoothing });
  const total = targetsOf(own)!;
  const again = heads.map((weights) => lookedAgain(weights, examples));
  const loss = again.reduce((sum, each) => add(sum, scaled(each, coverageLoss / heads.length / total)), own);
  if (loss === own && labelSmoothing === 0) return { loss, measured: loss };
  return { loss, measured: device.withoutGradients(() => crossEntropy(logits, wanted, counted)) };
}

/** Σ min(weight, Σ of those of the steps before) over all entries of [B, U, T], of steps that count. */
function lookedAgain(weights: Tensor, examples: readonly TranslateExample[]): Tensor {
  const { device } = weights;
  const [batch, steps] = weights.shape;
  const before = new Float32Array(batch * steps * steps);
  const counts = new Float32Array(batch * steps);
  for (const [b, { target }] of examples.entries())
    for (let u = 0; u < steps; u++) {
      before.fill(1, (b * steps + u) * steps, (b * steps + u) * steps + u);
      counts[b * steps + u] = u < target.length ? 1 : 0;
    }
  const seen = matmul(tensor(device, before, [batch, steps, steps]), weights);
  return sum(multiply(minimum(weights, seen), tensor(device, counts, [batch, steps, 1])));
}
