import type { Case } from "./case.ts";
import { exact, lengths, rounded, shapes } from "./case.ts";

const copyCases: Case[] = shapes.flatMap(([m, n]) =>
  [0, 1].flatMap((accumulate) =>
    [
      [n, n],
      [n + 3, n],
      [n, n + 5],
      [0, n + 1],
    ].map(
      ([xRow, yRow]): Case => ({
        name: `${m}×${n}, rows of ${xRow} to rows of ${yRow}${accumulate ? ", accumulate" : ""}`,
        kernel: "copyRows",
        tolerance: accumulate ? rounded : exact,
        run(stage) {
          const x = stage.uniform("x", Math.max(m * xRow, n));
          stage.kernels.copyRows({ x, xRow, y: stage.uniform("y", m * yRow), yRow, m, n, accumulate });
        },
      }),
    ),
  ),
);

const sumCases: Case[] = shapes.flatMap(([m, n]) =>
  [0, 3].flatMap((gap): Case[] => [
    {
      name: `${m}×${n} in rows of ${n + gap}`,
      kernel: "sumRows",
      tolerance: { relative: 2e-6, absolute: 2e-6 },
      run(stage) {
        const x = stage.uniform("x", m * (n + gap));
        stage.kernels.sumRows({ x, xRow: n + gap, sums: stage.uniform("sums", n), m, n });
      },
    },
    {
      name: `${m}×${n} in rows of ${n + gap}`,
      kernel: "sumColumns",
      tolerance: { relative: 2e-6, absolute: 2e-6 },
      run(stage) {
        const x = stage.uniform("x", m * (n + gap));
        stage.kernels.sumColumns({ x, xRow: n + gap, factor: 1 / n, sums: stage.uniform("sums", m), m, n });
      },
    },
  ]),
);

const squareCases: Case[] = [...lengths, 4095, 4096, 4097, 8200].map((n) => ({
  name: `n ${n}`,
  kernel: "sumOfSquares",
  tolerance: { relative: 5e-6, absolute: 0 },
  run: (stage) => stage.result("sum", stage.kernels.sumOfSquares(stage.uniform("x", n), n)),
}));

const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minusInfinity } = Number;

const finiteCases: Case[] = lengths.flatMap((n) =>
  [
    [],
    [[0, nan]],
    [[n - 1, infinity]],
    [[n >> 1, minusInfinity]],
    [
      [n - 1, nan],
      [n >> 1, infinity],
    ],
  ].map(
    (faults): Case => ({
      name: `n ${n}, ${faults.map(([at, value]) => `${value} at ${at}`).join(" and ") || "all finite"}`,
      kernel: "firstNotFinite",
      tolerance: exact,
      run(stage) {
        const values = Array.from({ length: n }, () => stage.random.uniformBetween(-3.4e38, 3.4e38));
        for (const [at, value] of faults) values[at] = value;
        stage.result("index", stage.kernels.firstNotFinite(stage.floats("x", values), n));
      },
    }),
  ),
);

/** Rows taken twice, out of order, and outside the table on both sides. */
const ids = [2, 0, -1, 2, 4, 5, 3, 2, 1000000];
const ROWS = 5;

const tableCases: Case[] = lengths.flatMap((width): Case[] => [
  {
    name: `rows of ${width}`,
    kernel: "gatherRows",
    tolerance: exact,
    run(stage) {
      const table = stage.uniform("table", ROWS * width);
      const ys = stage.uniform("ys", ids.length * width);
      stage.kernels.gatherRows({ table, ids: stage.ints("ids", ids), ys, n: ids.length, width, rows: ROWS });
    },
  },
  {
    name: `rows of ${width}`,
    kernel: "scatterAddRows",
    tolerance: rounded,
    run(stage) {
      const dys = stage.uniform("dys", ids.length * width);
      const dtable = stage.uniform("dtable", ROWS * width);
      stage.kernels.scatterAddRows({
        dys,
        ids: stage.ints("ids", ids),
        dtable,
        n: ids.length,
        width,
        rows: ROWS,
      });
    },
  },
]);

interface Mask {
  readonly keep: number;
  readonly seed: number;
  readonly draw: number;
  readonly firstRow: number;
  readonly locked: number;
  readonly accumulate: number;
}

