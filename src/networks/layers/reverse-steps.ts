import { gatherRows } from "../../tensor/operations/rows.ts";
import { reshape, swapAxes } from "../../tensor/operations/shapes.ts";
import { ints, type Tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { requireOneLength } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** Steps in reverse order, the last one first. */
export interface ReverseStepsLayerConfig {
  readonly kind: "reverse-steps";
}

export const reverseSteps: LayerKind<ReverseStepsLayerConfig, undefined> = {
  fields: { needed: {} },

  shape: (_, [{ axes }]) => (axes.length < 2 ? mismatch(axes, "[B, T, ...]") : floats(axes)),

  apply({ name, config, values: [value] }) {
    requireOneLength(name, config.kind, value);
    return { value: { tensor: reversed(value.tensor) } };
  },

  streamProblem: () => "needs to know the end of the stream",
};

/** Steps [B, T, …] in reverse order. */
function reversed(xs: Tensor): Tensor {
  const timeMajor = swapAxes(xs);
  const [steps] = timeMajor.shape;
  const order = Array.from({ length: steps }, (_, t) => steps - 1 - t);
  const rows = gatherRows(reshape(timeMajor, [steps, -1]), ints(xs.device, order, [steps]));
  return swapAxes(reshape(rows, timeMajor.shape));
}
