// Texts as tokens, for tasks that read them whole.
import { TOKENIZER_KINDS } from "../../data/tokenizers/tokenizer.ts";
import { flagOption, numberOption, shareOption, wordOption } from "../../options/option.ts";
import { MODEL, sizeOption } from "./model-options.ts";

/** The heading of what texts are. */
export const TEXT = "Text:";

/** Options of texts. */
export const TEXT_OPTIONS = {
  tokenizer: wordOption(TOKENIZER_KINDS, {
    default: "word",
    placeholder: "kind",
    group: TEXT,
    help: "what a token is",
  }),
  vocabSize: numberOption(
    { whole: true, atLeast: 2 },
    { default: 8000, placeholder: "n", group: TEXT, help: "most tokens in the vocabulary" },
  ),
  lowercase: flagOption({ default: true, group: TEXT, help: "keep upper and lower case apart" }),
  embeddingSize: sizeOption(64, "numbers per token at the input"),
  wordDropout: shareOption({
    default: 0.2,
    placeholder: "p",
    group: MODEL,
    help: "dropout of whole tokens of the vocabulary",
  }),
} as const;
