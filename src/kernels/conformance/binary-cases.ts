import type { Case } from "./case.ts";
import { rounded, shapes } from "./case.ts";
import type { Tolerance } from "./compare.ts";

/** How an operand of `binary` [m, n] is spread: its room in elements and its strides. */
const spreads = [
  { name: "full", of: (m: number, n: number) => ({ room: m * n, row: n, col: 1 }) },
  { name: "wide rows", of: (m: number, n: number) => ({ room: m * (n + 3), row: n + 3, col: 1 }) },
  { name: "one row", of: (_: number, n: number) => ({ room: n, row: 0, col: 1 }) },
  { name: "one column", of: (m: number, _: number) => ({ room: m, row: 1, col: 0 }) },
  { name: "scalar", of: () => ({ room: 1, row: 0, col: 0 }) },
];

/** The operations of `binary` in their order. */
const operations = [
  "a + b",
  "a − b",
  "a·b",
  "a/b",
  "larger",
  "smaller",
  "aᵇ",
  "a > b",
  "a ≥ b",
  "a = b",
  "kept",
];
const POWER = 6;
const COMPARISONS = [7, 8, 9];
const KEPT = 10;
const FIRST_WITH_SLOPES = 2;

/** A power is exp(b ln a), whose two roundings grow with the result. */
const toleranceOf = (operation: number): Tolerance =>
  operation === POWER ? { relative: 1e-5, absolute: 1e-6 } : rounded;

/** Powers of negative numbers are none, unless b is whole. */
const lowestOf = (operation: number) => (operation === POWER ? 0.1 : -1);

const spreadCases: Case[] = operations.flatMap((sign, operation) =>
  shapes.flatMap(([m, n]) => [
    ...spreads.flatMap((first) =>
      spreads.map(
        (second): Case => ({
          name: `${sign}, ${m}×${n}, a ${first.name}, b ${second.name}`,
          kernel: "binary",
          tolerance: toleranceOf(operation),
          run(stage) {
            const a = first.of(m, n);
            const b = second.of(m, n);
            const aPlace = stage.uniform("a", a.room, lowestOf(operation), 1);
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
        tolerance: toleranceOf(operation),
        run(stage) {
          const a = stage.uniform("a", m * n, lowestOf(operation), 1);
          const b = stage.uniform("b", m * n, 0.5, 2);
          stage.kernels.binary({ operation, a, b, y: target === "a" ? a : b, m, n });
        },
      }),
    ),
  ]),
);

const slopeCases: Case[] = operations.flatMap((sign, operation) =>
  operation < FIRST_WITH_SLOPES || COMPARISONS.includes(operation)
    ? []
    : shapes.flatMap(([m, n]) =>
        spreads.flatMap((spread) =>
          [0, 1].map(
            (operand): Case => ({
              name: `${sign} in ${operand ? "b" : "a"}, ${m}×${n}, ${spread.name}`,
              kernel: "binarySlopes",
              tolerance: { relative: 2e-5, absolute: 4e-6 },
              run(stage) {
                const { room, row, col } = spread.of(m, n);
                const a = stage.uniform("a", room, operation === KEPT ? -1 : 0.1, 2);
                const b = stage.uniform("b", m * n, 0.5, 2);
                const dy = stage.uniform("dy", m * n);
                const slopes = stage.uniform("slopes", m * n);
                stage.kernels.binarySlopes({
                  operation,
                  operand,
                  a,
                  aRow: row,
                  aCol: col,
                  b,
                  dy,
                  slopes,
                  m,
                  n,
                });
              },
            }),
          ),
        ),
      ),
);

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Each of these with each: equal operands, signs, what is no number, whole and odd exponents, and those beyond squaring. */
const edges = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 64, 65, -65, 101, 1.5, infinity, -infinity, nan];
const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));

const edgeCases: Case[] = operations.map((sign, operation) => ({
  name: `${sign} of numbers at the edges`,
  kernel: "binary",
  tolerance: { relative: 2e-5, absolute: 1e-6 },
  run(stage) {
    const [a, b] = [0, 1].map((side) =>
      stage.floats(
        side ? "b" : "a",
        pairs.map((pair) => pair[side]),
      ),
    );
    const [y, n] = [stage.uniform("y", pairs.length), pairs.length];
    stage.kernels.binary({ operation, a, b, y, n });
  },
}));

/** Two operands of which one is chosen: who gets the gradient where they are equal, and where one is no number. */
const choices = [0, 1, -1, infinity, -infinity].flatMap((a) =>
  [0, 1, -1, infinity].map((b) => [a, b] as const),
);

const choiceCases: Case[] = [4, 5, KEPT].flatMap((operation) =>
  [0, 1].map((operand) => ({
    name: `${operations[operation]} in ${operand ? "b" : "a"}, at the edges`,
    kernel: "binarySlopes",
    tolerance: rounded,
    run(stage) {
      const n = choices.length;
      const [a, b] = [0, 1].map((side) =>
        stage.floats(
          side ? "b" : "a",
          choices.map((pair) => pair[side]),
        ),
      );
      const [dy, slopes] = [stage.uniform("dy", n), stage.uniform("slopes", n)];
      stage.kernels.binarySlopes({ operation, operand, a, b, dy, slopes, n });
    },
  })),
);

export const binaryCases: readonly Case[] = [...spreadCases, ...slopeCases, ...edgeCases, ...choiceCases];
