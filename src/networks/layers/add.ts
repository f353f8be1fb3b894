import { add as sum } from "../../tensor/operations/arithmetic.ts";
import { ADD, combined } from "../combined-values.ts";
import type { LayerKind } from "../layer-kind.ts";

/** The sum of several values, entry by entry. */
export interface AddLayerConfig {
  readonly kind: "add";
}

export const add: LayerKind<AddLayerConfig, undefined> = combined({ of: sum, operation: ADD });
