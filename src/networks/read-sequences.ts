import { UnrolledError } from "../errors.ts";
import type { Recurrent, RecurrentState } from "../layers/recurrent.ts";
import { add, multiply, scaled } from "../tensor/operations/arithmetic.ts";
import { concat, select, swapAxes } from "../tensor/operations/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Applied } from "./apply-layer.ts";
import type { RecurrentLayerConfig } from "./config.ts";
import { type MaskedValue, stepsOf } from "./mask.ts";
import { directionsOf } from "./recurrent-axes.ts";

/** Runs a recurrent layer of a network and hands on what its configuration says: all steps, or where each direction ended. */
export function readSequences(
  name: string,
  config: RecurrentLayerConfig,
  module: Recurrent,
  value: MaskedValue,
  state: RecurrentState | undefined,
): Applied {
  const { batchFirst = false } = config.options;
  const { lengths, mask } = stepsOf(name, value, batchFirst);
  if (mask) {
    throw new UnrolledError(
      "invalid-argument",
      `network: layer ${name} reads sequences with masked steps before their last, needed padding at the end alone`,
    );
  }
  const xs = batchFirst ? swapAxes(value.tensor) : value.tensor;
  const { outputs, state: after } = module.forward(xs, { state, lengths });
  if (config.returns === "last") return { value: { tensor: lastOutput(config, after.h) }, state: after };
  const tensor = batchFirst ? swapAxes(outputs) : outputs;
  return { value: { ...value, tensor }, state: after };
}

/** Of the last layer's h [L·D, B, P] after each direction's last step, the directions merged: [B, D·P] or [B, P]. */
function lastOutput(config: RecurrentLayerConfig, h: Tensor): Tensor {
  const { merge = "concat" } = config.options;
  const forwards = select(h, -directionsOf(config));
  if (directionsOf(config) === 1) return forwards;
  const backwards = select(h, -1);
  switch (merge) {
    case "concat":
      return concat([forwards, backwards]);
    case "sum":
      return add(forwards, backwards);
    case "mean":
      return scaled(add(forwards, backwards), 0.5);
    case "product":
      return multiply(forwards, backwards);
  }
}
