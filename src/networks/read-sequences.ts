import { mergeDirections } from "../layers/merge-directions.ts";
import type { Recurrent, RecurrentState } from "../layers/recurrent.ts";
import { select } from "../tensor/operations/shapes.ts";
import { ints } from "../tensor/tensor.ts";
import type { Applied } from "./apply-layer.ts";
import type { RecurrentLayerConfig } from "./config.ts";
import type { MaskedValue } from "./mask.ts";
import { directionsOf } from "./recurrent-axes.ts";

/** Runs a recurrent layer of a network and hands on what its configuration says: all steps, or where each direction ended. */
export function readSequences(
  config: RecurrentLayerConfig,
  module: Recurrent,
  value: MaskedValue,
  before: RecurrentState | undefined,
): Applied {
  const { tensor, lengths, mask } = value;
  const steps = mask && ints(tensor.device, mask.kept, mask.shape);
  const { outputs, state } = module.forward(tensor, { state: before, lengths, mask: steps });
  if (config.returns === "sequence") return { value: { ...value, tensor: outputs }, state };
  // The last rows of h [L·D, B, P] are those of the last layer after each direction's last step.
  const ends = directionsOf(config) === 1 ? [-1] : [-2, -1];
  const last = mergeDirections(
    ends.map((index) => select(state.h, index)),
    config.options.merge ?? "concat",
  );
  return { value: { tensor: last }, state };
}
