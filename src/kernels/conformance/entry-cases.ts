import { unaryFunctions } from "../reference/unary.ts";
import type { Case } from "./case.ts";
import { exact, lengths, rounded, shapes } from "./case.ts";

/** The operations of `unary` in their order, with a range on which each is defined. */
const operations = [
  { name: "identity", low: -5, high: 5 },
  { name: "exp", low: -90, high: 80 },
  { name: "tanh", low: -5, high: 5 },
  { name: "logistic", low: -20, high: 20 },
  { name: "relu", low: -1, high: 1 },
  { name: "log", low: 0.01, high: 100 },
  { name: "square root", low: 0, high: 100 },
  { name: "negation", low: -5, high: 5 },
  { name: "square", low: -50, high: 50 },
  { name: "reciprocal", low: 0.01, high: 10 },
];

const limits = [
  ...[0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3.4e38, -3.4e38],
  ...[
    2 ** -126,
    -(2 ** -126),
    1e-30,
    1e-10,
    -1e-10,
    1e4,
    -1e4,
    88.7,
    88.8,
    -87,
    -88,
    -103,
    -105,
    16.7,
    -16.7,
  ],
];

/** One rounding of each step of a function's polynomial, near a zero of the logarithm too. */
const functionTolerance = { relative: 1e-6, absolute: 2e-7 };

const unaryCases: Case[] = operations.flatMap(({ name, low, high }, operation) => [
  ...lengths.map(
    (n): Case => ({
      name: `${name}, n ${n}`,
      kernel: "unary",
      tolerance: functionTolerance,
      run(stage) {
        const x = stage.uniform("x", n, low, high);
        stage.kernels.unary(operation, x, stage.uniform("y", n), n);
      },
    }),
  ),
  {
    name: `${name} at its limits`,
    kernel: "unary",
    tolerance: functionTolerance,
    run(stage) {
      const x = stage.floats("x", limits);
      stage.kernels.unary(operation, x, stage.uniform("y", limits.length), limits.length);
    },
  },
  ...lengths.map(
    (n): Case => ({
      name: `${name}, n ${n}`,
      kernel: "unaryBackward",
      tolerance: { relative: 2e-6, absolute: 2e-6 },
      run(stage) {
        const safeHigh = Math.min(high, 5);
        const xs = Float32Array.from({ length: n }, () =>
          stage.random.uniformBetween(Math.max(low, -5), safeHigh),
        );
        if (name === "square root") xs.fill(1, 0, 1);
        const x = stage.floats("x", xs);
        const y = stage.floats("y", xs.map(unaryFunctions[operation].value));
        const dy = stage.uniform("dy", n);
        stage.kernels.unaryBackward({ operation, x, y, dy, dx: stage.uniform("dx", n), n });
      },
    }),
  ),
]);

/** How an operand of `binary` [m, n] is spread: its room in elements and its strides. */
const spreads = [
  { name: "full", of: (m: number, n: number) => ({ room: m * n, row: n, col: 1 }) },
  { name: "wide rows", of: (m: number, n: number) => ({ room: m * (n + 3), row: n + 3, col: 1 }) },
  { name: "one row", of: (_: number, n: number) => ({ room: n, row: 0, col: 1 }) },
  { name: "one column", of: (m: number, _: number) => ({ room: m, row: 1, col: 0 }) },
  { name: "scalar", of: () => ({ room: 1, row: 0, col: 0 }) },
];

const binaryCases: Case[] = ["a + b", "a − b", "a·b", "a/b"].flatMap((sign, operation) =>
  shapes.flatMap(([m, n]) => [
    ...spreads.flatMap((first) =>
      spreads.map(
        (second): Case => ({
          name: `${sign}, ${m}×${n}, a ${first.name}, b ${second.name}`,
          kernel: "binary",
          tolerance: rounded,
          run(stage) {
            const a = first.of(m, n);
            const b = second.of(m, n);
            const aPlace = stage.uniform("a", a.room);
            const bPlace = stage.uniform("b", b.room, 0.5, 2);
            const y = stage.uniform("y", m * n);
            stage.kernels.binary({
              operation,
              a: aPlace,
              aRow: a.row,
              aCol: a.col,
              b: bPlace,
              bRow: b.row,
              bCol: b.col,
              y,
              m,
              n,
            });
          },
        }),
      ),
    ),
    ...["a", "b"].map(
      (target): Case => ({
        name: `${sign}, ${m}×${n}, y is ${target}`,
        kernel: "binary",
        tolerance: rounded,
        run(stage) {
          const a = stage.uniform("a", m * n);
          const b = stage.uniform("b", m * n, 0.5, 2);
          stage.kernels.binary({ operation, a, b, y: target === "a" ? a : b, m, n });
        },
      }),
    ),
  ]),
);

const lineCases: Case[] = lengths.flatMap((n): Case[] => [
  {
    name: `n ${n}`,
    kernel: "addScaled",
    tolerance: rounded,
    run: (stage) => stage.kernels.addScaled(stage.uniform("x", n), -0.3, stage.uniform("y", n), n),
  },
  {
    name: `n ${n}`,
    kernel: "scale",
    tolerance: rounded,
    run: (stage) => stage.kernels.scale(stage.uniform("x", n), 0.7, n),
  },
  {
    name: `n ${n}`,
    kernel: "approach",
    tolerance: rounded,
    run: (stage) => stage.kernels.approach(stage.uniform("x", n), 0.3, stage.uniform("y", n), n),
  },
  {
    name: `n ${n}`,
    kernel: "fill",
    tolerance: exact,
    run: (stage) => stage.kernels.fill(stage.uniform("x", n), 0.375, n),
  },
]);

export const entryCases: readonly Case[] = [...unaryCases, ...binaryCases, ...lineCases];
