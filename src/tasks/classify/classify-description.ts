import type { GivenFor } from "../../options/option.ts";
import { BASELINES_FILE } from "../baselines/baselines-file.ts";
import { settleReader } from "../reader/settle-reader.ts";
import { CLASSIFY_ANSWER_OPTIONS, CLASSIFY_OPTIONS, type ClassifySettings } from "./classify-options.ts";
import { CLASSIFY_PRESETS } from "./classify-presets.ts";

/** What there is to say of the task "classify" without the engine that trains it. */
export const CLASSIFY = {
  name: "classify",
  options: CLASSIFY_OPTIONS,
  answerOptions: CLASSIFY_ANSWER_OPTIONS,
  loss: "lossNats",
  units: "examples",
  judge: { measure: "lossNats", better: "less" },
  figures: ["accuracy", "macroF1", "lossNats"],
  results: ["accuracy", "macroF1", "lossNats", "calibrationError"],
  defaults: { budget: { epochs: 8, leastSteps: 500 }, learningRate: 0.002 },
  presets: CLASSIFY_PRESETS,
  beside: [BASELINES_FILE],
  settle: (given: GivenFor<typeof CLASSIFY_OPTIONS>, values: ClassifySettings) => settleReader(given, values),
  help: {
    task:
      "Train a classifier of texts, of series of numbers or of recordings: tables (CSV, TSV, JSON lines; a column of texts or columns of " +
      "numbers, and one of labels), .txt files, labelled by their names (a text a line) or by their folders (a text a file), or with " +
      "--audio .wav files, labelled by their folders, their names or a manifest. Everything goes into one folder. Ctrl-C saves and ends; " +
      "--resume continues.",
    files: "tables, texts or recordings to learn from",
    epochs: "times through the examples",
    eval: "Measure how well the classifier in DIR does on labelled data, beside the class of most examples and logistic regression.",
    predict:
      "Say which class each TEXT, or each row of the files of --input, belongs to, and how likely. A model of numbers or recordings is given files.",
  },
} as const;
