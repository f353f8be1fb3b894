import type { LayerKind } from "../layer-kind.ts";
import { floats } from "../value-shape.ts";

/** From here on every step counts, those behind a sequence's end and masked ones too. */
export interface AllStepsLayerConfig {
  readonly kind: "all-steps";
}

export const allSteps: LayerKind<AllStepsLayerConfig, undefined> = {
  fields: { needed: {} },
  isStepwise: true,
  shape: (_, [{ axes }]) => floats(axes),
  apply: ({ values: [{ tensor }] }) => ({ value: { tensor } }),
};
