// What can be said of a classifier of sequences, and of the data that it learns from.
import {
  flagOption,
  numberOption,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { columnOption, columnsOption, DATA, DATA_OPTIONS, stepsOption } from "../examples/data-options.ts";
import { MODEL, sizeOption } from "../reader/model-options.ts";
import { READER_OPTIONS } from "../reader/reader-options.ts";
import { TEXT_OPTIONS } from "../reader/text-options.ts";
import { SOUND_OPTIONS } from "../sound/sound-options.ts";

/** How the outputs of all steps become one vector. */
export const POOLINGS = ["last", "max", "mean", "attention"] as const;

/** The options of the task "classify". */
export const CLASSIFY_OPTIONS = {
  audio: flagOption({
    default: false,
    group: DATA,
    help: "recordings of sound (.wav), or a manifest of some",
  }),
  text: columnOption("found out", "the column of texts"),
  label: columnOption(
    "found out",
    "the column of labels; of recordings also folder, or a pattern of their names: {label}_{speaker}",
  ),
  features: columnsOption(
    "all numbers, if there is no text",
    "columns of numbers, with commas: a row is a step",
  ),
  window: stepsOption({ default: null, defaultText: "a whole file" }, "steps of each example"),
  stride: stepsOption({ default: null, defaultText: "the window" }, "steps between two windows"),
  multiLabel: textOption({
    default: null,
    defaultText: "one label",
    placeholder: "char",
    group: DATA,
    help: "several labels in a cell, with this between them",
  }),
  ...DATA_OPTIONS,
  ...SOUND_OPTIONS,
  distinct: flagOption({
    default: false,
    group: DATA,
    help: "equal texts stay in one part",
  }),
  once: flagOption({
    default: false,
    group: DATA,
    help: "learn from equal texts of one label once; labels count as often as they stand there (Menon et al. 2021)",
  }),
  testFraction: shareOption({
    default: 0,
    placeholder: "share",
    group: DATA,
    help: "share that is set aside and measured on once, at the end",
  }),
  ...TEXT_OPTIONS,
  ...READER_OPTIONS,
  pooling: wordOption(POOLINGS, {
    default: "last",
    placeholder: "how",
    group: MODEL,
    help: "what of all steps decides",
  }),
  filters: sizeOption(
    0,
    "filters over five neighbouring steps beside the recurrent layers (Kim 2014); 0: none",
    0,
  ),
  wordScores: flagOption({
    default: false,
    group: MODEL,
    help: "add what each word says by itself to what the recurrent layers say (Cheng et al. 2016)",
  }),
  balanced: flagOption({ default: false, group: MODEL, help: "each class counts the same, however rare" }),
  labelSmoothing: shareOption({
    default: 0,
    placeholder: "e",
    group: MODEL,
    help: "share of a label that is spread over all (Szegedy et al. 2016)",
  }),
} as const;

/** What a classifier is trained with, beside the settings of the loop. */
export type ClassifySettings = ValuesOf<typeof CLASSIFY_OPTIONS>;

/** What can be said where a classifier answers. */
export const CLASSIFY_ANSWER_OPTIONS = {
  top: numberOption(
    { whole: true, atLeast: 1 },
    { default: null, defaultText: "all", placeholder: "n", help: "how many labels to show" },
  ),
} as const;
