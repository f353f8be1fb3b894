import { byteTokenizer } from "../tokenizers/byte-tokenizer.ts";
import { refuseSize, type TokenizerTrainer, type TokenizerTrainerOptions } from "./vocabulary.ts";

/** The 256 bytes, whatever the text. */
export function byteTrainer(options: TokenizerTrainerOptions): TokenizerTrainer {
  refuseSize(options);
  return { add: () => {}, endDocument: () => {}, finish: () => byteTokenizer(options.documents) };
}
