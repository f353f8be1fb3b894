import type { Tokenizer, TokenizerKind } from "../tokenizer.ts";
import { kindInJSON, type OwnReader } from "./kind-in-json.ts";

const LOADERS: Readonly<Record<TokenizerKind, () => Promise<OwnReader>>> = {
  char: async () => (await import("./char-from-json.ts")).charFromJSON,
  byte: async () => (await import("./byte-from-json.ts")).byteFromJSON,
  word: async () => (await import("./word-from-json.ts")).wordFromJSON,
  whitespace: async () => (await import("./whitespace-from-json.ts")).whitespaceFromJSON,
  bpe: async () => (await import("./bpe-from-json.ts")).bpeFromJSON,
};

/** The tokenizer in the content of a `tokenizer.json`, as by `tokenizerFromJSON`; what reads other kinds is not loaded. */
export async function loadTokenizerFromJSON(json: unknown): Promise<Tokenizer> {
  const kind = kindInJSON(json);
  const own = kind && (await LOADERS[kind]())(json);
  return own ?? (await import("../pipeline/pipeline-tokenizer.ts")).pipelineTokenizer(json);
}
