import type { Linear } from "../../layers/linear.ts";
import { ctcLoss } from "../../losses/ctc-loss.ts";
import type { TransducerJoint } from "../../losses/transducer-joint.ts";
import { transducerJointLoss } from "../../losses/transducer-joint-loss.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { scaled } from "../../tensor/operations/arithmetic.ts";
import { swapAxes } from "../../tensor/operations/shapes.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import { JOINT_LAYER } from "./transcribe-network.ts";
import type { TranscribeExample } from "./transcribe-reading.ts";

/** What of an example the network hears. */
export type Sounding = Pick<TranscribeExample, "frames" | "steps">;

/** What a network's batches are made by. Plain data. */
export interface TranscribeBatching {
  /** F of a frame. */
  readonly width: number;
  /** Frames that are joined to one step before the network. */
  readonly joined: number;
  /** Frames from step to step inside the network. */
  readonly stride: number;
  readonly blank: number;
  readonly loss: "ctc" | "transducer";
  /** Labels of a target on average, by which the loss of an utterance is divided. */
  readonly meanLabels: number;
  /** Whether a target that does not fit into its steps is an infinite loss; otherwise it counts for nothing. */
  readonly isInfinite: boolean;
}

/** Frames side by side as the network reads them, filled up with zeros behind their ends. */
export function framesOf(
  { device }: LayeredNetwork,
  examples: readonly Sounding[],
  { width, joined }: Pick<TranscribeBatching, "width" | "joined">,
): { readonly xs: Tensor; readonly lengths: readonly number[] } {
  const lengths = examples.map(({ steps }) => Math.ceil(steps / joined));
  const most = Math.max(...lengths);
  const each = most * joined * width;
  const all = new Float32Array(examples.length * each);
  for (const [row, { frames }] of examples.entries()) all.set(frames, row * each);
  return { xs: tensor(device, all, [examples.length, most, width * joined]), lengths };
}

/** Steps of logits that so many frames make. */
export function stepsOf(
  frames: number,
  { joined, stride }: Pick<TranscribeBatching, "joined" | "stride">,
): number {
  return Math.ceil(Math.ceil(frames / joined) / stride);
}

/** The fewest steps of CTC that say a target: one a label, and a blank between two that are the same. */
export function leastSteps(target: ArrayLike<number>): number {
  let steps = target.length;
  for (let u = 1; u < target.length; u++) if (target[u] === target[u - 1]) steps += 1;
  return steps;
}

/** The labels before each place of targets, behind a first one that is the blank: [B, U + 1]. */
export function labelsBefore(
  device: LayeredNetwork["device"],
  targets: readonly Int32Array[],
  blank: number,
): Tensor {
  const places = 1 + Math.max(...targets.map(({ length }) => length));
  const all = new Int32Array(targets.length * places).fill(blank);
  for (const [row, target] of targets.entries()) all.set(target, row * places + 1);
  return ints(device, all, [targets.length, places]);
}

/** The joint network of a transducer. */
export function jointOf(model: LayeredNetwork): TransducerJoint {
  return (model.layers.get(JOINT_LAYER) as Linear | undefined) ?? "additive";
}

/** The loss of a batch: −ln p of the targets in nats, divided by the mean count of labels. */
export function transcribeLoss(
  model: LayeredNetwork,
  examples: readonly TranscribeExample[],
  batching: TranscribeBatching,
): Tensor {
  const { blank, loss, meanLabels, isInfinite } = batching;
  const { xs, lengths } = framesOf(model, examples, batching);
  const targets = examples.map(({ target }) => target);
  const inputLengths = examples.map(({ steps }) => stepsOf(steps, batching));
  const options = { inputLengths, blank, reduction: "sum", zeroInfinity: !isInfinite } as const;
  const differ = lengths.some((length) => length !== lengths[0]) ? { lengths } : {};
  const lists = targets as unknown as readonly (readonly number[])[];
  const total =
    loss === "ctc"
      ? ctcLoss(swapAxes(model.forward({ xs }, differ).outputs.logits), lists, options)
      : transducerLossOf(model, xs, lists, differ, options);
  // An utterance counts the same wherever it stands, however a batch is split among threads.
  return scaled(total, 1 / (examples.length * meanLabels));
}

function transducerLossOf(
  model: LayeredNetwork,
  xs: Tensor,
  targets: readonly (readonly number[])[],
  lengths: { readonly lengths?: readonly number[] },
  options: Parameters<typeof transducerJointLoss>[4] & { readonly blank: number },
): Tensor {
  const labels = labelsBefore(model.device, targets as unknown as Int32Array[], options.blank);
  const { encoded, predicted } = model.forward({ xs, labels }, lengths).outputs;
  return transducerJointLoss(encoded, predicted, jointOf(model), targets, options);
}
