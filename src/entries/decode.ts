// `unrolled/decode`: sampling and generation.

export { type GenerationEvent, generateTokens } from "../decoding/generate.ts";
export type { NextToken } from "../decoding/next-token.ts";
export { type SamplingOptions, sampleToken } from "../decoding/sampler.ts";
export { type BestPath, viterbi } from "../decoding/viterbi.ts";
export type { ChainScores } from "../losses/forward-backward.ts";
export type { GenerationConfig } from "../tasks/language/folder/generation-config.ts";
export {
  type GenerateTextOptions,
  generate,
  generateEvents,
  type Prediction,
  type PredictOptions,
} from "../tasks/language/model/generate-text.ts";
