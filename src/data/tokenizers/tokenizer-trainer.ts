import { bpeTrainer } from "../vocabularies/bpe.ts";
import { byteTrainer } from "../vocabularies/byte.ts";
import { charTrainer } from "../vocabularies/char.ts";
import {
  checkedKind,
  type TokenizerTrainer,
  type TokenizerTrainerOptions,
  type TrainerMaker,
} from "../vocabularies/vocabulary.ts";
import { whitespaceTrainer } from "../vocabularies/whitespace.ts";
import { wordTrainer } from "../vocabularies/word.ts";
import type { TokenizerKind } from "./tokenizer.ts";

const TRAINERS: Readonly<Record<TokenizerKind, TrainerMaker>> = {
  char: charTrainer,
  byte: byteTrainer,
  word: wordTrainer,
  whitespace: whitespaceTrainer,
  bpe: bpeTrainer,
};

/**
 * Learns characters (Unicode code points, in their order), the most frequent words (then in the order of code points),
 * all tokens of a text that white space has cut already, byte pairs (the most frequent, again and again), or the 256 bytes, whatever the text.
 *
 * @throws UnrolledError "invalid-argument"
 */
export function tokenizerTrainer(options: TokenizerTrainerOptions): TokenizerTrainer {
  return TRAINERS[checkedKind(TRAINERS, options.kind)](options);
}
