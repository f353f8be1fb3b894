import { type ErrorText, UnrolledError } from "../../errors.ts";
import type { GivenFor } from "../../options/option.ts";
import { requireBytes, settleReader } from "../reader/settle-reader.ts";
import {
  TRANSLATE_ANSWER_OPTIONS,
  TRANSLATE_EVALUATE_OPTIONS,
  TRANSLATE_OPTIONS,
  type TranslateSettings,
} from "./translate-options.ts";

/** What there is to say of the task "translate" without the engine that trains it. */
export const TRANSLATE = {
  name: "translate",
  options: TRANSLATE_OPTIONS,
  evaluateOptions: TRANSLATE_EVALUATE_OPTIONS,
  answerOptions: TRANSLATE_ANSWER_OPTIONS,
  loss: "lossNats",
  units: "pairs",
  judge: { measure: "chrf", better: "more" },
  figures: ["chrf", "bleu", "lossNats", "exactMatch", "tokenErrorRate"],
  results: ["bleu", "chrf", "lossNats", "perplexity", "exactMatch", "tokenErrorRate", "tokenAccuracy"],
  defaults: { budget: { epochs: 10 }, batchSize: 64, learningRate: 0.001 },
  settle,
  help: {
    task:
      "Train a translator: from one sequence to another, with attention. Two files whose lines belong together (train.en train.de), or " +
      "tables (.tsv, .csv, .jsonl). Everything goes into one folder. Ctrl-C saves and ends; --resume continues.",
    files: "files of sources and of targets in turn, or tables",
    epochs: "times through the pairs",
    eval: "Measure how well the translator in DIR does on sources and their targets: two files, or a table.",
    predict: "Translate each TEXT, or each line of the files of --input.",
  },
} as const;

function settle(given: GivenFor<typeof TRANSLATE_OPTIONS>, values: TranslateSettings): TranslateSettings {
  const settled = settleReader(given, values);
  requireBytes(settled);
  const { bidirectional, hiddenSize, attention, attentionHeads, joint, tie } = settled;
  const { feeding, coverage, locationFilters, coverageLoss } = settled;
  const [source, target] = tokenizersOf(settled);
  const refuse = (option: string, got: string, needed: ErrorText) => {
    throw new UnrolledError("invalid-argument", { call: "train", subject: [{ option }], got, needed });
  };
  if (bidirectional && hiddenSize % 2 !== 0)
    refuse("hiddenSize", String(hiddenSize), "an even number, half of it for each direction of the encoder");
  if (attention !== "none" && hiddenSize % attentionHeads !== 0)
    refuse("attentionHeads", String(attentionHeads), [
      "a divisor of ",
      { option: "hiddenSize" },
      `, ${hiddenSize}`,
    ]);
  if (attention === "dot" && bidirectional && (settled.projectionSize ?? 0) > 0)
    refuse("attention", attention, "general or additive, where both directions of the encoder are projected");
  if (attention === "none" && feeding !== "none")
    refuse("feeding", feeding, ["an ", { option: "attention" }]);
  if (attention === "none" && coverageLoss > 0)
    refuse("coverageLoss", String(coverageLoss), ["an ", { option: "attention" }]);
  if ((coverage || locationFilters > 0) && (attention !== "additive" || feeding === "none"))
    refuse(coverage ? "coverage" : "locationFilters", String(coverage || locationFilters), [
      { option: "attention" },
      " additive and a ",
      { option: "feeding" },
      ", so that a step knows of those before",
    ]);
  if (joint && source !== target)
    refuse("joint", "true", `one kind of tokens on both sides, not ${source} and ${target}`);
  if (tie === "all" && !joint) refuse("tie", "all", ["a ", { option: "joint" }, " vocabulary"]);
  return settled;
}

/** The kinds of tokens of sources and targets. */
export function tokenizersOf({ tokenizer, sourceTokenizer, targetTokenizer }: TranslateSettings) {
  return [sourceTokenizer ?? tokenizer, targetTokenizer ?? tokenizer] as const;
}
