import { matmul as product } from "../../tensor/operations/products.ts";
import type { Axis } from "../config.ts";
import type { LayerKind } from "../layer-kind.ts";
import { axesText, differ, floats } from "../value-shape.ts";

/** A matrix product for each sequence: a [B, …, M, K] and b [B, …, K, N] to [B, …, M, N]; attention's scores and its weighted sums. */
export interface MatmulLayerConfig {
  readonly kind: "matmul";
}

export const matmul: LayerKind<MatmulLayerConfig, undefined> = {
  fields: { needed: {} },
  inputs: [2, 2],

  shape(_, [{ axes: a }, { axes: b }]) {
    const fits =
      a.length >= 3 &&
      a.length === b.length &&
      a.slice(0, -2).every((length, at) => isSame(length, b[at])) &&
      isSame(a[a.length - 1], b[b.length - 2]);
    return fits
      ? floats([...a.slice(0, -1), b[b.length - 1]])
      : { problem: `reads ${axesText(a)} and ${axesText(b)}, needed [B, M, K] and [B, K, N]` };
  },

  apply: ({ values: [a, b] }) => ({
    value: { tensor: product(a.tensor, b.tensor), lengths: a.lengths ?? b.lengths, mask: a.mask ?? b.mask },
  }),

  streamProblem: (_, shapes) =>
    shapes.some(({ axes }) => axes.includes("T"))
      ? "multiplies all steps of a sequence with one another"
      : undefined,

  step(room, { read: [a, b], shapes, width }) {
    const { device, batch } = room;
    const { kernels } = device;
    const at = room.take(batch * width);
    const [m, k] = shapes[0].axes.slice(-2) as [number, number];
    const n = shapes[1].axes[shapes[1].axes.length - 1] as number;
    const each = width / (m * n);
    const panels = room.take(kernels.packedSize(k, n));
    const run = (rows: number) => {
      for (let index = 0; index < rows * each; index++) {
        kernels.pack({ b: b.at + index * k * n, packed: panels, k, n });
        kernels.gemm({ a: a.at + index * m * k, packed: panels, c: at + index * m * n, m, n, k });
      }
    };
    return { value: { at, width, kind: "float" }, run };
  },
};

function isSame(a: Axis, b: Axis): boolean {
  return !differ(a, b) && (typeof a !== "string" || typeof b !== "string" || a === b);
}
