import { scoreDynamically } from "../../tasks/language/evaluation/dynamic-evaluate.ts";
import { score } from "../../tasks/language/evaluation/evaluate.ts";
import type { Evaluation } from "../../tasks/language/evaluation/evaluation.ts";
import type { LanguageModel } from "../../tasks/language/model/language-model.ts";
import { defaultCacheFolder } from "../cache-folder.ts";
import { UsageError } from "../failure.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openLanguageFolder } from "../model-folder.ts";
import { dataFiles } from "../run/data-files.ts";
import { scoredFiles } from "../scored-files.ts";
import { count } from "../screen/amounts.ts";
import { wrapped } from "../screen/wrap.ts";
import type { EvalOptions } from "./eval-command.ts";

async function plainFound(
  { network, tokenizer }: LanguageModel,
  files: readonly string[],
  { dynamic, dynamicRate: rate, dynamicDecay: decay, field, cache }: EvalOptions,
): Promise<Evaluation> {
  const texts = await scoredFiles(tokenizer, files, { field, cacheFolder: cache ?? defaultCacheFolder() });
  return dynamic
    ? scoreDynamically(network, tokenizer, texts, { rate, decay })
    : score(network, tokenizer, texts);
}

/** Of a model with a condition: each text is read with its category, and with none. */
async function conditionedFound(
  model: LanguageModel,
  files: readonly string[],
  { dynamic, field }: EvalOptions,
): Promise<Evaluation> {
  const flag = dynamic ? "--dynamic" : field === undefined ? undefined : "--field <name>";
  if (flag !== undefined)
    throw new UsageError(`option '${flag}' is for models without a condition, and this one has one`);
  const { evaluateConditioned } = await import("../../tasks/language/condition/evaluate-conditioned.ts");
  return evaluateConditioned(model, await dataFiles(files));
}

/** `unrolled eval`: the figures of a model on texts, as a table or as JSON. */
export async function runEvalCommand(
  folder: string,
  files: readonly string[],
  options: EvalOptions,
): Promise<void> {
  const { dynamic = false, dynamicRate: rate, dynamicDecay: decay } = options;
  for (const [name, value] of [
    ["--dynamic-rate <rate>", rate],
    ["--dynamic-decay <share>", decay],
  ] as const) {
    if (value !== undefined && !dynamic) throw new UsageError(`option '${name}' needs --dynamic`);
  }
  quitWhenInterrupted();
  // Only a model that learns while it is measured needs its weights as float32.
  const weights = dynamic ? "float32" : "stored";
  const model = await openLanguageFolder(folder, options.backend, { weights });
  const found = model.config.condition
    ? await conditionedFound(model, files, options)
    : await plainFound(model, files, options);
  if (options.json) return printJson(dynamic ? { ...found, dynamic } : found);

  const { tokens, characters, lossNats, standardErrorNats, perplexity, bitsPerCharacter, unknownTokens } =
    found;
  const { lossNatsWithoutCondition } = found;
  const rows = [
    [
      "Bits per character",
      bitsPerCharacter === null ? "unknown: words lose white space" : bitsPerCharacter.toFixed(4),
    ],
    ["Loss", `${lossNats.toFixed(4)} ± ${standardErrorNats.toFixed(4)} nats per token`],
    ...(lossNatsWithoutCondition === undefined
      ? []
      : [["Without condition", `${lossNatsWithoutCondition.toFixed(4)} nats per token`]]),
    ["Perplexity", perplexity.toFixed(3)],
    ["Tokens predicted", count(tokens)],
    ["Characters", count(characters)],
    ["Unknown tokens", count(unknownTokens)],
    ...(dynamic ? [["Learning", "from each part of a text once it was measured"]] : []),
  ];
  // A line that goes into a file or another program stays one.
  const columns = process.stdout.columns || Number.POSITIVE_INFINITY;
  process.stdout.write(
    rows.map(([name, value]) => `${wrapped(`${name.padEnd(20)}${value}`, columns, 20)}\n`).join(""),
  );
}
