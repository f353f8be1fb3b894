// `unrolled/inspect`: what happens inside a network, as plain arrays.

export type { LayerActivations } from "../inspect/activations.ts";
export { type Attribution, attribution } from "../inspect/attribution.ts";
export { type ContinuationOptions, type ContinuationToken, continuation } from "../inspect/continuation.ts";
export { explainStep, type GateSum, type StepPlace, type StepSums } from "../inspect/explain-step.ts";
export { type CellName, GATE_NAMES, type GateName } from "../inspect/gate-names.ts";
export {
  type FlowReading,
  type GradientFlow,
  type NetworkFlow,
  readWithGradientFlow,
  runWithGradientFlow,
} from "../inspect/gradient-flow.ts";
export type { GradientReach } from "../inspect/gradient-reach.ts";
export {
  type GradientOptions,
  type GradientsThroughTime,
  gradientsThroughTime,
} from "../inspect/gradients-through-time.ts";
export type { Intervention } from "../inspect/intervention.ts";
export type { LayerJacobians } from "../inspect/jacobian-products.ts";
export { type NextTokenShare, nextTokens } from "../inspect/next-tokens.ts";
export { orderUnits, type UnitOrder } from "../inspect/order-units.ts";
export { type OutputGradients, outputGradients } from "../inspect/output-gradients.ts";
export { type ContextLoss, type Reach, type ReachOptions, reach } from "../inspect/reach.ts";
export { type BrushedSpan, type SimilarSpan, similarSpans } from "../inspect/similar-spans.ts";
export { type TextFeature, textFeatures } from "../inspect/text-features.ts";
export {
  type LayerTrace,
  type StateNumbers,
  stateAfter,
  type Trace,
  type TraceOptions,
  trace,
} from "../inspect/trace.ts";
export {
  type AttentionTrace,
  type EncoderDecoderTrace,
  type SteppedTrace,
  traceEncoderDecoder,
} from "../inspect/trace-encoder-decoder.ts";
export { type DirectedTrace, type NetworkTrace, traceNetwork } from "../inspect/trace-network.ts";
export {
  type ExcitingPassage,
  excitingPassages,
  type FeatureResponse,
  respondingUnits,
  type UnitResponse,
  type UnitResponseOptions,
  type UnitResponses,
  unitResponses,
} from "../inspect/unit-responses.ts";
export { type Surprise, surprises } from "../tasks/language/evaluation/surprise.ts";
