/** Consecutive values of a curve taken together. */
export interface Bucket {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly count: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/**
 * A curve of any length in bounded memory: at most `limit` buckets of equally many values. When they are full, neighbours become
 * one. Values that are not finite are left out.
 */
export class Trend {
  readonly #limit: number;
  #buckets: Bucket[] = [];
  #size = 1;

  constructor(limit = 512) {
    this.#limit = limit;
  }

  get buckets(): readonly Bucket[] {
    return this.#buckets;
  }

  add(step: number, value: number): void {
    if (!Number.isFinite(value)) return;
    const added = { firstStep: step, lastStep: step, count: 1, mean: value, least: value, most: value };
    const last = this.#buckets.at(-1);
    if (last && last.count < this.#size) {
      this.#buckets[this.#buckets.length - 1] = together(last, added);
      return;
    }
    if (this.#buckets.length === this.#limit) {
      const halved: Bucket[] = [];
      for (let index = 0; index < this.#limit; index += 2) {
        const [left, right] = this.#buckets.slice(index, index + 2);
        halved.push(right ? together(left, right) : left);
      }
      this.#buckets = halved;
      this.#size *= 2;
    }
    this.#buckets.push(added);
  }

  /** Forgets what came after a step, and with it the rest of the bucket that holds that step. */
  cutBack(step: number): void {
    this.#buckets = this.#buckets.filter(({ lastStep }) => lastStep <= step);
  }

  /** The curve's course in `columns` numbers, or in fewer while there are no more. */
  means(columns: number): number[] {
    const length = Math.min(Math.max(0, columns), this.#buckets.length);
    return Array.from({ length }, (_, column) => {
      const [from, to] = [column, column + 1].map((edge) =>
        Math.floor((edge * this.#buckets.length) / length),
      );
      return this.#buckets.slice(from, to).reduce(together).mean;
    });
  }
}

function together(left: Bucket, right: Bucket): Bucket {
  const count = left.count + right.count;
  return {
    firstStep: left.firstStep,
    lastStep: right.lastStep,
    count,
    mean: (left.mean * left.count + right.mean * right.count) / count,
    least: Math.min(left.least, right.least),
    most: Math.max(left.most, right.most),
  };
}
