import { cellOf, type RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { packed } from "../tensor/operations/products.ts";
import type { StepRoom } from "./layer-kind.ts";
import type { StepValue } from "./step-value.ts";

/** Rows of an embedding up to which the sums of each are kept. */
const MOST_TABLED = 512;

/**
 * Where a step reads a row of a small embedding, the first layer's x·W_ih + b_ih depend on the id alone: they are worked out once for
 * all ids, and again when a weight has changed. Returns where those of this step stand; undefined where there is no such table.
 */
export function firstSums(room: StepRoom, layers: RecurrentStack, x: StepValue): (() => number) | undefined {
  const { row } = x;
  // A normalised sum is more than a product with a bias.
  if (!row || row.of.shape[0] > MOST_TABLED || cellOf(layers).shape.normalises) return undefined;
  const { device } = room;
  const { weightIh, biasIh } = layers.layerWeights(0);
  const [n, k] = weightIh.shape;
  const [rows, width] = row.of.shape;
  const table = room.take(rows * n);
  const widened = room.take(width);
  const ids = room.take(1);
  let versions = -1;

  const vectorOf = (id: number) => {
    if (!row.of.storage.narrow) return row.of.offset + id * width;
    device.heap.ints()[ids] = id;
    device.kernels.gatherPacked({
      packed: packed(row.of, "transposed"),
      ids,
      ys: widened,
      count: 1,
      k: width,
      n: rows,
    });
    return widened;
  };
  return () => {
    const now = row.of.storage.version + weightIh.storage.version + (biasIh?.storage.version ?? 0);
    if (now !== versions) {
      const weight = packed(weightIh, "transposed");
      const bias = biasIh?.offset ?? 0;
      for (let id = 0; id < rows; id++)
        device.kernels.gemm({ a: vectorOf(id), packed: weight, bias, c: table + id * n, m: 1, n, k });
      versions = now;
    }
    return table + row.id * n;
  };
}
