import type { Case } from "./case.ts";
import { exact, rounded } from "./case.ts";
import { productSizes } from "./matrix-cases.ts";
import type { Stage } from "./stage.ts";

const FLOAT16 = 1;
const INT8 = 2;
const names = { [FLOAT16]: "float16", [INT8]: "int8" };
type Narrow = keyof typeof names;
const precisions: readonly Narrow[] = [FLOAT16, INT8];

/** Numbers at which rounding to a half changes its course: ties, the largest, the smallest normal, subnormals, too small ones. */
const halfEdges: readonly number[] = [
  ...[0, 1, 1 / 3, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 2049, 2051, 65504, 65519],
  ...[2 ** -14, 2 ** -14 - 2 ** -25, 2 ** -15, 2 ** -24, 3 * 2 ** -25, 2 ** -25, 2 ** -26, 1e-30],
];

/** A packed copy of B [k, n], given as it stands or transposed, with the scales that int8 needs. */
function packed(stage: Stage, precision: Narrow, b: number, k: number, n: number, transposed: boolean) {
  const { kernels } = stage;
  const scales =
    precision === INT8
      ? stage.floats(
          "scales",
          Array.from({ length: n }, (_, j) => (j % 5 === 4 ? 0 : (1 + j) / 127 / n)),
        )
      : 0;
  const place = stage.open("packed", kernels.packedNarrowSize(precision, k, n));
  kernels.packNarrow({
    precision,
    b,
    bRow: transposed ? 1 : n,
    bCol: transposed ? k : 1,
    scales,
    packed: place,
    k,
    n,
  });
  return place;
}

/** Every column of a narrow copy, and two that are not there. */
function columns(precision: Narrow, k: number, n: number, entries?: readonly number[]): Case {
  return {
    name: `${names[precision]} ${k}×${n}${entries ? `, edges from ${entries[1]}` : ""}`,
    kernel: "packNarrow",
    // A half is a float32; the product of a step and a whole number is rounded once.
    tolerance: precision === FLOAT16 ? exact : rounded,
    run(stage) {
      const b = entries ? stage.floats("B", entries) : stage.uniform("B", k * n, -1.2, 1.2);
      const place = packed(stage, precision, b, k, n, false);
      const ids = stage.ints("ids", [-1, ...Array(n).keys(), n]);
      stage.kernels.gatherPacked({
        packed: place,
        ids,
        ys: stage.uniform("ys", (n + 2) * k),
        count: n + 2,
        k,
        n,
      });
    },
  };
}

function gathering(k: number, n: number): Case {
  return {
    name: `${k}×${n}`,
    kernel: "gatherPacked",
    tolerance: exact,
    run(stage) {
      const b = stage.uniform("B", k * n);
      const place = stage.open("packed", stage.kernels.packedSize(k, n));
      stage.kernels.pack({ b, packed: place, k, n });
      const ids = stage.ints("ids", [0, n, n - 1, -1, n >> 1]);
      stage.kernels.gatherPacked({ packed: place, ids, ys: stage.uniform("ys", 5 * k), count: 5, k, n });
    },
  };
}

function product(precision: Narrow, [m, n, k]: readonly [number, number, number], accumulate: 0 | 1): Case {
  return {
    name: `${names[precision]} ${m}×${n}×${k}${accumulate ? ", accumulate" : ", bias"}`,
    kernel: "gemm",
    tolerance: { relative: 1e-6, absolute: 1e-6 + 4e-8 * k },
    run(stage) {
      const a = stage.uniform("A", m * k);
      const b = stage.uniform("B", n * k);
      const bias = stage.uniform("bias", n);
      const c = stage.uniform("C", m * n);
      const place = packed(stage, precision, b, k, n, true);
      stage.kernels.gemm({ a, packed: place, bias, c, m, n, k, accumulate });
    },
  };
}

function packedRoom(precision: Narrow, k: number, n: number): Case {
  return {
    name: `${names[precision]} ${k}×${n} is room for every entry`,
    kernel: "packedNarrowSize",
    tolerance: exact,
    run(stage) {
      const most = Math.ceil((k * n) / (precision === FLOAT16 ? 2 : 4));
      stage.result("room", Math.min(stage.kernels.packedNarrowSize(precision, k, n), most));
    },
  };
}

export const narrowCases: readonly Case[] = [
  columns(FLOAT16, 1, halfEdges.length, halfEdges),
  columns(
    FLOAT16,
    1,
    halfEdges.length,
    halfEdges.map((entry) => -entry),
  ),
  ...[1, 33].flatMap((k) => [1, 16, 65].map((n) => gathering(k, n))),
  ...precisions.flatMap((precision) => [
    ...[1, 5, 33].flatMap((k) => [1, 7, 16, 65, 97].map((n) => columns(precision, k, n))),
    ...productSizes.flatMap((size) =>
      ([0, 1] as const).map((accumulate) => product(precision, size, accumulate)),
    ),
    ...[1, 300].flatMap((k) => [1, 16, 65].map((n) => packedRoom(precision, k, n))),
  ]),
];
