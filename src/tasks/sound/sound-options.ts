// What is made of recordings before a network reads them, for every task that hears.
import {
  type FrontEndOptions,
  type ResolvedFrontEnd,
  resolveFrontEnd,
} from "../../audio/front-end-options.ts";
import { flagOption, numberOption, textOption, type ValuesOf, wordOption } from "../../options/option.ts";
import { DATA } from "../examples/data-options.ts";
import { FEATURE_WIDTH, SOUND, some, VARIATION_OPTIONS } from "./variation-options.ts";

const GREATEST_RATE_HZ = 16000;

/** Options of recordings: where they are, what is made of them, and how they are varied in training. */
export const SOUND_OPTIONS = {
  manifest: textOption({
    default: null,
    defaultText: "the files themselves",
    placeholder: "table",
    paths: { but: [] },
    group: DATA,
    help: "table of recordings: their files, and what belongs to each",
  }),
  frontEnd: wordOption(["fbank", "mfcc"], {
    default: "fbank",
    placeholder: "kind",
    group: SOUND,
    help: "logarithms of mel filter banks, or their cepstra",
  }),
  style: wordOption(["kaldi", "htk"], {
    default: "kaldi",
    placeholder: "whose",
    group: SOUND,
    help: "whose formulas these are",
  }),
  sampleRate: numberOption(
    { whole: true, atLeast: 1000, atMost: 192_000 },
    {
      default: null,
      defaultText: `that of the first recording, at most ${GREATEST_RATE_HZ}`,
      placeholder: "hz",
      group: SOUND,
      help: "samples a second that recordings are brought to",
    },
  ),
  filters: numberOption(
    { whole: true, atLeast: 1, atMost: 1024 },
    { default: 40, placeholder: "n", group: SOUND, help: "mel filters" },
  ),
  coefficients: numberOption(
    { whole: true, atLeast: 1 },
    { default: 12, placeholder: "n", group: SOUND, help: "cepstra beside the zeroth" },
  ),
  featureWidth: FEATURE_WIDTH,
  energy: flagOption({ default: false, group: SOUND, help: "a frame's energy as one more number" }),
  deltas: some(0, "differences over time: 1 for Δ, 2 for Δ and ΔΔ"),
  normalize: wordOption(["training", "utterance"], {
    default: "training",
    placeholder: "over",
    group: SOUND,
    help: "mean 0 and deviation 1 over the training part, or over each recording, which cannot be streamed",
  }),
  ...VARIATION_OPTIONS,
} as const;

/** Their values. */
export type SoundSettings = ValuesOf<typeof SOUND_OPTIONS>;

/** The front end that settings mean; `firstRateHz` is that of the first recording. */
export function frontEndOf(settings: SoundSettings, firstRateHz: number): ResolvedFrontEnd {
  const { frontEnd: kind, style, filters, coefficients, energy, deltas } = settings;
  const sampleRateHz = settings.sampleRate ?? Math.min(GREATEST_RATE_HZ, Math.floor(firstRateHz));
  const cepstra = kind === "mfcc" ? { coefficients, zeroth: !energy } : {};
  const options = { kind, style, sampleRateHz, filters, energy, deltas, ...cepstra };
  return resolveFrontEnd(options as FrontEndOptions, "train");
}
