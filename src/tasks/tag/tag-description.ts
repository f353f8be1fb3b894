import type { GivenFor } from "../../options/option.ts";
import { settleReader } from "../reader/settle-reader.ts";
import { TAG_OPTIONS, type TagSettings } from "./tag-options.ts";
import { TAG_PRESETS } from "./tag-presets.ts";

/** What there is to say of the task "tag" without the engine that trains it. */
export const TAG = {
  name: "tag",
  options: TAG_OPTIONS,
  loss: "lossNats",
  units: "sequences",
  judge: { measure: "f1", better: "more" },
  figures: ["f1", "precision", "recall", "accuracy"],
  results: ["f1", "precision", "recall", "accuracy"],
  defaults: { budget: { epochs: 20, leastSteps: 500 }, learningRate: 0.003 },
  presets: TAG_PRESETS,
  settle: (given: GivenFor<typeof TAG_OPTIONS>, values: TagSettings) => settleReader(given, values),
  help: {
    task:
      "Train a tagger: a tag for each word of a sentence (CoNLL columns: a word and its tag a line, a blank line between sentences; or JSON " +
      "lines of tokens and tags), for each row of a table of numbers (--features), or for each frame of recordings (--audio). Everything " +
      "goes into one folder. Ctrl-C saves and ends; --resume continues.",
    files: "columns or tables to learn from",
    epochs: "times through the sentences",
    eval: "Measure how well the tagger in DIR does on tagged data, beside the most frequent tag of each word.",
    predict:
      "Tag each TEXT, or what the files of --input hold: columns whose first are words, .txt with a text a line, or tables.",
  },
} as const;
