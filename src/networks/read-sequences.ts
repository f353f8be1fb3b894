import type { Recurrent, RecurrentState } from "../recurrent/recurrent.ts";
import { select, stack } from "../tensor/operations/shapes.ts";
import { ints, type Tensor } from "../tensor/tensor.ts";
import type { Applied } from "./apply-layer.ts";
import type { LayerConfig, RecurrentLayerConfig } from "./config.ts";
import type { MaskedValue } from "./mask.ts";
import { shapeOf } from "./recurrent-axes.ts";

/** Runs a recurrent layer of a network and hands on what its configuration says: all steps, or where each direction ended. */
export function readSequences(
  config: RecurrentLayerConfig,
  module: Recurrent,
  [value, ...states]: readonly MaskedValue[],
  given: RecurrentState | undefined,
): Applied {
  const { tensor, lengths, mask } = value;
  const before = given ?? stateOf(config, states);
  const steps = mask && ints(tensor.device, mask.kept, mask.shape);
  const { outputs, lastOutput, state } = module.forward(tensor, { state: before, lengths, mask: steps });
  if (config.returns === "sequence") return { value: { ...value, tensor: outputs }, state };
  return { value: { tensor: lastOutput }, state };
}

/** The state before the first step that other layers give: each of the cell's states, of each direction. */
function stateOf(config: RecurrentLayerConfig, values: readonly MaskedValue[]): RecurrentState | undefined {
  if (values.length === 0) return undefined;
  const { states } = shapeOf(config);
  const parts = states.map(({ name }, part) => {
    const own = values.filter((_, at) => at % states.length === part);
    return [name, stack(own.map(({ tensor }) => tensor))] as const;
  });
  return Object.fromEntries(parts) as RecurrentState & { readonly h: Tensor };
}

/** Where one direction of a recurrent layer's last layer has ended. */
export function finalState(
  config: Extract<LayerConfig, { kind: "final-state" }>,
  { state }: MaskedValue,
): Tensor {
  const states = state![config.of];
  // Without a direction there is only one.
  return select(states, config.direction === "forward" ? -2 : -1);
}
