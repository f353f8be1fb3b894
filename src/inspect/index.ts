// What `import … from "unrolled/inspect"` offers: what happened inside a network, as plain arrays. test/public-surface.test.ts holds it.

export { type Attribution, attribution } from "./attribution.ts";
export type { CellName, GateName } from "./gate-names.ts";
export {
  type GradientOptions,
  type GradientsThroughTime,
  gradientsThroughTime,
} from "./gradients-through-time.ts";
export type { Intervention } from "./intervention.ts";
export type { LayerJacobians } from "./jacobian-products.ts";
export {
  type LayerTrace,
  type StateNumbers,
  stateAfter,
  type Trace,
  type TraceOptions,
  trace,
} from "./trace.ts";
