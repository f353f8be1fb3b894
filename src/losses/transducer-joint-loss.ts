import { UnrolledError } from "../errors.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { type AlignmentLossOptions, labelsOf } from "./labels.ts";
import { reducedAlignments } from "./reduced-alignments.ts";
import { TransducerAlignments } from "./transducer-alignments.ts";
import { JointChunk, requireJoint, type TransducerJoint } from "./transducer-joint.ts";

/** Rows (t, u) that are joined at a time. */
const ROWS = 512;

/**
 * The loss of `transducerLoss` from the two networks of a transducer, whose logits are made by `joint` for a few steps at a time, in the
 * forward pass and again on the way back: never more than 512 rows of V, or U + 1 where that is more. The backward pass keeps 3·T·(U + 1)
 * numbers for each sequence. Gradients go to `encoded`, `predicted` and the joint network's parameters.
 *
 * @param encoded [B, T, H]: what the encoder says of each step; H is V for the joint "additive"
 * @param predicted [B, U + 1, H]: what the prediction network says after 0 to U labels; U is the length of the longest target, or more
 * @param joint "additive" (Graves 2012), or the output layer behind tanh (Graves, Mohamed & Hinton 2013): weight [V, H], bias [V] or none
 * @param targets a list of labels for each sequence, or whole numbers [B, U]; from 0 to V − 1, without the blank; an empty list is a target
 * @returns [1], or [B] for the reduction "none"
 * @throws UnrolledError "shape-mismatch" for tensors, targets or lengths that do not fit together, "invalid-argument" for a label that is
 * no class or is the blank, or for options out of range
 */
export function transducerJointLoss(
  encoded: Tensor,
  predicted: Tensor,
  joint: TransducerJoint,
  targets: Tensor | readonly (readonly number[])[],
  options: AlignmentLossOptions = {},
): Tensor {
  requireJoint(joint);
  const { weight, bias } = joint === "additive" ? {} : joint;
  const losses = outputOf([encoded.shape?.[0] ?? 0], [encoded, predicted, weight, bias]);
  const [B, T, H] = encoded.shape;
  const [, places] = predicted.shape;
  const V = weight?.shape[0] ?? H;
  const fits =
    encoded.shape.length === 3 &&
    shapeText(predicted.shape) === shapeText([B, places, H]) &&
    shapeText(weight?.shape ?? [V, H]) === shapeText([V, H]) &&
    shapeText(bias?.shape ?? [V]) === shapeText([V]);
  if (!fits) {
    const others = [predicted, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
    const needed = weight ? "[B, U + 1, H], [V, H] and [V]" : "[B, U + 1, H]";
    throw new UnrolledError("shape-mismatch", {
      call: "transducerJointLoss",
      problem: `encoded ${shapeText(encoded.shape)} came with ${others.map(({ shape }) => shapeText(shape)).join(", ")}, needed [B, T, H] with ${needed}`,
    });
  }
  const labels = labelsOf("transducerJointLoss", targets, options, { B, T, V, least: 1, places });
  const { device } = encoded;
  const { kernels } = device;
  const chunks = (b: number, run: (chunk: JointChunk, start: number, steps: number, own: number) => void) => {
    const [steps, own] = [labels.inputLengths[b], labels.lengths[b] + 1];
    const most = Math.min(steps, Math.max(1, Math.floor(ROWS / own)));
    device.temporary(JointChunk.elements(most * own, H, V), (room) => {
      const chunk = new JointChunk(device, joint, room, most * own, H, V);
      for (let t = 0; t < steps; t += most) {
        const now = Math.min(most, steps - t);
        const rows = {
          encoded: encoded.offset + (b * T + t) * H,
          predicted: predicted.offset + b * places * H,
        };
        chunk.forward(rows, now, own);
        run(chunk, t, now, own);
      }
    });
  };
  const alignments = new TransducerAlignments(losses, labels, options, (b, target, scores, logSums) =>
    chunks(b, ({ logits }, t, steps, own) =>
      kernels.transducerScores({
        ...target,
        logits,
        row: own * V,
        scores: scores + t * 2 * own,
        logSums: logSums + t * own,
        steps,
        n: V,
      }),
    ),
  );
  if (losses.requiresGrad) {
    const inputs = [encoded, predicted, ...(weight ? [weight] : []), ...(bias ? [bias] : [])];
    record(
      [losses],
      inputs,
      inputs,
      () => {
        const dlosses = losses.arrivedGradient();
        const [dencoded, dpredicted] = [encoded, predicted].map((each) =>
          each.requiresGrad ? each.gathered() : 0,
        );
        for (const { b, target, counts, logSums } of alignments.kept)
          chunks(b, (chunk, t, steps, own) => {
            const { logits, dlogits } = chunk;
            kernels.fill(dlogits, 0, steps * own * V);
            kernels.transducerBackward({
              ...target,
              logits,
              row: own * V,
              counts: counts.offset + t * 2 * own,
              logSums: logSums.offset + t * own,
              dloss: dlosses + b,
              dlogits,
              steps,
              n: V,
            });
            const into = {
              encoded: dencoded && dencoded + (b * T + t) * H,
              predicted: dpredicted && dpredicted + b * places * H,
            };
            chunk.backward(into, steps, own);
          });
      },
      alignments.room(),
    );
  } else device.free(...alignments.room());
  return reducedAlignments(losses, options);
}
