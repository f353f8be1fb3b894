// What can be said of a translator, and of the data that it learns from.
import { TOKENIZER_KINDS } from "../../data/tokenizers/tokenizer.ts";
import { BLEU_SMOOTHINGS, BLEU_TOKENIZATIONS } from "../../metrics/text/bleu-kinds.ts";
import { name as isName } from "../../options/field-checks.ts";
import {
  flagOption,
  numberOption,
  type Option,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { DATA } from "../examples/data-options.ts";
import { CELL_OPTIONS } from "../language/cell-options.ts";
import { MODEL, sizeOption } from "../reader/model-options.ts";
import { TEXT } from "../reader/text-options.ts";

/** How a query is held against the encoder's states (Luong et al. 2015; Bahdanau et al. 2015); none: the decoder has its first states alone. */
export const ATTENTIONS = ["general", "dot", "additive", "none"] as const;

/** What of attention is fed to the recurrence: nothing, the output of the step before, or the context that its state finds. */
export const FEEDINGS = ["none", "output", "context"] as const;

/** Which embeddings are one: none, the decoder's with the output's weights, or the encoder's with both. */
export const TIES = ["none", "output", "all"] as const;

const whole = (least: number) => ({ whole: true, atLeast: least }) as const;

/** A column of a table by its name, or by its number from 1. */
function columnOption(side: "source" | "target"): Option<string | number | null> {
  const isNumber = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
  return {
    form: "text",
    check: (value) => (value === null || isNumber(value) ? undefined : isName(value)),
    default: null,
    defaultText: `${side}; without one, the ${side === "source" ? "first" : "second"}`,
    placeholder: "column",
    group: DATA,
    help: `of tables: the column of ${side}s, by name or number`,
  };
}

/** The options of the task "translate". */
export const TRANSLATE_OPTIONS = {
  sourceColumn: columnOption("source"),
  targetColumn: columnOption("target"),
  maxLength: numberOption(whole(2), {
    default: 100,
    placeholder: "n",
    group: DATA,
    help: "most tokens of a source and of a target; longer pairs are not learned from",
  }),
  valFraction: shareOption({
    default: 0.05,
    placeholder: "share",
    group: DATA,
    help: "share that is held out to measure on",
  }),
  tokenizer: wordOption(TOKENIZER_KINDS, {
    default: "bpe",
    placeholder: "kind",
    group: TEXT,
    help: "what a token is, on both sides",
  }),
  sourceTokenizer: wordOption(TOKENIZER_KINDS, {
    default: null,
    defaultText: "tokenizer",
    placeholder: "kind",
    group: TEXT,
    help: "what a token of a source is",
  }),
  targetTokenizer: wordOption(TOKENIZER_KINDS, {
    default: null,
    defaultText: "tokenizer",
    placeholder: "kind",
    group: TEXT,
    help: "what a token of a target is",
  }),
  vocabSize: numberOption(whole(2), {
    default: 8000,
    placeholder: "n",
    group: TEXT,
    help: "most tokens in a vocabulary",
  }),
  joint: flagOption({ default: false, group: TEXT, help: "one vocabulary for sources and targets" }),
  lowercase: flagOption({ default: false, group: TEXT, help: "take all letters for lower case" }),
  embeddingSize: sizeOption(256, "numbers per token"),
  ...CELL_OPTIONS,
  hiddenSize: sizeOption(256, "units per layer; each direction of the encoder has half of them"),
  numLayers: sizeOption(1, "recurrent layers of the encoder and of the decoder"),
  bidirectional: flagOption({ default: true, group: MODEL, help: "let the encoder read forwards alone" }),
  attention: wordOption(ATTENTIONS, {
    default: "general",
    placeholder: "kind",
    group: MODEL,
    help: "how the decoder looks back at the source",
  }),
  attentionHeads: sizeOption(1, "heads of attention"),
  feeding: wordOption(FEEDINGS, {
    default: "none",
    placeholder: "what",
    group: MODEL,
    help: "what of attention the decoder's next step reads: nothing, its output (Luong), or its context before it (Bahdanau)",
  }),
  coverage: flagOption({
    default: false,
    group: MODEL,
    help: "let additive attention know where it has looked (See et al. 2017)",
  }),
  coverageLoss: numberOption(
    { atLeast: 0 },
    { default: 0, placeholder: "f", group: MODEL, help: "what looking twice at one place costs" },
  ),
  locationFilters: sizeOption(0, "filters over where additive attention looked last; 0: none", 0),
  tie: wordOption(TIES, {
    default: "output",
    placeholder: "what",
    group: MODEL,
    help: "embeddings that are one: the target's with the output's, or all",
  }),
  dropout: shareOption({
    default: 0.3,
    placeholder: "p",
    group: MODEL,
    help: "dropout behind embeddings, between layers and before the output",
  }),
  labelSmoothing: shareOption({
    default: 0.1,
    placeholder: "e",
    group: MODEL,
    help: "share of a target's probability that goes to all tokens evenly",
  }),
} as const;

/** How targets are searched for. */
export const TRANSLATE_SEARCH_OPTIONS = {
  beam: numberOption(whole(1), {
    default: 5,
    placeholder: "k",
    help: "hypotheses that are followed at a time; 1: the likeliest token at each step",
  }),
  lengthPenalty: numberOption(
    { atLeast: 0 },
    { default: 0.6, placeholder: "a", help: "how much longer targets are favoured (Wu et al. 2016)" },
  ),
  coveragePenalty: numberOption(
    { atLeast: 0 },
    { default: 0, placeholder: "b", help: "what is lost where no token looked at a part of the source" },
  ),
  noRepeatNgram: numberOption(whole(0), {
    default: 0,
    placeholder: "n",
    help: "no n tokens follow one another twice; 0: they may",
  }),
  minLength: numberOption(whole(0), { default: 0, placeholder: "n", help: "fewest tokens of a target" }),
  maxLength: numberOption(whole(1), {
    default: null,
    defaultText: "as in training",
    placeholder: "n",
    help: "most tokens of a target",
  }),
} as const;

/** What can be said of a measurement. */
export const TRANSLATE_EVALUATE_OPTIONS = {
  ...TRANSLATE_SEARCH_OPTIONS,
  bleuTokenize: wordOption(BLEU_TOKENIZATIONS, {
    default: "13a",
    placeholder: "kind",
    help: "what BLEU takes for a word, as sacreBLEU calls it",
  }),
  bleuSmooth: wordOption(BLEU_SMOOTHINGS, {
    default: "exp",
    placeholder: "kind",
    help: "what BLEU takes for runs of words without a match",
  }),
  bootstrap: numberOption(whole(0), {
    default: 0,
    placeholder: "n",
    help: "draw the pairs again so often for intervals of the figures; 0: none",
  }),
} as const;

/** What can be said of a translation that is asked for. */
export const TRANSLATE_ANSWER_OPTIONS = {
  ...TRANSLATE_SEARCH_OPTIONS,
  nBest: numberOption(whole(1), { default: 1, placeholder: "n", help: "targets of each source, best first" }),
  prefix: textOption({
    default: null,
    defaultText: "none",
    placeholder: "text",
    help: "what targets begin with",
  }),
  temperature: numberOption(
    { above: 0 },
    {
      default: null,
      defaultText: "search",
      placeholder: "t",
      help: "draw targets instead of searching for the best; below 1 surer",
    },
  ),
  seed: numberOption(whole(0), { default: 1, placeholder: "n", help: "seed of what is drawn" }),
  alignment: flagOption({ default: false, help: "show which source token each target token looked at" }),
  plotFile: textOption({
    default: null,
    defaultText: "none",
    placeholder: "file",
    help: "draw it into a file, .svg or .png",
  }),
} as const;

/** The values of a search. */
export type TranslateSearch = ValuesOf<typeof TRANSLATE_SEARCH_OPTIONS>;

/** What a translator is trained with, beside the settings of the loop. */
export type TranslateSettings = ValuesOf<typeof TRANSLATE_OPTIONS>;
