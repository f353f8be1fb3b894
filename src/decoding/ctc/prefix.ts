/**
 * A sequence of tokens in the tree of those that a search has met. Its probability is the sum over all paths that give it, in two parts,
 * because a token that repeats is a new one only behind a blank.
 */
export class Prefix {
  readonly parent: Prefix | undefined;
  /** Its last token; −1 at the root. */
  readonly tokenId: number;
  /** What a scorer knows after it. */
  readonly state: unknown;
  /** ln of what the scorer has added so far. */
  readonly added: number;
  /** Of paths that end with a blank, and of those that end with its last token. */
  blank = 0;
  label = 0;
  /** The same after the step that is being read. */
  nextBlank = 0;
  nextLabel = 0;
  /** The last step that it was touched by, and the last that it was kept after. */
  touched = -1;
  kept = -1;
  /** e^score of each token behind it, made when they are first asked for. */
  factors: Float64Array | undefined;
  /** Undefined where there have been none. */
  children: Map<number, Prefix> | undefined;

  constructor(parent: Prefix | undefined, tokenId: number, state: unknown, added: number) {
    this.parent = parent;
    this.tokenId = tokenId;
    this.state = state;
    this.added = added;
  }

  get tokenIds(): number[] {
    const ids: number[] = [];
    for (let at: Prefix = this; at.parent !== undefined; at = at.parent) ids.push(at.tokenId);
    return ids.reverse();
  }
}
