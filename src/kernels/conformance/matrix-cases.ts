import type { Case } from "./case.ts";
import { exact } from "./case.ts";

/** [M, N, K] around the sizes at which the products change their path: one or two rows, tiles, panels, slices of K, blocks of M. */
export const productSizes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 4, 1],
  [1, 7, 3],
  [1, 64, 33],
  [1, 128, 16],
  [1, 165, 40],
  [1, 129, 513],
  [2, 33, 100],
  [2, 64, 16],
  [2, 197, 257],
  [3, 16, 8],
  [4, 8, 256],
  [5, 160, 512],
  [6, 64, 65],
  [7, 65, 64],
  [8, 128, 12],
  [9, 20, 511],
  [11, 48, 24],
  [12, 32, 31],
  [13, 70, 512],
  [24, 31, 255],
  [25, 3, 70],
  [32, 100, 257],
  [50, 65, 40],
  [64, 24, 17],
  [65, 40, 19],
  [193, 35, 9],
  [194, 3, 300],
  [14, 19, 1025],
];

interface Variant {
  readonly name: string;
  readonly transposedA: boolean;
  readonly transposedB: boolean;
  /** Unused columns at the end of each row of A, B and C. */
  readonly gap: number;
  readonly bias: boolean;
  readonly accumulate: boolean;
}

const variants: readonly Variant[] = [
  { name: "bias", transposedA: false, transposedB: true, gap: 0, bias: true, accumulate: false },
  {
    name: "no bias, wide rows",
    transposedA: false,
    transposedB: false,
    gap: 3,
    bias: false,
    accumulate: false,
  },
  { name: "accumulate", transposedA: false, transposedB: false, gap: 0, bias: false, accumulate: true },
  { name: "Aᵀ, accumulate", transposedA: true, transposedB: false, gap: 0, bias: false, accumulate: true },
  {
    name: "Aᵀ, bias, wide rows",
    transposedA: true,
    transposedB: true,
    gap: 5,
    bias: true,
    accumulate: false,
  },
];

function product([m, n, k]: readonly [number, number, number], variant: Variant): Case {
  return {
    name: `${m}×${n}×${k}, ${variant.name}`,
    kernel: "gemm",
    // The rounding of a chain of k additions grows with its length and with the size of the sums.
    tolerance: { relative: 1e-6, absolute: 1e-6 + 4e-8 * k },
    run(stage) {
      const { transposedA, transposedB, gap, accumulate } = variant;
      const aWidth = (transposedA ? m : k) + gap;
      const a = stage.uniform("A", (transposedA ? k : m) * aWidth);
      const bWidth = (transposedB ? k : n) + gap;
      const b = stage.uniform("B", (transposedB ? n : k) * bWidth);
      const bias = variant.bias ? stage.uniform("bias", n) : 0;
      const c = stage.uniform("C", m * (n + gap));
      const packed = stage.open("packed", stage.kernels.packedSize(k, n));
      stage.kernels.pack({ b, bRow: transposedB ? 1 : bWidth, bCol: transposedB ? bWidth : 1, packed, k, n });
      const [aRow, aCol] = transposedA ? [1, aWidth] : [aWidth, 1];
      stage.kernels.gemm({
        a,
        aRow,
        aCol,
        packed,
        bias,
        c,
        cRow: n + gap,
        m,
        n,
        k,
        accumulate: accumulate ? 1 : 0,
      });
    },
  };
}

/** I · B gives back every entry of B, so that packing is seen whatever its layout. */
function packing(k: number, n: number): Case {
  return {
    name: `${k}×${n}`,
    kernel: "pack",
    tolerance: exact,
    run(stage) {
      const identity = stage.floats(
        "identity",
        Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0)),
      );
      const b = stage.uniform("B", k * n);
      const c = stage.uniform("C", k * n);
      const packed = stage.open("packed", stage.kernels.packedSize(k, n));
      stage.kernels.pack({ b, packed, k, n });
      stage.kernels.gemm({ a: identity, packed, c, m: k, n, k });
    },
  };
}

function packedRoom(k: number, n: number): Case {
  return {
    name: `${k}×${n} is room for every entry`,
    kernel: "packedSize",
    tolerance: exact,
    run: (stage) => stage.result("room", Math.min(stage.kernels.packedSize(k, n), k * n)),
  };
}

export const matrixCases: readonly Case[] = [
  ...productSizes.flatMap((size) => variants.map((variant) => product(size, variant))),
  ...[1, 5, 16, 33].flatMap((k) => [1, 7, 16, 64, 97].map((n) => packing(k, n))),
  ...[1, 300].flatMap((k) => [1, 16, 65].map((n) => packedRoom(k, n))),
];
