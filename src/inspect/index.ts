// What `import … from "unrolled/inspect"` offers: what happened inside a network, as plain arrays. test/public-surface.test.ts holds it.

export { explainStep, type GateSum, type StepPlace, type StepSums } from "./explain-step.ts";
export type { CellName, GateName } from "./gate-names.ts";
export type { Intervention } from "./intervention.ts";
export { orderUnits, type UnitOrder } from "./order-units.ts";
export {
  type LayerTrace,
  type StateNumbers,
  stateAfter,
  type Trace,
  type TraceOptions,
  trace,
} from "./trace.ts";
