// What can be said of a recogniser, and of the recordings that it learns from.
import { TOKENIZER_KINDS } from "../../data/tokenizers/tokenizer.ts";
import {
  flagOption,
  listOption,
  numberOption,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { columnOption, DATA, DATA_OPTIONS } from "../examples/data-options.ts";
import { CELL_OPTIONS } from "../language/cell-options.ts";
import { MODEL, sizeOption } from "../reader/model-options.ts";
import { TEXT } from "../reader/text-options.ts";
import { SOUND_OPTIONS } from "../sound/sound-options.ts";
import { FEATURE_WIDTH, SOUND, VARIATION_OPTIONS } from "../sound/variation-options.ts";

const whole = (least: number, most?: number) =>
  ({ whole: true, atLeast: least, ...(most === undefined ? {} : { atMost: most }) }) as const;

/** The options of the task "transcribe". */
export const TRANSCRIBE_OPTIONS = {
  manifest: textOption({
    default: null,
    defaultText: "tables among the files, or a .txt beside each sound",
    placeholder: "file",
    paths: { but: [] },
    group: DATA,
    help: "table of sounds and what is said in them (.csv, .tsv, .jsonl), or Sphinx's .transcription",
  }),
  file: columnOption("file, path, audio or wav, or the first", "column of a manifest with paths of sounds"),
  text: columnOption("text, transcript or sentence, or the second", "column with what is said"),
  ...DATA_OPTIONS,
  misfits: wordOption(["skip", "infinite", "refuse"], {
    default: "skip",
    placeholder: "how",
    group: DATA,
    help: "targets that are longer than their frames: leave out, learn from as an infinite loss, or refuse",
  }),
  features: wordOption(["fbank", "mfcc"], {
    default: "fbank",
    placeholder: "kind",
    group: SOUND,
    help: "what a frame of sound is: mel filter banks, or cepstra of them",
  }),
  sampleRate: numberOption(whole(1000), {
    default: 16000,
    placeholder: "Hz",
    group: SOUND,
    help: "samples a second that frames are cut from",
  }),
  style: SOUND_OPTIONS.style,
  coefficients: SOUND_OPTIONS.coefficients,
  filters: numberOption(whole(1, 1024), {
    default: 40,
    placeholder: "n",
    group: SOUND,
    help: "filters on the mel scale",
  }),
  energy: flagOption({ default: true, group: SOUND, help: "leave out the energy of a frame" }),
  deltas: numberOption(whole(0, 2), {
    default: 2,
    placeholder: "n",
    group: SOUND,
    help: "differences over time: none (0), of frames (1), and of these (2)",
  }),
  featureWidth: FEATURE_WIDTH,
  normalize: wordOption(["training", "utterance", "none"], {
    default: "training",
    placeholder: "over",
    group: SOUND,
    help: "what mean and deviation of features are taken over",
  }),
  ...VARIATION_OPTIONS,
  tokenizer: wordOption(TOKENIZER_KINDS, {
    default: "char",
    placeholder: "kind",
    group: TEXT,
    help: "what a label is",
  }),
  vocabSize: numberOption(whole(2), {
    default: 1000,
    placeholder: "n",
    group: TEXT,
    help: "most labels, where they are words or pieces of words",
  }),
  lowercase: flagOption({ default: true, group: TEXT, help: "keep upper and lower case apart" }),
  loss: wordOption(["ctc", "transducer"], {
    default: "ctc",
    placeholder: "kind",
    group: MODEL,
    help: "sum over alignments: of CTC (Graves et al. 2006), or of a transducer (Graves 2012)",
  }),
  ...CELL_OPTIONS,
  hiddenSize: sizeOption(128, "units per layer and direction"),
  numLayers: sizeOption(2, "recurrent layers"),
  bidirectional: flagOption({
    default: true,
    group: MODEL,
    help: "read forwards alone, as a microphone needs",
  }),
  lookAhead: numberOption(whole(0), {
    default: 0,
    placeholder: "steps",
    group: MODEL,
    help: "steps behind its own that the output reads by a convolution (Amodei et al. 2016)",
  }),
  convSize: sizeOption(0, "channels of a convolution in front; 0 for none", 0),
  convKernel: sizeOption(5, "frames that it reads"),
  stride: sizeOption(1, "frames from step to step: of the convolution, or frames joined to one"),
  predictionSize: sizeOption(128, "of a transducer: units of the network that reads labels"),
  jointSize: sizeOption(128, "of a transducer: units where both networks meet; 0 adds their outputs", 0),
  predictFrom: textOption({
    default: null,
    defaultText: "new weights",
    placeholder: "dir",
    paths: { but: [] },
    group: MODEL,
    help: "of a transducer: a language model of its labels that the prediction network begins as (Graves, Mohamed & Hinton 2013)",
  }),
  dropout: shareOption({
    default: 0.3,
    placeholder: "p",
    group: MODEL,
    help: "dropout between layers and before the output",
  }),
} as const;

/** What a recogniser is trained with, beside the settings of the loop. */
export type TranscribeSettings = ValuesOf<typeof TRANSCRIBE_OPTIONS>;

const DECODING = "Decoding:";

/** What can be said of how texts are found in what a network says. */
export const TRANSCRIBE_DECODING_OPTIONS = {
  beam: numberOption(whole(0), {
    default: null,
    defaultText: "0, the best path; 32 with a language model, a lexicon or hot words",
    placeholder: "n",
    group: DECODING,
    help: "texts that are followed at a time",
  }),
  lm: textOption({
    default: null,
    defaultText: "none",
    placeholder: "model",
    group: DECODING,
    help: "n-gram model of words (.arpa), or folder of a language model of characters",
  }),
  lmWeight: numberOption(
    { atLeast: 0, atMost: 100 },
    { default: 0.5, placeholder: "n", group: DECODING, help: "how much it counts" },
  ),
  wordBonus: numberOption(
    { atLeast: -100, atMost: 100 },
    { default: 0, placeholder: "n", group: DECODING, help: "what each word adds" },
  ),
  lexicon: textOption({
    default: null,
    defaultText: "any word",
    placeholder: "file",
    group: DECODING,
    help: "the only words that there are: a word a line, what follows it is passed over",
  }),
  hotWords: listOption({
    default: [],
    defaultText: "none",
    placeholder: "words",
    group: DECODING,
    help: "words that are likelier than they were",
  }),
  hotWordBonus: numberOption(
    { atLeast: -100, atMost: 100 },
    { default: 10, placeholder: "n", group: DECODING, help: "what each hot word adds" },
  ),
} as const;

/** What can be said of a measurement. */
export const TRANSCRIBE_EVALUATE_OPTIONS = {
  ...TRANSCRIBE_DECODING_OPTIONS,
  bootstrap: numberOption(whole(0), {
    default: 0,
    placeholder: "n",
    help: "draw the utterances again so often for intervals of the error rates; 0: none",
  }),
  confusions: numberOption(whole(0), {
    default: 0,
    placeholder: "n",
    help: "words that were most often taken for others, put in or left out",
  }),
} as const;

/** What can be said where a recogniser answers. */
export const TRANSCRIBE_ANSWER_OPTIONS = {
  ...TRANSCRIBE_DECODING_OPTIONS,
  times: flagOption({ default: false, group: DECODING, help: "show when each word was said" }),
  alternatives: numberOption(whole(0), {
    default: 0,
    placeholder: "n",
    group: DECODING,
    help: "other texts to show, with a beam",
  }),
} as const;

/** How texts are found. */
export type TranscribeDecoding = ValuesOf<typeof TRANSCRIBE_DECODING_OPTIONS>;