const masks: readonly Mask[] = [
  { keep: 0.5, seed: 1, draw: 0, firstRow: 0, locked: 0, accumulate: 0 },
  { keep: 0.9, seed: -559038737, draw: 12345, firstRow: 7, locked: 0, accumulate: 1 },
  { keep: 1 / 3, seed: 2147483647, draw: -1, firstRow: 100000, locked: 1, accumulate: 0 },
  { keep: 1, seed: 5, draw: 5, firstRow: 0, locked: 1, accumulate: 1 },
  { keep: 0, seed: 6, draw: 0, firstRow: 0, locked: 0, accumulate: 0 },
];

const STEPS = 3;
const PLACE = 4;

const dropoutCases: Case[] = masks.flatMap(({ keep, seed, draw, firstRow, locked, accumulate }) =>
  [...shapes, [3, 130] as const].map(([rows, width]) => ({
    name: `keep ${keep}${locked ? ", locked" : ""}${accumulate ? ", accumulate" : ""}, ${rows}×${width}`,
    kernel: "dropout",
    tolerance: rounded,
    run(stage) {
      const x = stage.uniform("x", STEPS * rows * width);
      const y = stage.uniform("y", STEPS * rows * width);
      stage.kernels.dropout({
        x,
        y,
        keep,
        seed,
        draw,
        place: PLACE,
        firstRow,
        locked,
        steps: STEPS,
        rows,
        width,
        accumulate,
      });
    },
  })),
);

const noiseCases: Case[] = masks.flatMap(({ keep: deviation, seed, draw }) =>
  [...lengths, 130, 1000].map(
    (n): Case => ({
      name: `deviation ${deviation}, seed ${seed}, n ${n}`,
      kernel: "gaussianNoise",
      tolerance: { relative: 2e-6, absolute: 2e-6 },
      run(stage) {
        const [x, y] = ["x", "y"].map((name) => stage.uniform(name, n));
        stage.kernels.gaussianNoise({ x, y, deviation, seed, draw, place: PLACE, n });
      },
    }),
  ),
);

const statisticsTolerance = { relative: 1e-5, absolute: 1e-5 };

const normCases: Case[] = shapes.flatMap(([m, n]): Case[] => [
  ...[0, 30].map(
    (middle): Case => ({
      name: `${m}×${n} around ${middle}`,
      kernel: "layerNorm",
      // Entries around 30 carry roundings of 2⁻²⁰, which a division by the deviation keeps.
      tolerance: middle === 0 ? statisticsTolerance : { relative: 1e-4, absolute: 1e-4 },
      run(stage) {
        const x = stage.uniform("x", m * n, middle - 2, middle + 2);
        const weight = stage.uniform("weight", n);
        const bias = stage.uniform("bias", n);
        const y = stage.uniform("y", m * n);
        stage.kernels.layerNorm({
          x,
          weight,
          bias,
          y,
          statistics: stage.uniform("statistics", 2 * m),
          epsilon: 1e-2,
          m,
          n,
        });
      },
    }),
  ),
  {
    name: `${m}×${n}, rows of one value`,
    kernel: "layerNorm",
    tolerance: statisticsTolerance,
    run(stage) {
      const x = stage.floats("x", new Array(m * n).fill(0.5));
      const [weight, bias] = ["weight", "bias"].map((name) => stage.uniform(name, n));
      const y = stage.uniform("y", m * n);
      stage.kernels.layerNorm({
        x,
        weight,
        bias,
        y,
        statistics: stage.uniform("statistics", 2 * m),
        epsilon: 1e-5,
        m,
        n,
      });
    },
  },
  {
    name: `${m}×${n}`,
    kernel: "layerNormBackward",
    tolerance: statisticsTolerance,
    run(stage) {
      const x = stage.uniform("x", m * n, -2, 2);
      const weight = stage.uniform("weight", n);
      const statistics = stage.uniform("statistics", 2 * m, 0.1, 1);
      const [dy, dx] = ["dy", "dx"].map((name) => stage.uniform(name, m * n));
      const [dweight, dbias] = ["dweight", "dbias"].map((name) => stage.uniform(name, n));
      stage.kernels.layerNormBackward({ x, weight, statistics, dy, dx, dweight, dbias, m, n });
    },
  },
]);

export const rowCases: readonly Case[] = [
  ...copyCases,
  ...sumCases,
  ...squareCases,
  ...finiteCases,
  ...tableCases,
  ...dropoutCases,
  ...noiseCases,
  ...normCases,
];
