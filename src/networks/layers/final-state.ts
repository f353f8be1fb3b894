import { oneOf } from "../../options/field-checks.ts";
import { select } from "../../tensor/operations/shapes.ts";
import type { LayerKind } from "../layer-kind.ts";
import { axesText, floats } from "../value-shape.ts";

/** The state in which a recurrent layer, which it reads, has ended, of its last layer: [B, P], or c [B, H]. */
export interface FinalStateLayerConfig {
  readonly kind: "final-state";
  readonly of: "h" | "c";
  readonly direction?: "forward" | "reverse";
}

export const finalState: LayerKind<FinalStateLayerConfig, undefined> = {
  fields: { needed: { of: oneOf("h", "c") }, optional: { direction: oneOf("forward", "reverse") } },

  shape(config, [{ axes, states }]) {
    if (!states) return { problem: `reads ${axesText(axes)}, needed a recurrent layer's output` };
    if ((states.directions === 2) !== (config.direction !== undefined))
      return { problem: `needs a direction where a layer has two, and none where it has one` };
    const width: number | undefined = states.widths[config.of];
    if (width === undefined) return { problem: `reads a layer without ${config.of}` };
    return floats([states.batch, width]);
  },

  apply({ config, values: [{ state }] }) {
    const states = state![config.of];
    // Without a direction there is only one.
    return { value: { tensor: select(states, config.direction === "forward" ? -2 : -1) } };
  },

  streamProblem: () => "needs to know the end of the stream",
};
