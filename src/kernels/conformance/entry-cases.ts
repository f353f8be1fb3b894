import { unaryFunctions } from "../reference/unary.ts";
import type { Case } from "./case.ts";
import { exact, lengths, rounded } from "./case.ts";

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
  { name: "absolute value", low: -5, high: 5 },
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

const widenCases: Case[] = lengths.map((n) => ({
  name: `n ${n}`,
  kernel: "widen",
  tolerance: exact,
  run(stage) {
    const x = Array.from({ length: n }, (_, index) => (index - 3) * 70001);
    stage.kernels.widen(stage.ints("x", x), stage.uniform("y", n), n);
  },
}));

export const entryCases: readonly Case[] = [...unaryCases, ...lineCases, ...widenCases];
