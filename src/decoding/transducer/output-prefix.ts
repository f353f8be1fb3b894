/** A sequence of tokens in the tree of those that a transducer's search has met. */
export class OutputPrefix {
  readonly parent: OutputPrefix | undefined;
  /** Its last token; −1 at the root. */
  readonly tokenId: number;
  readonly length: number;
  /** What the prediction network says after it, and what a scorer knows. */
  readonly predicted: unknown;
  readonly known: unknown;
  /** ln of what the scorer has added so far. */
  readonly added: number;
  /** The step in which its last token was most likely given. */
  step: number;
  /** Summed over all ways to it that were followed. */
  probability = 0;
  /** What the joint network says of it at step `joinedAt`. */
  readonly joined: Float64Array;
  joinedAt = -1;
  /** The step before which it was kept. */
  keptFor = -1;
  readonly children = new Map<number, OutputPrefix>();

  constructor(
    parent: OutputPrefix | undefined,
    tokenId: number,
    said: { readonly predicted: unknown; readonly known: unknown; readonly added: number },
    classes: number,
    step: number,
  ) {
    this.parent = parent;
    this.tokenId = tokenId;
    this.length = parent === undefined ? 0 : parent.length + 1;
    this.predicted = said.predicted;
    this.known = said.known;
    this.added = said.added;
    this.joined = new Float64Array(classes);
    this.step = step;
  }

  /** Its tokens, and the step of each. */
  get tokens(): { readonly tokenIds: number[]; readonly steps: number[] } {
    const tokenIds: number[] = [];
    const steps: number[] = [];
    for (let at: OutputPrefix = this; at.parent !== undefined; at = at.parent) {
      tokenIds.push(at.tokenId);
      // A beginning can have become likelier later, by ways that this sequence has not gone.
      steps.push(Math.min(at.step, steps[steps.length - 1] ?? at.step));
    }
    return { tokenIds: tokenIds.reverse(), steps: steps.reverse() };
  }
}
