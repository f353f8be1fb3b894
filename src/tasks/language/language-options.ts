// What can be said of a language model and of the texts that it learns from.
import { TOKENIZER_KINDS, type TokenizerKind } from "../../data/tokenizers/tokenizer.ts";
import { naming, UnrolledError } from "../../errors.ts";
import {
  flagOption,
  type GivenFor,
  numberOption,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { CELL_OPTIONS } from "./cell-options.ts";
import { cellShapeOf, checkCell, lastLayerOf, settledCell } from "./model/language-cell.ts";

const TEXT = "Text:";
const MODEL = "Model:";

/** Sizes of vocabularies that are learned, null for all tokens of the text; the others are as large as they are. */
const VOCABULARY_SIZES: Readonly<Partial<Record<TokenizerKind, number | null>>> = {
  word: 10_000,
  whitespace: null,
  bpe: 8256,
};
const LEARNED = Object.keys(VOCABULARY_SIZES);

const size = (byDefault: number, help: string) =>
  numberOption({ whole: true, atLeast: 1 }, { default: byDefault, placeholder: "n", group: MODEL, help });
const dropout = (what: string) =>
  shareOption({
    default: null,
    defaultText: "the same",
    placeholder: "p",
    group: MODEL,
    help: `dropout of ${what}`,
  });
const drop = (what: string) =>
  shareOption({ default: 0, placeholder: "p", group: MODEL, help: `dropout of ${what}` });
const penalty = (placeholder: string, outputs: string) =>
  numberOption(
    { atLeast: 0 },
    { default: 0, placeholder, before: "averageDecay", help: `penalty on ${outputs}` },
  );

/** The options of the task "language". */
export const LANGUAGE_OPTIONS = {
  tokenizer: wordOption(TOKENIZER_KINDS, {
    default: "char",
    placeholder: "kind",
    group: TEXT,
    help: "what a token is",
  }),
  /** Most tokens in a vocabulary that is learned, `<unk>` included. */
  vocabSize: numberOption(
    { whole: true, atLeast: 2 },
    {
      default: null,
      defaultText: Object.entries(VOCABULARY_SIZES)
        .map(([kind, size]) => `${kind} ${size ?? "all"}`)
        .join(", "),
      placeholder: "n",
      group: TEXT,
      only: { option: "tokenizer", words: LEARNED },
      help: `${LEARNED.join(", ")}: size of the vocabulary`,
    },
  ),
  condition: textOption({
    default: null,
    defaultText: "none",
    placeholder: "column",
    group: TEXT,
    help: "what each text is written for: a column, or columns of numbers with commas; of files, their names",
  }),
  /** null: categories, or numbers where there are several columns, or one with more than 20 numbers that differ. */
  conditionKind: wordOption(["categories", "numbers"], {
    default: null,
    defaultText: "found out",
    placeholder: "kind",
    group: TEXT,
    help: "what the condition's column has",
  }),
  text: textOption({
    default: null,
    defaultText: "found out",
    placeholder: "column",
    group: TEXT,
    help: "tables, with a condition: column of the texts",
  }),
  shuffle: wordOption(["none", "documents"], {
    default: "none",
    placeholder: "what",
    group: TEXT,
    help: "another order in each epoch",
  }),
  valFraction: shareOption({
    default: 0.1,
    placeholder: "share",
    group: TEXT,
    help: "share of the text, its last part, that is held out to measure on",
  }),
  ...CELL_OPTIONS,
  hiddenSize: size(256, "units per layer"),
  numLayers: size(2, "layers"),
  /** As large as the embedding in AWD-LSTM (Merity, Keskar & Socher 2018), so that one matrix can be tied. */
  lastHiddenSize: numberOption(
    { whole: true, atLeast: 1 },
    {
      default: null,
      defaultText: "the same",
      placeholder: "n",
      group: MODEL,
      help: "units of the last layer, if it has a width of its own",
    },
  ),
  embeddingSize: numberOption(
    { whole: true, atLeast: 1 },
    {
      default: 128,
      defaultText: (named) => `128; with ${named("tieWeights")} the last layer's size`,
      placeholder: "n",
      group: MODEL,
      help: "numbers per token at the input",
    },
  ),
  /** null: √3, or 0.1 with tied weights. */
  embeddingRange: numberOption(
    { above: 0 },
    {
      default: null,
      defaultText: (named) => `1.73; with ${named("tieWeights")} 0.1`,
      placeholder: "r",
      group: MODEL,
      help: "first embeddings are drawn from ± this",
    },
  ),
  /** null: 16 with a condition. */
  conditionSize: numberOption(
    { whole: true, atLeast: 1 },
    {
      default: null,
      defaultText: "16",
      placeholder: "n",
      group: MODEL,
      help: "numbers that are made of the condition at the input",
    },
  ),
  /** null: 0.1 with a condition, as in classifier-free guidance (Ho & Salimans 2022). */
  conditionDropout: shareOption({
    default: null,
    defaultText: "0.1",
    placeholder: "p",
    group: MODEL,
    help: "share of texts whose condition is hidden, so that the model also knows none",
  }),
  dropout: shareOption({
    default: 0.3,
    placeholder: "p",
    group: MODEL,
    help: "probability of dropping an entry",
  }),
  inputDropout: dropout("the embedding's entries"),
  layerDropout: dropout("entries between layers"),
  outputDropout: dropout("entries before the output"),
  embeddingDropout: drop("whole words"),
  lockedDropout: flagOption({
    default: false,
    group: MODEL,
    help: "one mask for all steps of a sequence",
  }),
  weightDrop: drop("recurrent weights"),
  tieWeights: flagOption({
    default: false,
    group: MODEL,
    help: "one matrix for the embedding and the output; needs equal sizes",
  }),
  /** T: steps of truncated backpropagation through time. */
  seqLength: numberOption(
    { whole: true, atLeast: 1 },
    { default: 64, placeholder: "n", before: "batchSize", help: "steps that gradients go back" },
  ),
  /** α and β of Merity, McCann & Socher 2017. */
  activationRegularization: penalty("a", "large outputs"),
  temporalActivationRegularization: penalty("b", "outputs that change"),
} as const;

/** What a language model is trained with, beside the settings of the loop. */
export type LanguageSettings = ValuesOf<typeof LANGUAGE_OPTIONS>;

/** Fills in what follows from other settings: the size of a vocabulary that is learned, the embedding of tied weights. */
export function settleLanguage(
  given: GivenFor<typeof LANGUAGE_OPTIONS>,
  values: LanguageSettings,
): LanguageSettings {
  const learned = VOCABULARY_SIZES[values.tokenizer];
  if (given.vocabSize != null && learned === undefined) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "vocabSize" }],
      got: String(given.vocabSize),
      needed: `none but with the ${LEARNED.slice(0, -1).join(", ")} or ${LEARNED.at(-1)} tokenizer`,
    });
  }
  // Only options of the cell that there is are settings, and those that were not said are as it has them.
  checkCell("train", { ...given, cell: values.cell, hiddenSize: values.hiddenSize });
  const ofCell = settledCell(values, given);
  const { outputSize, projects } = cellShapeOf(lastLayerOf({ ...values, ...ofCell }));
  if (values.lastHiddenSize !== null && values.numLayers === 1) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "lastHiddenSize" }],
      got: String(values.lastHiddenSize),
      needed: naming`none with one layer; give ${{ option: "hiddenSize" }} instead`,
    });
  }
  const settled = {
    ...values,
    ...ofCell,
    ...settledCondition(values),
    vocabSize: values.vocabSize ?? learned ?? null,
    // Tied weights need one size; one that is given stands for both.
    embeddingSize: values.tieWeights && given.embeddingSize === undefined ? outputSize : values.embeddingSize,
  };
  if (settled.tieWeights && settled.embeddingSize !== outputSize) {
    const [tied, embedding, width] = [
      "tieWeights",
      "embeddingSize",
      projects ? "projectionSize" : values.lastHiddenSize === null ? "hiddenSize" : "lastHiddenSize",
    ].map((option) => ({ option }));
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: naming`${tied} needs ${embedding} = ${width}, got ${settled.embeddingSize} and ${outputSize}`,
    });
  }
  return settled;
}

/** A condition's size and dropout; without a condition they, and a column of texts, are refused. */
function settledCondition(
  values: LanguageSettings,
): Pick<LanguageSettings, "conditionSize" | "conditionDropout"> {
  const { condition, conditionSize, conditionDropout } = values;
  if (condition !== null)
    return { conditionSize: conditionSize ?? 16, conditionDropout: conditionDropout ?? 0.1 };
  for (const option of ["text", "conditionKind", "conditionSize", "conditionDropout"] as const) {
    if (values[option] === null) continue;
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option }],
      got: String(values[option]),
      needed: naming`none without ${{ option: "condition" }}`,
    });
  }
  return { conditionSize: null, conditionDropout: null };
}
