import colors from "picocolors";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { type Condition, isOfNumbers } from "../../tasks/language/condition/condition.ts";
import { numbersText } from "../../tasks/language/condition/condition-of-texts.ts";
import type { Evaluation } from "../../tasks/language/evaluation/evaluation.ts";
import { describedTask } from "../../tasks/task-table.ts";
import type { ModelFacts } from "../facts/model-facts.ts";
import { settingsText } from "../facts/settings-text.ts";
import { readModelOptions } from "../flags/reading-options.ts";
import { printJson } from "../json-lines.ts";
import { modelAt, weightsAloneAt } from "../model-at.ts";
import { openLanguageFolder } from "../model-folder.ts";
import { count, counted } from "../screen/amounts.ts";
import { cellName, quality } from "../screen/language-words.ts";
import { wrapped } from "../screen/wrap.ts";
import type { InfoOptions } from "./info-command.ts";

const DEFAULT_COLUMNS = 80;
const VOCABULARY_SHOWN = 100;

/** `unrolled info`: what a model is, for people or as JSON. */
export async function runInfoCommand(path: string, options: InfoOptions): Promise<void> {
  const reading = await readModelOptions(options);
  const alone = reading.config === undefined ? await weightsAloneAt(path, reading) : undefined;
  if (alone) return tell(path, alone, options);
  const data = await modelAt(path, reading);
  if (data.format === "language-model") return languageModelInfo(path, options);
  const { modelFacts } = await import("../facts/facts-text.ts");
  await tell(path, await modelFacts(data, reading), options);
}

async function tell(path: string, facts: ModelFacts, options: InfoOptions): Promise<void> {
  if (options.json) return printJson({ path, ...facts });
  const { factsText } = await import("../facts/facts-text.ts");
  const task = facts.task === undefined ? undefined : await describedTask(facts.task);
  process.stdout.write(factsText(facts, process.stdout.columns || DEFAULT_COLUMNS, task));
}

async function languageModelInfo(folder: string, options: InfoOptions): Promise<void> {
  const { network, config, tokenizer, training, evaluation } = await openLanguageFolder(
    folder,
    options.backend,
  );
  const { backend, reason } = network.device;
  const { vocabularySize, ...sizes } = config;
  const tensors = [...network.namedParameters()].map(([name, { shape }]) => ({ name, shape: [...shape] }));
  const parameters = network.parameterCount();
  if (options.json) {
    return printJson({
      path: folder,
      format: "language-model",
      ...sizes,
      vocabSize: vocabularySize,
      parameters,
      tensors,
      training: training ?? null,
      evaluation: evaluation ?? null,
      backend,
      backendReason: reason,
    });
  }

  const facts: [string, string][] = [
    ["Model", cellName(config)],
    ["Dropout", String(sizes.dropout)],
    ["Parameters", count(parameters)],
    ["Vocabulary", `${counted(vocabularySize, VOCABULARY_UNITS[tokenizer.kind])}: ${someTokens(tokenizer)}`],
    ...(config.condition ? [conditionFact(config.condition)] : []),
    [
      "Quality",
      evaluation
        ? `${quality(evaluation)} on ${counted(evaluation.tokens, "held-out token")}${without(evaluation)}`
        : "not measured: nothing was held out",
    ],
    ["Training", training ? settingsText(training) : "unknown"],
    ["Backend", `${backend} (${reason})`],
  ];
  const columns = process.stdout.columns || DEFAULT_COLUMNS;
  for (const [name, value] of facts)
    process.stdout.write(`${wrapped(`${colors.bold(name.padEnd(12))}${value}`, columns, 12)}\n`);
  const nameColumns = Math.max(...tensors.map(({ name }) => name.length));
  process.stdout.write(`${colors.bold("Tensors")}\n`);
  for (const { name, shape } of tensors)
    process.stdout.write(`  ${name.padEnd(nameColumns)}  [${shape.join(", ")}]\n`);
}

const VOCABULARY_UNITS = {
  char: "character",
  byte: "byte",
  word: "word",
  whitespace: "token",
  bpe: "token",
} as const;

/** The first id worth showing: not <unk> in front of characters, nor the bytes in front of merged tokens. */
const FIRST_SHOWN = { char: 1, byte: 0, word: 0, whitespace: 0, bpe: 256 } as const;

/** As much of a vocabulary as a glance takes in. */
function someTokens(tokenizer: Tokenizer): string {
  if (tokenizer.kind === "byte") return "all there are";
  // Vocabularies of other libraries need not have the bytes in front.
  const first = tokenizer.vocabularySize > FIRST_SHOWN[tokenizer.kind] ? FIRST_SHOWN[tokenizer.kind] : 0;
  const tokens: string[] = [];
  for (let id = first; id < tokenizer.vocabularySize && tokens.length < VOCABULARY_SHOWN; id++) {
    tokens.push(JSON.stringify(tokenizer.token(id)).slice(1, -1).replaceAll(" ", "␣"));
  }
  return tokens.join(" ") + (tokenizer.vocabularySize - first > tokens.length ? " …" : "");
}

function conditionFact(condition: Condition): [string, string] {
  const { name } = condition;
  if (isOfNumbers(condition)) return ["Condition", numbersText(condition)];
  const { categories } = condition;
  return ["Condition", `${name}, ${count(categories.length)} categories: ${categories.join(", ")}`];
}

function without({ lossNatsWithoutCondition: nats }: Evaluation): string {
  return nats === undefined ? "" : `; ${nats.toFixed(3)} nats without the condition`;
}
