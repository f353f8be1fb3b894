import type { ScoreRule } from "./score-rule.ts";

/** A target that a search has found. */
export interface Hypothesis {
  /** Its token ids, a forced prefix included, the end token not. */
  readonly tokens: Int32Array;
  /** ln P of all its tokens, the end token included, in nats. */
  readonly logProbability: number;
  /** What hypotheses are ranked by: `logProbability` after length normalisation, with the coverage penalty. */
  readonly score: number;
  /** "stop": the end token was chosen. "length": `maxLength` allowed no other token, or there is no end token. */
  readonly finishReason: "stop" | "length";
  /** Where the model looked for each token and for the end token [U, S] or [U+1, S]; undefined for a model without attention. */
  readonly attention?: readonly Float32Array[] | undefined;
}

/** A token in the tree of what a search follows. Hypotheses that begin alike share the nodes of their beginning. */
export interface PathNode {
  readonly parent: PathNode | undefined;
  readonly token: number;
  /** Tokens up to this one. */
  readonly length: number;
  /** ln P of all of them. */
  readonly logProbability: number;
  readonly attention: Float32Array | undefined;
  /** The sum of attention up to this token for each place [S], where a coverage penalty asks for it. */
  readonly coverage: Float64Array | undefined;
}

/** Before the first token. */
export const ROOT: PathNode = {
  parent: undefined,
  token: -1,
  length: 0,
  logProbability: 0,
  attention: undefined,
  coverage: undefined,
};

/** A path with one token more. */
export function extended(
  parent: PathNode,
  token: number,
  logProbability: number,
  attention: Float32Array | undefined,
  keepsCoverage: boolean,
): PathNode {
  const coverage = keepsCoverage && attention ? covered(parent.coverage, attention) : undefined;
  return { parent, token, length: parent.length + 1, logProbability, attention, coverage };
}

/** The tokens behind a node's first `from`. */
export function tokensOf(node: PathNode, from = 0): Int32Array {
  const tokens = new Int32Array(Math.max(0, node.length - from));
  for (let at = node; at.length > from && at.parent; at = at.parent) tokens[at.length - 1 - from] = at.token;
  return tokens;
}

/** A finished path as it is handed out; `ended` says that its last token is the end token. */
export function hypothesisOf(
  node: PathNode,
  ended: boolean,
  finishReason: "stop" | "length",
  score: number,
): Hypothesis {
  const rows: Float32Array[] = [];
  for (let at = node; at.parent; at = at.parent) if (at.attention) rows.push(at.attention);
  const last = ended && node.parent ? node.parent : node;
  return {
    tokens: tokensOf(last),
    logProbability: node.logProbability,
    score,
    finishReason,
    ...(rows.length > 0 ? { attention: rows.reverse() } : {}),
  };
}

/** A finished path, in the order in which they are handed out. */
export interface FinishedPath {
  readonly node: PathNode;
  readonly hypothesis: Hypothesis;
}

/** The best paths that have ended, at most `capacity`: by falling score, equal ones in the order in which they came. */
export class FinishedPaths {
  readonly paths: FinishedPath[] = [];
  readonly #capacity: number;
  readonly #rule: ScoreRule;

  constructor(capacity: number, rule: ScoreRule) {
    this.#capacity = capacity;
    this.#rule = rule;
  }

  add(node: PathNode, ended: boolean, finishReason: "stop" | "length"): void {
    const hypothesis = hypothesisOf(node, ended, finishReason, this.#rule.scoreOf(node));
    let at = this.paths.length;
    while (at > 0 && this.paths[at - 1].hypothesis.score < hypothesis.score) at--;
    this.paths.splice(at, 0, { node, hypothesis });
    if (this.paths.length > this.#capacity) this.paths.pop();
  }

  /** The score at a rank, from 1; −∞ where there are not so many. */
  scoreAt(rank: number): number {
    return this.paths[rank - 1]?.hypothesis.score ?? Number.NEGATIVE_INFINITY;
  }
}

function covered(before: Float64Array | undefined, attention: Float32Array): Float64Array {
  return Float64Array.from(attention, (weight, place) => weight + (before?.[place] ?? 0));
}
