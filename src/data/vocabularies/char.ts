import { charTokenizer } from "../tokenizers/char-tokenizer.ts";
import { lastCharacterCut } from "../tokenizers/character-cut.ts";
import { refuseSize, type TokenizerTrainer, type TokenizerTrainerOptions, tooShort } from "./vocabulary.ts";

/** All characters (Unicode code points), in their order. */
export function charTrainer(options: TokenizerTrainerOptions): TokenizerTrainer {
  refuseSize(options);
  const seen = new Uint8Array(0x110000);
  // Half a surrogate pair at the end of a piece, to be joined with its partner in the next.
  let half = "";
  return {
    add(piece) {
      const text = half + piece;
      const cut = lastCharacterCut(text);
      half = text.slice(cut);
      for (let index = 0; index < cut; index++) {
        const codePoint = text.codePointAt(index) as number;
        seen[codePoint] = 1;
        if (codePoint > 0xffff) index++;
      }
    },
    endDocument() {
      half = "";
    },
    finish() {
      // Half a pair without its partner is no character.
      seen.fill(0, 0xd800, 0xe000);
      const codePoints: number[] = [];
      for (let codePoint = 0; codePoint < seen.length; codePoint++) {
        if (seen[codePoint] === 1) codePoints.push(codePoint);
      }
      if (codePoints.length === 0) throw tooShort("characters");
      return charTokenizer(codePoints, options.documents);
    },
  };
}
