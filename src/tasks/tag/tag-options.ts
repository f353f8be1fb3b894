// What can be said of a tagger, and of the data that it learns from.
import {
  flagOption,
  listOption,
  numberOption,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { DATA_OPTIONS } from "../examples/data-options.ts";
import { READER_OPTIONS } from "../reader/reader-options.ts";

const DATA = "Data:";
const MODEL = "Model:";

/** How tags are decided: all of a sequence together, or each step on its own. */
export const DECODERS = ["crf", "softmax"] as const;

/** The options of the task "tag". */
export const TAG_OPTIONS = {
  column: textOption({
    default: null,
    defaultText: "the last",
    placeholder: "column",
    group: DATA,
    help: "the column of tags: its number, or its name in a table",
  }),
  features: listOption({
    default: [],
    defaultText: "all numbers of a table",
    placeholder: "columns",
    group: DATA,
    help: "columns of numbers, with commas: a row is a step",
  }),
  window: numberOption(
    { whole: true, atLeast: 1 },
    {
      default: 256,
      placeholder: "n",
      group: DATA,
      help: "steps that a recording of numbers is cut into",
    },
  ),
  ...DATA_OPTIONS,
  vocabSize: numberOption(
    { whole: true, atLeast: 2 },
    { default: 20_000, placeholder: "n", group: "Text:", help: "most words in the vocabulary" },
  ),
  minCount: numberOption(
    { whole: true, atLeast: 1 },
    { default: 2, placeholder: "n", group: "Text:", help: "rarer words are unknown" },
  ),
  lowercase: flagOption({
    default: true,
    group: "Text:",
    help: "keep upper and lower case apart in words; their characters always do",
  }),
  embeddingSize: numberOption(
    { whole: true, atLeast: 1 },
    { default: 100, placeholder: "n", group: MODEL, help: "numbers per word at the input" },
  ),
  characterSize: numberOption(
    { whole: true, atLeast: 0 },
    { default: 50, placeholder: "n", group: MODEL, help: "numbers that a word's characters give; 0: none" },
  ),
  wordDropout: shareOption({
    default: 0.1,
    placeholder: "p",
    group: MODEL,
    help: "dropout of whole words of the vocabulary",
  }),
  ...READER_OPTIONS,
  numLayers: numberOption(
    { whole: true, atLeast: 0 },
    { default: 1, placeholder: "n", group: MODEL, help: "recurrent layers; 0: none" },
  ),
  decoder: wordOption(DECODERS, {
    default: null,
    defaultText: "crf for words, softmax for numbers",
    placeholder: "kind",
    group: MODEL,
    help: "tags decided together, or each step alone",
  }),
} as const;

/** What a tagger is trained with, beside the settings of the loop. */
export type TagSettings = ValuesOf<typeof TAG_OPTIONS>;
