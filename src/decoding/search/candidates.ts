/** The best `capacity` of what it was offered: by falling score; of equal ones those that came first. −∞ is never among them. */
export class Candidates {
  readonly scores: Float64Array;
  readonly rows: Int32Array;
  readonly tokens: Int32Array;
  count = 0;

  constructor(capacity: number) {
    this.scores = new Float64Array(capacity);
    this.rows = new Int32Array(capacity);
    this.tokens = new Int32Array(capacity);
  }

  /** The next token of a row: every one that is not banned. */
  offerRow(
    row: number,
    sum: number,
    logProbabilities: ArrayLike<number>,
    from: number,
    banned: Uint8Array,
  ): void {
    const capacity = this.scores.length;
    let least = this.count < capacity ? Number.NEGATIVE_INFINITY : this.scores[capacity - 1];
    for (let token = 0; token < banned.length; token++) {
      const score = sum + logProbabilities[from + token];
      if (!(score > least) || banned[token] === 1) continue;
      this.offer(row, token, score);
      if (this.count === capacity) least = this.scores[capacity - 1];
    }
  }

  offer(row: number, token: number, score: number): void {
    const capacity = this.scores.length;
    if (score === Number.NEGATIVE_INFINITY) return;
    if (this.count === capacity && !(score > this.scores[capacity - 1])) return;
    let at = this.count < capacity ? this.count++ : capacity - 1;
    for (; at > 0 && this.scores[at - 1] < score; at--) {
      this.scores[at] = this.scores[at - 1];
      this.rows[at] = this.rows[at - 1];
      this.tokens[at] = this.tokens[at - 1];
    }
    this.scores[at] = score;
    this.rows[at] = row;
    this.tokens[at] = token;
  }
}
