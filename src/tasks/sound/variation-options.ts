// How recordings are varied in training, each time anew.
import { listOption, numberOption, type Option, type ValuesOf } from "../../options/option.ts";

/** The heading of what sound becomes. */
export const SOUND = "Sound:";

/** A number of something, `byDefault` if not said. */
export function some(byDefault: number, help: string): Option<number> {
  return numberOption(
    { whole: true, atLeast: 0 },
    { default: byDefault, placeholder: "n", group: SOUND, help },
  );
}

/** Noise that no file is needed for. */
export const WHITE = "white";

/** Numbers a frame of files of Sphinx, which do not say it. */
export const FEATURE_WIDTH = numberOption(
  { whole: true, atLeast: 1 },
  { default: 13, placeholder: "n", group: SOUND, help: "numbers a frame of files of Sphinx (.mfc)" },
);

/** What is drawn anew each time that a recording is heard in training. */
export const VARIATION_OPTIONS = {
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
  vocalTracts: listOption({
    default: [],
    defaultText: "1",
    placeholder: "factors",
    group: SOUND,
    help: "factors, from and to, that frequencies are moved by in training, one drawn each time: 0.9,1.1 (Jaitly & Hinton 2013)",
  }),
  noise: listOption({
    default: [],
    defaultText: "none",
    placeholder: "files",
    paths: { but: [WHITE] },
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

/** Their values, and what draws are made by. */
export type VariationSettings = ValuesOf<typeof VARIATION_OPTIONS> & {
  readonly seed: number;
  /** Of tables that name noises. */
  readonly delimiter: string | null;
};
