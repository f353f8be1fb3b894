import type { Tensor } from "../tensor/tensor.ts";

/** Entries that a parameter's place in a bucket is a multiple of: vector units stay whole. */
const GRAIN = 16;

/** Gradients of some parameters, one behind the other, in R pieces of equal length. */
export interface Bucket {
  /** Places of the parameters in their list, and where each stands in the bucket. */
  readonly places: readonly { readonly index: number; readonly at: number; readonly size: number }[];
  /** Where the bucket begins among all. */
  readonly from: number;
  /** Entries of one piece. */
  readonly piece: number;
}

/**
 * Cuts the gradients of all parameters into buckets of at least so many entries. The last parameters come first, since their gradients do
 * so on the way back.
 */
export function bucketsOf(
  parameters: readonly Pick<Tensor, "size">[],
  ranks: number,
  least: number,
): Bucket[] {
  const buckets: Bucket[] = [];
  let places: Bucket["places"][number][] = [];
  let [from, filled] = [0, 0];
  const close = () => {
    const piece = Math.ceil(filled / ranks / GRAIN) * GRAIN;
    buckets.push({ places, from, piece });
    from += piece * ranks;
    places = [];
    filled = 0;
  };
  for (let index = parameters.length - 1; index >= 0; index--) {
    const { size } = parameters[index];
    places.push({ index, at: filled, size });
    filled += Math.ceil(size / GRAIN) * GRAIN;
    if (filled >= least) close();
  }
  if (filled > 0) close();
  return buckets;
}
