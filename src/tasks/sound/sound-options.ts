// What is made of recordings before a network reads them, for every task that hears.
import {
  type FrontEndOptions,
  type ResolvedFrontEnd,
  resolveFrontEnd,
} from "../../audio/front-end-options.ts";
import {
  flagOption,
  listOption,
  numberOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { DATA } from "../examples/data-options.ts";

/** The heading of what sound becomes. */
export const SOUND = "Sound:";

const GREATEST_RATE_HZ = 16000;

/** A number of something, none if not said. */
const some = (byDefault: number, help: string) =>
  numberOption({ whole: true, atLeast: 0 }, { default: byDefault, placeholder: "n", group: SOUND, help });

/** Options of recordings: where they are, what is made of them, and how they are varied in training. */
export const SOUND_OPTIONS = {
  manifest: textOption({
    default: null,
    defaultText: "the files themselves",
    placeholder: "table",
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
  energy: flagOption({ default: false, group: SOUND, help: "a frame's energy as one more number" }),
  deltas: some(0, "differences over time: 1 for Δ, 2 for Δ and ΔΔ"),
  normalize: wordOption(["training", "utterance"], {
    default: "training",
    placeholder: "over",
    group: SOUND,
    help: "mean 0 and deviation 1 over the training part, or over each recording, which cannot be streamed",
  }),
  timeMasks: some(0, "stretches of time that are hidden in training (SpecAugment, Park et al. 2019)"),
  timeMaskWidth: some(20, "most frames of each"),
  frequencyMasks: some(0, "bands of filters that are hidden in training"),
  frequencyMaskWidth: some(8, "most filters of each"),
  speeds: listOption({
    default: [],
    defaultText: "1",
    placeholder: "factors",
    group: SOUND,
    help: "how fast recordings are played in training, one drawn each time: 0.9,1,1.1 (Ko et al. 2015)",
  }),
  noise: listOption({
    default: [],
    defaultText: "none",
    placeholder: "files",
    group: SOUND,
    help: "recordings of noise, or tables of them, with commas: a piece of one is mixed in each time in training; white: white noise",
  }),
  noiseSnr: listOption({
    default: ["5", "25"],
    placeholder: "dB",
    group: SOUND,
    help: "how much louder the recording is than the noise, from and to",
  }),
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
