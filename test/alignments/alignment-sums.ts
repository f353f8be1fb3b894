// Losses over alignments by definition: every alignment is written out, and its probability added.

/** ln softmax of a row. */
export function logSoftmax(row: ArrayLike<number>): number[] {
  const logits = Array.from(row);
  const most = Math.max(...logits);
  const sum = most + Math.log(logits.reduce((total, each) => total + Math.exp(each - most), 0));
  return logits.map((each) => each - sum);
}

/** −ln of the sum of e^terms. */
export function lossOf(terms: readonly number[]): number {
  return -Math.log(terms.reduce((total, each) => total + Math.exp(each), 0));
}

/** All T^V ways to say a class a step, of which those count that collapse to the target. */
export function ctcByHand(logits: readonly ArrayLike<number>[], target: readonly number[], blank: number) {
  const scores = logits.map(logSoftmax);
  const paths = logits.reduce<number[][]>(
    (before, row) => before.flatMap((path) => Array.from(row, (_, k) => [...path, k])),
    [[]],
  );
  const collapsed = (path: readonly number[]) =>
    path.filter((k, t) => k !== blank && k !== path[t - 1]).join(" ");
  const wanted = paths.filter((path) => collapsed(path) === target.join(" "));
  return lossOf(wanted.map((path) => path.reduce((sum, k, t) => sum + scores[t][k], 0)));
}

/** All ways from (0, 0) to behind (T − 1, U): a blank leads to the next step, a label to the next place. */
export function transducerByHand(
  logits: readonly (readonly ArrayLike<number>[])[],
  target: readonly number[],
  blank: number,
) {
  const walk = (t: number, u: number, score: number): number[] => {
    if (t === logits.length) return u === target.length ? [score] : [];
    const scores = logSoftmax(logits[t][u]);
    const onwards = walk(t + 1, u, score + scores[blank]);
    return u < target.length ? [...onwards, ...walk(t, u + 1, score + scores[target[u]])] : onwards;
  };
  return lossOf(walk(0, 0, 0));
}
