// From what a network says at each step to letters, as CTC collapses a path: repeats are one, blanks are gone.

/** The likeliest class of each step of probabilities [T·V]. */
export function pathOf(probabilities: ArrayLike<number>, V: number): number[] {
  return Array.from({ length: probabilities.length / V }, (_, step) => {
    let best = 0;
    for (let v = 1; v < V; v++) if (probabilities[step * V + v] > probabilities[step * V + best]) best = v;
    return best;
  });
}

/** A letter of the text and the steps of the path that are it: from `start` on, up to but not with `end`. */
export interface PathLetter {
  readonly id: number;
  readonly start: number;
  end: number;
}

/** The letters of a path. */
export function lettersOf(path: readonly number[], blank: number): PathLetter[] {
  const letters: PathLetter[] = [];
  for (const [step, id] of path.entries()) {
    if (id === blank) continue;
    if (step > 0 && path[step - 1] === id) letters[letters.length - 1].end = step + 1;
    else letters.push({ id, start: step, end: step + 1 });
  }
  return letters;
}

/** A word of the path's text, and its steps. */
export interface PathWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The words of letters, parted by spaces. */
export function wordsOf(letters: readonly PathLetter[], tokens: readonly string[]): PathWord[] {
  const words: { text: string; start: number; end: number }[] = [];
  let isOpen = false;
  for (const { id, start, end } of letters) {
    if (tokens[id].trim() === "") isOpen = false;
    else if (isOpen) {
      const word = words[words.length - 1];
      word.text += tokens[id];
      word.end = end;
    } else {
      words.push({ text: tokens[id], start, end });
      isOpen = true;
    }
  }
  return words;
}
