import { crossEntropy } from "../../losses/cross-entropy.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { ReplicaLoss } from "../../parallel/replica.ts";
import type { Device } from "../../tensor/device.ts";
import { ints, type Tensor } from "../../tensor/tensor.ts";
import type { TranslateExample } from "./translate-reading.ts";

/** A target that counts for nothing, behind a target's end. */
const IGNORED = -100;

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

/**
 * The cross-entropy of targets, each token read behind the true ones before it (teacher forcing); `end` stands before the first. What is
 * learned from may be smoothed, what is measured is not.
 */
export function translateLoss(
  model: LayeredNetwork,
  examples: readonly TranslateExample[],
  { end, labelSmoothing }: { readonly end: number; readonly labelSmoothing: number },
): ReplicaLoss {
  const { device } = model;
  const { ids: source, lengths } = paddedIds(
    device,
    examples.map((each) => each.source),
  );
  const target = paddedIds(
    device,
    examples.map((each) => Int32Array.of(end, ...each.target.subarray(0, -1))),
  ).ids;
  const wanted = paddedIds(
    device,
    examples.map((each) => each.target),
    IGNORED,
  ).ids;
  const { logits } = model.forward({ source, target }, { lengths }).outputs;
  const counted = { ignoreIndex: IGNORED };
  const loss = crossEntropy(logits, wanted, { ...counted, labelSmoothing });
  if (labelSmoothing === 0) return { loss, measured: loss };
  return { loss, measured: device.withoutGradients(() => crossEntropy(logits, wanted, counted)) };
}
