// `unrolled/audio`: sound files, front ends that make features of sound, resampling.

export type { FeatureStream } from "../audio/feature-stream.ts";
export { type Frames, frameCount } from "../audio/frames.ts";
export { FrontEnd } from "../audio/front-end.ts";
export type { FrontEndOptions, ResolvedFrontEnd, Warp } from "../audio/front-end-options.ts";
export { type HtkFeatures, readHtkFeatures } from "../audio/read-htk-features.ts";
export { readSphinxFeatures } from "../audio/read-sphinx-features.ts";
export { readWav } from "../audio/read-wav.ts";
export { type Rates, Resampler, resample } from "../audio/resampler.ts";
export { monoOf, type Sound } from "../audio/sound.ts";
export { type WriteWavOptions, writeWav } from "../audio/write-wav.ts";
export {
  type HeardSteps,
  type ListenOptions,
  type RecogniserSession,
  recogniserSession,
} from "../tasks/transcribe/recogniser-session.ts";
