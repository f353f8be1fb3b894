// How the training of a language model is told to people.
import type { TokenizerKind } from "../../data/tokenizers/tokenizer.ts";
import type { Evaluation } from "../../tasks/language/evaluation/evaluation.ts";
import type { LanguageFacts } from "../../tasks/language/language-task.ts";
import { type CellChoice, cellWords } from "../../tasks/language/model/language-cell.ts";
import type { TrainingSettings } from "../../training/settings.ts";
import { count, counted, figure, short } from "./amounts.ts";
import type { TaskWords } from "./task-words.ts";

type Found = Pick<Evaluation, "bitsPerCharacter" | "lossNats" | "perplexity" | "lossNatsWithoutCondition">;

/** A language model's tokens, perplexity and bits. */
export const languageWords: TaskWords = {
  unit: (settings) => UNITS[settings.tokenizer as keyof typeof UNITS],
  loss: (value) => `${figure(value)} nats`,
  quality: (found) => quality(found as unknown as Found),
  result: (found) => {
    const { perplexity, lossNatsWithoutCondition: without } = found as unknown as Found;
    const unconditioned = without === undefined ? "" : `; ${figure(without)} nats without the condition`;
    return `${quality(found as unknown as Found)}, perplexity ${figure(perplexity)}${unconditioned}`;
  },
  shortQuality: (found) => shortQuality(found as unknown as Found),
  figures: (found) => {
    const { lossNats, bitsPerCharacter, perplexity } = found as unknown as Found;
    return [
      `${figure(lossNats)} nats`,
      bitsPerCharacter === null
        ? `perplexity ${short(perplexity)}`
        : `${bitsPerCharacter.toFixed(3)} bits per character`,
    ];
  },
  facts: (event, unit) => {
    const { vocabularySize, trainingTokens, validationTokens, unknownTokens } =
      event as unknown as LanguageFacts;
    const learned = `${counted(trainingTokens, unit)} to learn from`;
    const heldOut = validationTokens === 0 ? "none held out" : `${count(validationTokens)} held out`;
    const settings = event.settings as unknown as TrainingSettings;
    return [
      ["Model", `${cellName(settings)}, ${counted(event.parameters, "parameter")}`],
      ["Text", `${learned}, ${heldOut}; vocabulary of ${count(vocabularySize)}`],
      ...unknownFact(unknownTokens, unit, settings.tokenizer),
    ];
  },
};

const UNITS = { char: "character", byte: "byte", word: "word", whitespace: "token", bpe: "token" } as const;

/** Text that the vocabulary has no token for is learned from as `<unk>`. */
function unknownFact(
  unknownTokens: number,
  unit: string,
  tokenizer: TokenizerKind,
): readonly (readonly [string, string])[] {
  if (unknownTokens === 0) return [];
  const are = unknownTokens === 1 ? "is" : "are";
  // A text that is cut into tokens already has <unk> where its makers left out a word.
  const why =
    tokenizer === "whitespace"
      ? "<unk>, in the text or because the vocabulary lacks it"
      : "not in the vocabulary, read as <unk>";
  return [["Unknown", `${counted(unknownTokens, unit)} ${are} ${why}`]];
}

/** "2-layer LSTM of 256 units, embedding 128, peepholes". */
export function cellName(
  config: CellChoice & Pick<TrainingSettings, "numLayers" | "embeddingSize" | "tieWeights">,
): string {
  const { numLayers, hiddenSize, lastHiddenSize, embeddingSize, tieWeights } = config;
  const [name, ...unusual] = cellWords(config);
  const last = lastHiddenSize == null ? [] : [`the last ${lastHiddenSize}`];
  const tied = tieWeights ? ["tied to the output"] : [];
  return [
    `${numLayers}-layer ${name} of ${counted(hiddenSize, "unit")}`,
    ...last,
    ...[`embedding ${embeddingSize}`, ...tied, ...unusual],
  ].join(", ");
}

/** The figure by which a model is judged: bits per character, or nats per token where the tokenizer loses text. */
export function quality(evaluation: Pick<Evaluation, "bitsPerCharacter" | "lossNats">): string {
  const { bitsPerCharacter, lossNats } = evaluation;
  const nats = `${figure(lossNats)} nats per token`;
  return bitsPerCharacter === null ? nats : `${figure(bitsPerCharacter)} bits per character, ${nats}`;
}

function shortQuality({ bitsPerCharacter, perplexity }: Found): string {
  return bitsPerCharacter === null
    ? `perplexity ${short(perplexity)}`
    : `${bitsPerCharacter.toFixed(3)} bits`;
}
