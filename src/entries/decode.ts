// `unrolled/decode`: sampling, generation and search.

export {
  type BeamSearchOptions,
  beamSearch,
  beamSearchEvents,
  type SearchEvent,
} from "../decoding/beam-search.ts";
export {
  type CtcBeamOptions,
  CtcBeamSearch,
  type CtcHypothesis,
  ctcBeamSearch,
} from "../decoding/ctc/beam-search.ts";
export { type CtcPath, ctcBestPath, type TokenSpan } from "../decoding/ctc/best-path.ts";
export { ctcAlign } from "../decoding/ctc/ctc-align.ts";
export { type CtcDecoderOptions, ctcDecoder } from "../decoding/ctc/ctc-decoder.ts";
export type { CtcOptions } from "../decoding/ctc/ctc-options.ts";
export { type GenerationEvent, generateTokens } from "../decoding/generate.ts";
export type { NextToken } from "../decoding/next-token.ts";
export type { NgramModel } from "../decoding/ngram/ngram-model.ts";
export { readArpa } from "../decoding/ngram/read-arpa.ts";
export type { PrefixScorer } from "../decoding/prefix-scorer.ts";
export {
  type SampleEvent,
  type SampleSequencesOptions,
  sampleSequences,
  sampleSequencesEvents,
} from "../decoding/sample-sequences.ts";
export { type SamplingOptions, sampleToken } from "../decoding/sampler.ts";
export { type HotWordOptions, hotWords } from "../decoding/scorers/hot-words.ts";
export { type NextTokenScorerOptions, nextTokenScorer } from "../decoding/scorers/next-token-scorer.ts";
export { type WordScorerOptions, wordScorer } from "../decoding/scorers/word-scorer.ts";
export type { Hypothesis } from "../decoding/search/hypothesis.ts";
export type { LengthForm, ScoreOptions } from "../decoding/search/score-rule.ts";
export type { SearchOptions } from "../decoding/search/search-options.ts";
export type { DecoderStart, DecoderStep, SequenceDecoder } from "../decoding/search/sequence-decoder.ts";
export type { SpokenWord, Transcript } from "../decoding/spoken-words.ts";
export type { TextDecoder, TextOptions, TextStream } from "../decoding/text-decoder.ts";
export {
  type TransducerBeamOptions,
  TransducerBeamSearch,
  type TransducerHypothesis,
  transducerBeamSearch,
} from "../decoding/transducer/transducer-beam-search.ts";
export {
  type TransducerDecoderOptions,
  transducerDecoder,
} from "../decoding/transducer/transducer-decoder.ts";
export type { TransducerStepper } from "../decoding/transducer/transducer-stepper.ts";
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
export { type TextScorerOptions, textScorer } from "../tasks/language/model/text-scorer.ts";
