// A text of any size for measuring tokenizers: words of syllables, as often as in a language (Zipf 1935: the r-th word's
// share is proportional to 1/r), in sentences with numbers and punctuation; every twentieth word is a new one.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { Generator } from "../dist/random/philox.js";

const WORDS = 300_000;
const PIECE_UNITS = 1 << 20;
const SYLLABLES = {
  latin:
    "ba ka di lo mer tan si é ron ul qua the ing er st ny vo gra pel um ou ze fi ho jun wex cy dra ap il".split(
      " ",
    ),
  devanagari: "क खा गि नी पु मे तो सं र्य श्र हि ल वा दे क्ष".split(" "),
  thai: "กา ที่ นี้ รัก ไป มา ครับ เป็น ของ ได้".split(" "),
  chinese: [
    ..."的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文",
  ],
};
/** The shares of the scripts, the rest being Latin. */
const OTHERS = [
  ["devanagari", 0.03],
  ["thai", 0.02],
  ["chinese", 0.02],
];

/** Yields pieces of a text of about `bytes` bytes of UTF-8, the same for the same seed. */
function* pieces(bytes, seed, realText) {
  const generator = new Generator(seed);
  const uniform = () => generator.bits() / 2 ** 32;
  const pick = (list) => list[generator.bits() % list.length];
  const newWord = () => {
    const share = uniform();
    let script = "latin";
    let sum = 0;
    for (const [name, part] of OTHERS) {
      sum += part;
      if (share < sum) {
        script = name;
        break;
      }
    }
    return Array.from({ length: 1 + (generator.bits() % 4) }, () => pick(SYLLABLES[script])).join("");
  };
  const words = Array.from({ length: WORDS }, newWord);
  let written = 0;
  let piece = realText;
  let position = 0;
  while (written < bytes) {
    while (piece.length < PIECE_UNITS) {
      // Of words whose shares fall as 1/r, the logarithm of the rank is uniform.
      const rank = Math.floor(WORDS ** uniform()) - 1;
      let word = uniform() < 0.05 ? newWord() : words[rank];
      if (position === 0) word = word.charAt(0).toUpperCase() + word.slice(1);
      if (uniform() < 0.02) word = String(generator.bits() % 10_000);
      position += 1;
      const isLast = position > 5 && uniform() < 0.1;
      piece += word + (isLast ? (uniform() < 0.2 ? ".\n" : ". ") : uniform() < 0.08 ? ", " : " ");
      if (isLast) position = 0;
    }
    written += Buffer.byteLength(piece);
    yield piece;
    piece = "";
  }
}

/** Writes the text to a file, a real text in front where one is there. Returns the bytes written. */
export function writeText(path, bytes, seed, realTextPath) {
  const realText = existsSync(realTextPath) ? readFileSync(realTextPath, "utf8") : "";
  const file = openSync(path, "w");
  let written = 0;
  for (const piece of pieces(bytes, seed, realText)) written += writeSync(file, piece);
  closeSync(file);
  return written;
}
