/** How often each of the distinct words of a text occurs, the text coming in pieces that are cut anywhere. */
export interface WordCounts {
  add(text: string): void;
  /** No word goes on from here into what is added next. */
  endDocument(): void;
  /** The counts, everything added included. */
  finish(): Map<string, number>;
}

// Enough for the work at the edges of pieces to be nothing, and little memory.
const LEAST_UNITS = 1 << 18;

/**
 * Counts words in memory for the distinct words alone.
 *
 * @param lastCut where a text that goes on can be cut, as `Tokenizer.lastCut`
 * @param forEachWord calls back with each word of a text in order
 */
export function wordCounts(
  lastCut: (text: string) => number,
  forEachWord: (text: string, visit: (word: string) => void) => void,
): WordCounts {
  const counts = new Map<string, number>();
  let pending: string[] = [];
  let pendingUnits = 0;
  let enough = LEAST_UNITS;

  const visit = (word: string) => {
    const count = counts.get(word);
    // A slice of a text keeps the whole text alive behind it; a slice of a copy keeps the copy.
    if (count === undefined) counts.set(` ${word}`.slice(1), 1);
    else counts.set(word, count + 1);
  };

  function endDocument(): void {
    forEachWord(pending.join(""), visit);
    pending = [];
    pendingUnits = 0;
    enough = LEAST_UNITS;
  }

  return {
    add(text) {
      pending.push(text);
      pendingUnits += text.length;
      if (pendingUnits < enough) return;
      const whole = pending.join("");
      const cut = lastCut(whole);
      forEachWord(whole.slice(0, cut), visit);
      pending = cut < whole.length ? [whole.slice(cut)] : [];
      pendingUnits = whole.length - cut;
      // A word that is longer than all this is looked at again only when it has doubled, so that it costs linear time.
      enough = Math.max(LEAST_UNITS, 2 * pendingUnits);
    },
    endDocument,
    finish() {
      endDocument();
      return counts;
    },
  };
}

/** The words by descending count, then in the order of code points. */
export function byFrequency(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || compareCodePoints(left, right),
  );
}

/** The order of code points, which differs from that of `<` beyond U+FFFF. */
function compareCodePoints(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left.charCodeAt(index) === right.charCodeAt(index)) index++;
  // Two characters that differ only in their second half are compared by that half, which is as good.
  return (left.codePointAt(index) ?? -1) - (right.codePointAt(index) ?? -1);
}
