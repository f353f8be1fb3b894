// What can be said of a tagger, and of the data that it learns from.
import { flagOption, numberOption, shareOption, type ValuesOf, wordOption } from "../../options/option.ts";
import { columnOption, columnsOption, DATA, DATA_OPTIONS, stepsOption } from "../examples/data-options.ts";
import { MODEL, sizeOption } from "../reader/model-options.ts";
import { READER_OPTIONS } from "../reader/reader-options.ts";
import { TEXT } from "../reader/text-options.ts";
import { SOUND_OPTIONS } from "../sound/sound-options.ts";

/** How tags are decided: all of a sequence together, or each step on its own. */
export const DECODERS = ["crf", "softmax"] as const;

/** The options of the task "tag". */
export const TAG_OPTIONS = {
  audio: flagOption({
    default: false,
    group: DATA,
    help: "recordings of sound (.wav), each with a file of labels beside it (.txt: begin, end, label)",
  }),
  column: columnOption("the last", "the column of tags: its number, or its name in a table"),
  features: columnsOption("all numbers of a table", "columns of numbers, with commas: a row is a step"),
  window: stepsOption({ default: 256 }, "steps that a recording of numbers is cut into"),
  ...DATA_OPTIONS,
  ...SOUND_OPTIONS,
  vocabSize: numberOption(
    { whole: true, atLeast: 2 },
    { default: 20_000, placeholder: "n", group: TEXT, help: "most words in the vocabulary" },
  ),
  minCount: numberOption(
    { whole: true, atLeast: 1 },
    { default: 2, placeholder: "n", group: TEXT, help: "rarer words are unknown" },
  ),
  lowercase: flagOption({
    default: true,
    group: TEXT,
    help: "keep upper and lower case apart in words; their characters always do",
  }),
  shapes: flagOption({
    default: true,
    group: TEXT,
    help: "one unknown word for all, not one for each shape: Xx, XX, @x",
  }),
  embeddingSize: sizeOption(100, "numbers per word at the input"),
  characterSize: sizeOption(50, "numbers that a word's characters give; 0: none", 0),
  wordDropout: shareOption({
    default: 0.1,
    placeholder: "p",
    group: MODEL,
    help: "dropout of whole words of the vocabulary",
  }),
  unknownWords: numberOption(
    { atLeast: 0 },
    {
      default: 0,
      placeholder: "a",
      group: MODEL,
      help: "read a word of which there are n as unknown with probability a / (a + n)",
    },
  ),
  ...READER_OPTIONS,
  numLayers: sizeOption(1, "recurrent layers; 0: none", 0),
  recallCost: numberOption(
    { atLeast: 0 },
    {
      default: 0,
      placeholder: "c",
      group: MODEL,
      help: "what it costs to overlook a step of a span while learning, so that more are found (Mohit et al. 2012)",
    },
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
