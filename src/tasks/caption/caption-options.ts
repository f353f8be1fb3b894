// What can be said of a task that says what is in a picture, and of the data that it learns from.
import { TOKENIZER_KINDS } from "../../data/tokenizers/tokenizer.ts";
import {
  flagOption,
  numberOption,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { DATA } from "../examples/data-options.ts";
import { CELL_OPTIONS } from "../language/cell-options.ts";
import { MODEL, sizeOption } from "../reader/model-options.ts";
import { TEXT } from "../reader/text-options.ts";
import { TRANSLATE_SEARCH_OPTIONS } from "../translate/translate-options.ts";
import { FEATURE_SCALES } from "./feature-scales.ts";

const PICTURE = "Pictures:";
const whole = (least: number) => ({ whole: true, atLeast: least }) as const;

/** How a query is held against places: by a product (Luong et al. 2015), or as Xu et al. (2015) have it, which takes longer. */
export const CAPTION_ATTENTIONS = ["general", "additive"] as const;

/** The options of the task "caption". */
export const CAPTION_OPTIONS = {
  image: textOption({
    default: "image",
    placeholder: "column",
    group: DATA,
    help: "the column of files of pictures, which lie where the table lies",
  }),
  text: textOption({
    default: "text",
    placeholder: "column",
    group: DATA,
    help: "the column of what is said of them",
  }),
  valFraction: shareOption({
    default: 0.1,
    placeholder: "share",
    group: DATA,
    help: "share of the pictures that is held out to measure on",
  }),
  maxLength: numberOption(whole(1), {
    default: 60,
    placeholder: "n",
    group: DATA,
    help: "most tokens of a text; longer ones are not learned from",
  }),
  tokenizer: wordOption(TOKENIZER_KINDS, {
    default: "word",
    placeholder: "kind",
    group: TEXT,
    help: "what a token is",
  }),
  vocabSize: numberOption(whole(2), {
    default: 8000,
    placeholder: "n",
    group: TEXT,
    help: "most tokens in the vocabulary",
  }),
  imageWidth: numberOption(whole(8), {
    default: 64,
    placeholder: "n",
    group: PICTURE,
    help: "pixels across that pictures are made to have",
  }),
  imageHeight: numberOption(whole(8), {
    default: 64,
    placeholder: "n",
    group: PICTURE,
    help: "pixels down that pictures are made to have",
  }),
  blind: flagOption({
    default: false,
    group: PICTURE,
    help: "show no picture at all: what a model that sees has to beat",
  }),
  features: textOption({
    default: null,
    defaultText: "convolutions of its own",
    placeholder: "file",
    group: PICTURE,
    help: "an ONNX network that looks at pictures and is not trained; the decoder looks at what it makes of their places",
  }),
  featureOutput: textOption({
    default: null,
    defaultText: "the first",
    placeholder: "name",
    group: PICTURE,
    help: "which output of that network",
  }),
  featureScale: wordOption(FEATURE_SCALES, {
    default: "imagenet",
    placeholder: "kind",
    group: PICTURE,
    help: "how that network reads colours: ImageNet's mean and deviation taken out, 0 to 1, -1 to 1, or 0 to 255",
  }),
  convChannels: sizeOption(16, "channels of the first convolution; each one behind it has twice as many"),
  convLayers: sizeOption(3, "convolutions, each of which halves width and height"),
  embeddingSize: sizeOption(64, "numbers per token"),
  ...CELL_OPTIONS,
  hiddenSize: sizeOption(128, "units of the recurrent layer"),
  attention: wordOption(CAPTION_ATTENTIONS, {
    default: "general",
    placeholder: "kind",
    group: MODEL,
    help: "how the decoder looks at places",
  }),
  dropout: shareOption({
    default: 0.1,
    placeholder: "p",
    group: MODEL,
    help: "dropout behind the embedding and before the output",
  }),
} as const;

/** What can be said of a measurement. */
export const CAPTION_EVALUATE_OPTIONS = {
  ...TRANSLATE_SEARCH_OPTIONS,
  losses: flagOption({ default: false, help: "say the loss of each text too, to compare models by" }),
  bootstrap: numberOption(whole(0), {
    default: 0,
    placeholder: "n",
    help: "draw the pictures again so often for intervals of the figures; 0: none",
  }),
} as const;

/** What can be said where pictures are described. */
export const CAPTION_ANSWER_OPTIONS = {
  ...TRANSLATE_SEARCH_OPTIONS,
  nBest: numberOption(whole(1), { default: 1, placeholder: "n", help: "texts for each picture, best first" }),
  alignment: flagOption({ default: false, help: "show where each word looked" }),
  plotFile: textOption({
    default: null,
    defaultText: "none",
    placeholder: "file",
    help: "draw where each word looked over the pictures into a file, .svg or .png",
  }),
} as const;

/** What it is trained with, beside the settings of the loop. */
export type CaptionSettings = ValuesOf<typeof CAPTION_OPTIONS>;
