import { closeSync, openSync, writeSync } from "node:fs";

const WORDS = 50_000;
const SENTENCES = 20_000;

/** Small numbers in a fixed order that look random (xorshift; Marsaglia 2003). */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Sentences of words whose frequencies fall off as those of prose do, some with letters beyond ASCII. */
function sentences() {
  const next = numbers(0x9e3779b9);
  const letters = [..."eeeettttaaaooooiiinnnsssrrhhlddcumfpgwybvkxjqzéüñøß"];
  const word = () => Array.from({ length: 1 + next(11) }, () => letters[next(letters.length)]).join("");
  const words = Array.from({ length: WORDS }, word);
  const choose = () => words[next(1 + next(1 + next(WORDS)))];
  return Array.from({ length: SENTENCES }, () => {
    const text = Array.from({ length: 3 + next(20) }, choose).join(" ");
    return `${text[0].toUpperCase()}${text.slice(1)}${[".", ".", "?", "!", " —", " 😀"][next(6)]}`;
  });
}

/** Writes about so many bytes of generated text, as lines or as JSON lines of a few sentences, without holding it. */
export function writeText(path, bytes, asJsonLines) {
  const all = sentences();
  const next = numbers(12345);
  const file = openSync(path, "w");
  try {
    for (let written = 0; written < bytes; ) {
      const lines = [];
      for (let count = 0; count < 2000; count++) {
        const text = Array.from({ length: 1 + next(4) }, () => all[next(SENTENCES)]).join(" ");
        lines.push(asJsonLines ? JSON.stringify({ id: count, text }) : text);
      }
      written += writeSync(file, `${lines.join("\n")}\n`);
    }
  } finally {
    closeSync(file);
  }
}
