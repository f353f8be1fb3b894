import { multiply as product } from "../../tensor/operations/arithmetic.ts";
import { combined, MULTIPLY } from "../combined-values.ts";
import type { LayerKind } from "../layer-kind.ts";

/** The product of several values, entry by entry. */
export interface MultiplyLayerConfig {
  readonly kind: "multiply";
}

export const multiply: LayerKind<MultiplyLayerConfig, undefined> = combined({
  of: product,
  operation: MULTIPLY,
});
