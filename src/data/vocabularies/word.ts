import { byFrequency, wordCounts } from "../tokenizers/word-counts.ts";
import { forEachWord, lastWordCut } from "../tokenizers/word-pattern.ts";
import { wordTokenizer } from "../tokenizers/word-tokenizer.ts";
import { checkedSize, type TokenizerTrainer, type TokenizerTrainerOptions, tooShort } from "./vocabulary.ts";

const DEFAULT_WORDS = 10_000;

/** The most frequent words, then in the order of code points. */
export function wordTrainer({
  vocabularySize = DEFAULT_WORDS,
  documents = false,
}: TokenizerTrainerOptions): TokenizerTrainer {
  const special = documents ? 2 : 1;
  const what = documents ? "<unk>, <|endoftext|> and a word" : "<unk> and a word";
  const words = checkedSize(vocabularySize, special + 1, what) - special;
  const { add, endDocument, finish } = wordCounts(lastWordCut, forEachWord);
  return {
    add,
    endDocument,
    finish() {
      const learned = byFrequency(finish()).slice(0, words);
      if (learned.length === 0) throw tooShort("words");
      return wordTokenizer(
        learned.map(([word]) => word),
        documents,
      );
    },
  };
}
