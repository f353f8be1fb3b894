// What `import … from "unrolled/inspect"` offers: what happened inside a network, as plain arrays. test/public-surface.test.ts holds it.

export { type Surprise, surprises } from "../tasks/language/surprise.ts";
export type { LayerActivations } from "./activations.ts";
export { type Attribution, attribution } from "./attribution.ts";
export { type ContinuationOptions, type ContinuationToken, continuation } from "./continuation.ts";
export { explainStep, type GateSum, type StepPlace, type StepSums } from "./explain-step.ts";
export { type CellName, GATE_NAMES, type GateName } from "./gate-names.ts";
export {
  type FlowReading,
  type GradientFlow,
  type NetworkFlow,
  readWithGradientFlow,
  runWithGradientFlow,
} from "./gradient-flow.ts";
export type { GradientReach } from "./gradient-reach.ts";
export {
  type GradientOptions,
  type GradientsThroughTime,
  gradientsThroughTime,
} from "./gradients-through-time.ts";
export type { Intervention } from "./intervention.ts";
export type { LayerJacobians } from "./jacobian-products.ts";
export { type NextTokenShare, nextTokens } from "./next-tokens.ts";
export { orderUnits, type UnitOrder } from "./order-units.ts";
export { type ContextLoss, type Reach, type ReachOptions, reach } from "./reach.ts";
export { type BrushedSpan, type SimilarSpan, similarSpans } from "./similar-spans.ts";
export { type TextFeature, textFeatures } from "./text-features.ts";
export {
  type LayerTrace,
  type StateNumbers,
  stateAfter,
  type Trace,
  type TraceOptions,
  trace,
} from "./trace.ts";
export {
  type ExcitingPassage,
  excitingPassages,
  type FeatureResponse,
  type UnitResponse,
  type UnitResponseOptions,
  type UnitResponses,
  unitResponses,
} from "./unit-responses.ts";
