// The alignment of a reference and what was recognised, as NIST's sclite makes it: of all the one with the least sum of weights, 0 for what
// is right, 4 for a substitution, 3 for a deletion and 3 for an insertion. Where several have it, sclite decides from the end: it takes a
// pair before a gap, and of two gaps the insertion.

/** One column of an alignment: both where they stand beside each other, one where the other has a gap. */
export interface AlignedPair<Symbol = string> {
  readonly reference?: Symbol;
  readonly hypothesis?: Symbol;
  readonly kind: "correct" | "substitution" | "deletion" | "insertion";
}

const SUBSTITUTION = 4;
const GAP = 3;

/**
 * What of a reference was recognised, left out or taken for something else, and what was put in, with sclite's weights and order.
 *
 * @param reference symbols that are told apart by ===, such as words or phonemes
 */
export function alignSequences<Symbol>(
  reference: readonly Symbol[],
  hypothesis: readonly Symbol[],
): AlignedPair<Symbol>[] {
  const width = hypothesis.length + 1;
  const costs = new Float64Array((reference.length + 1) * width);
  for (let i = 0; i <= reference.length; i++) {
    for (let j = 0; j <= hypothesis.length; j++) {
      if (i + j === 0) continue;
      costs[i * width + j] = Math.min(pairCost(i, j), deletionCost(i, j), insertionCost(i, j));
    }
  }
  const pairs: AlignedPair<Symbol>[] = [];
  for (let i = reference.length, j = hypothesis.length; i + j > 0; ) {
    const cost = costs[i * width + j];
    if (pairCost(i, j) === cost) {
      i -= 1;
      j -= 1;
      const kind = reference[i] === hypothesis[j] ? "correct" : "substitution";
      pairs.push({ reference: reference[i], hypothesis: hypothesis[j], kind });
    } else if (insertionCost(i, j) === cost) {
      j -= 1;
      pairs.push({ hypothesis: hypothesis[j], kind: "insertion" });
    } else {
      i -= 1;
      pairs.push({ reference: reference[i], kind: "deletion" });
    }
  }
  return pairs.reverse();

  function pairCost(i: number, j: number): number {
    if (i === 0 || j === 0) return Number.POSITIVE_INFINITY;
    const isSame = reference[i - 1] === hypothesis[j - 1];
    return costs[(i - 1) * width + j - 1] + (isSame ? 0 : SUBSTITUTION);
  }

  function deletionCost(i: number, j: number): number {
    return i === 0 ? Number.POSITIVE_INFINITY : costs[(i - 1) * width + j] + GAP;
  }

  function insertionCost(i: number, j: number): number {
    return j === 0 ? Number.POSITIVE_INFINITY : costs[i * width + j - 1] + GAP;
  }
}

/** An alignment in three lines, as sclite prints it: what was said, what was recognised (in capitals what is wrong), and S, D or I. */
export function alignmentText(pairs: readonly AlignedPair[]): string {
  const columns = pairs.map(({ reference, hypothesis, kind }) => {
    const isWrong = kind !== "correct";
    const width = Math.max([...(reference ?? "")].length, [...(hypothesis ?? "")].length, 1);
    const cell = (text: string | undefined) => {
      const shown = text === undefined ? "*".repeat(width) : isWrong ? text.toUpperCase() : text;
      return shown + " ".repeat(Math.max(0, width - [...shown].length));
    };
    const mark = isWrong ? kind[0].toUpperCase() : " ";
    return [cell(reference), cell(hypothesis), mark.padEnd(width)];
  });
  return ["REF: ", "HYP: ", "Eval:"]
    .map((name, row) => `${name} ${columns.map((column) => column[row]).join(" ")}`.trimEnd())
    .join("\n");
}
