import { bpeFromJSON } from "./json/bpe-from-json.ts";
import { byteFromJSON } from "./json/byte-from-json.ts";
import { charFromJSON } from "./json/char-from-json.ts";
import { kindInJSON, type OwnReader } from "./json/kind-in-json.ts";
import { whitespaceFromJSON } from "./json/whitespace-from-json.ts";
import { wordFromJSON } from "./json/word-from-json.ts";
import { pipelineTokenizer } from "./pipeline/pipeline-tokenizer.ts";
import type { Tokenizer, TokenizerKind } from "./tokenizer.ts";

const READERS: Readonly<Record<TokenizerKind, OwnReader>> = {
  char: charFromJSON,
  byte: byteFromJSON,
  word: wordFromJSON,
  whitespace: whitespaceFromJSON,
  bpe: bpeFromJSON,
};

/**
 * The tokenizer in the parsed content of a `tokenizer.json`: what this library writes, also when Hugging Face's
 * tokenizers have saved it again; byte-level byte pair encodings in the form of GPT-2, RoBERTa, GPT-4, Llama 3 and
 * Qwen 2; and any other file, by the normaliser, pre-tokeniser, model (`BPE`, `Unigram`, `WordLevel`, `WordPiece`) and
 * decoder that it lists. What cannot be followed exactly is refused, since it would silently encode to other ids.
 *
 * @throws UnrolledError "invalid-file" that names the first step or field that is wrong or not read
 */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  const kind = kindInJSON(json);
  return (kind && READERS[kind](json)) ?? pipelineTokenizer(json);
}
