import { type FinishedPaths, type PathNode, tokensOf } from "./hypothesis.ts";

/**
 * The tokens behind the first `told` in which all hypotheses of a sentence agree, open and finished; once it is over, those of the best.
 */
export function settledTokens(
  open: readonly PathNode[],
  finished: FinishedPaths,
  told: number,
  isOver: boolean,
): Int32Array {
  if (isOver) return finished.paths[0]?.hypothesis.tokens.slice(told) ?? new Int32Array(0);
  // A finished path's last token is its end token, which is not shown.
  const ended = finished.paths.map(({ node, hypothesis }) =>
    node.length > hypothesis.tokens.length && node.parent ? node.parent : node,
  );
  const [first, ...others] = [...open, ...ended];
  const common = others.reduce((path, other) => commonBeginning(path, other, told), first);
  return tokensOf(common, told);
}

/** The longest path that two begin with, but none shorter than `told`. */
function commonBeginning(one: PathNode, other: PathNode, told: number): PathNode {
  let [left, right] = [one, other];
  while (left !== right && (left.length > told || right.length > told)) {
    if (left.length >= right.length && left.parent) left = left.parent;
    else if (right.parent) right = right.parent;
  }
  return left;
}
