import { add as sum } from "../../tensor/operations/arithmetic.ts";
import { ADD, combined } from "../combined-values.ts";
import type { LayerKind } from "../layer-kind.ts";

/** The mean of several values, entry by entry. */
export interface AverageLayerConfig {
  readonly kind: "average";
}

export const average: LayerKind<AverageLayerConfig, undefined> = combined({
  of: sum,
  operation: ADD,
  share: (count) => 1 / count,
});
