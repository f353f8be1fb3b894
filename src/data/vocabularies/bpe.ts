import { learnMerges } from "../tokenizers/bpe-trainer.ts";
import { ownBpeTokenizer } from "../tokenizers/own-bpe.ts";
import { OWN_RULES } from "../tokenizers/pre-token-patterns.ts";
import { forEachPreToken, lastPreTokenCut } from "../tokenizers/pre-tokens.ts";
import { wordCounts } from "../tokenizers/word-counts.ts";
import { checkedSize, type TokenizerTrainer, type TokenizerTrainerOptions, tooShort } from "./vocabulary.ts";

/** 8,000 merges. */
const DEFAULT_TOKENS = 8256;
const BYTES = 256;

/** Byte pairs: the most frequent, again and again. */
export function bpeTrainer({
  vocabularySize = DEFAULT_TOKENS,
  documents = false,
}: TokenizerTrainerOptions): TokenizerTrainer {
  const special = documents ? BYTES + 1 : BYTES;
  const what = documents ? "256 bytes and <|endoftext|>" : "256 bytes";
  const merges = checkedSize(vocabularySize, special, what) - special;
  const { add, endDocument, finish } = wordCounts(
    (text) => lastPreTokenCut(OWN_RULES, text),
    (text, visit) => forEachPreToken(OWN_RULES, text, visit),
  );
  return {
    add,
    endDocument,
    finish() {
      const counts = finish();
      if (counts.size === 0) throw tooShort("bytes");
      return ownBpeTokenizer(learnMerges(counts, merges), documents);
    },
  };
}
