// `unrolled/decode`: sampling, generation and search.

export {
  type BeamSearchOptions,
  beamSearch,
  beamSearchEvents,
  type SearchEvent,
} from "../decoding/beam-search.ts";
export { type GenerationEvent, generateTokens } from "../decoding/generate.ts";
export type { NextToken } from "../decoding/next-token.ts";
export {
  type SampleEvent,
  type SampleSequencesOptions,
  sampleSequences,
  sampleSequencesEvents,
} from "../decoding/sample-sequences.ts";
export { type SamplingOptions, sampleToken } from "../decoding/sampler.ts";
export type { Hypothesis } from "../decoding/search/hypothesis.ts";
export type { LengthForm, ScoreOptions } from "../decoding/search/score-rule.ts";
export type { SearchOptions } from "../decoding/search/search-options.ts";
export type { DecoderStart, DecoderStep, SequenceDecoder } from "../decoding/search/sequence-decoder.ts";
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
