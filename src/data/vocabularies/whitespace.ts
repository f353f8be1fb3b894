import { END_TOKEN, UNKNOWN_TOKEN } from "../tokenizers/tokenizer.ts";
import { forEachWhitespaceToken, lastWhitespaceCut } from "../tokenizers/whitespace-pattern.ts";
import { whitespaceTokenizer } from "../tokenizers/whitespace-tokenizer.ts";
import { byFrequency, wordCounts } from "../tokenizers/word-counts.ts";
import { checkedSize, type TokenizerTrainer, type TokenizerTrainerOptions, tooShort } from "./vocabulary.ts";

/** All tokens of a text that is cut into tokens already, or the most frequent; then in the order of code points. */
export function whitespaceTrainer({
  vocabularySize,
  documents = false,
}: TokenizerTrainerOptions): TokenizerTrainer {
  const special = documents ? 2 : 1;
  const what = documents ? "<unk>, <|endoftext|> and a token" : "<unk> and a token";
  const most =
    vocabularySize === undefined ? undefined : checkedSize(vocabularySize, special + 1, what) - special;
  const { add, endDocument, finish } = wordCounts(lastWhitespaceCut, forEachWhitespaceToken);
  return {
    add,
    endDocument,
    finish() {
      const counts = finish();
      if (counts.size === 0) throw tooShort("tokens");
      // The unknown token has its id whether the text spells it out or not, and so has the end of documents.
      counts.delete(UNKNOWN_TOKEN);
      if (documents) counts.delete(END_TOKEN);
      const learned = byFrequency(counts).slice(0, most);
      const words = learned.map(([word]) => word);
      return whitespaceTokenizer(documents ? [...words, END_TOKEN] : words);
    },
  };
}
