// Which words a text consists of: runs of letters, marks and joiners, digits and underscores. An apostrophe belongs to the word
// when a letter follows it ("don't"), not at its edges; everything else lies between words.

/** A reader's place in a text: the word it is in, and whether anything has been added to it since the prompt. */
export interface WordPlace {
  /** The word so far; empty between words. An apostrophe at its end may turn out not to belong to it. */
  readonly word: string;
  readonly grown: boolean;
  /** Whether a word that had grown is now over. */
  readonly ended: boolean;
}

/** The place after `text`; reading goes no further than the end of the first word that has grown. */
export function readWords(from: WordPlace, text: string): WordPlace {
  let { word, grown } = from;
  for (const character of text) {
    if (/[\p{L}\p{M}\p{N}_\u200c\u200d]/u.test(character)) {
      word += character;
      grown = true;
    } else if (/['’]/.test(character) && /[^'’]$/.test(word)) {
      word += character;
    } else if (grown) {
      return { word: word.replace(/['’]+$/, ""), grown, ended: true };
    } else {
      word = "";
    }
  }
  return { word, grown, ended: false };
}

/** The unfinished word at the end of a prompt: letters added to it will complete it. */
export function promptPlace(prompt: string): WordPlace {
  let word = "";
  for (const character of prompt) {
    const place = readWords({ word, grown: false, ended: false }, character);
    word = place.word;
  }
  return { word, grown: false, ended: false };
}
