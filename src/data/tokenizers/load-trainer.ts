import { charTrainer } from "../vocabularies/char.ts";
import {
  checkedKind,
  type TokenizerTrainer,
  type TokenizerTrainerOptions,
  type TrainerMaker,
} from "../vocabularies/vocabulary.ts";
import type { TokenizerKind } from "./tokenizer.ts";

/** Characters, which are what is used where nothing else is said, are there at once. */
const LOADERS: Readonly<Record<TokenizerKind, () => Promise<TrainerMaker>>> = {
  char: async () => charTrainer,
  byte: async () => (await import("../vocabularies/byte.ts")).byteTrainer,
  word: async () => (await import("../vocabularies/word.ts")).wordTrainer,
  whitespace: async () => (await import("../vocabularies/whitespace.ts")).whitespaceTrainer,
  bpe: async () => (await import("../vocabularies/bpe.ts")).bpeTrainer,
};

/** As `tokenizerTrainer`, for whom one kind is enough: the others are not loaded. */
export async function loadTrainer(options: TokenizerTrainerOptions): Promise<TokenizerTrainer> {
  return (await LOADERS[checkedKind(LOADERS, options.kind)]())(options);
}
