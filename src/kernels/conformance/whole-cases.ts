import { type Case, exact, lengths, shapes } from "./case.ts";
import type { Stage } from "./stage.ts";

const LEAST = -(2 ** 31);
const MOST = 2 ** 31 - 1;

/** Whole numbers from −3 to 5, the largest and the least among them. */
function someWholes(stage: Stage, length: number): number[] {
  return Array.from({ length }, (_, i) =>
    i % 13 === 12 ? [LEAST, MOST][i % 2] : stage.random.integer(9) - 3,
  );
}

/** Where an id is that is not one of five: nowhere, at the end, at the beginning, and which. */
const strays = [
  { name: "all inside", at: () => -1, id: 0, ignored: Number.NaN },
  { name: "the last above", at: (n: number) => n - 1, id: 5, ignored: Number.NaN },
  { name: "the first below", at: () => 0, id: -1, ignored: Number.NaN },
  { name: "the largest", at: (n: number) => n >> 1, id: MOST, ignored: -100 },
  { name: "the least", at: (n: number) => n >> 1, id: LEAST, ignored: -100 },
  { name: "ignored", at: (n: number) => n - 1, id: -100, ignored: -100 },
  { name: "one that another call would ignore", at: (n: number) => n - 1, id: -100, ignored: 2 },
];

const idCases: Case[] = lengths.flatMap((n): Case[] => [
  ...strays.map(
    ({ name, at, id, ignored }): Case => ({
      name: `n ${n}, ${name}`,
      kernel: "firstOutside",
      tolerance: exact,
      run(stage) {
        const ids = Array.from({ length: n }, (_, i) => (i === at(n) ? id : stage.random.integer(5)));
        stage.result("outside", stage.kernels.firstOutside(stage.ints("ids", ids), n, 5, ignored));
      },
    }),
  ),
  ...[0, LEAST].map(
    (value): Case => ({
      name: `n ${n}, ${value}`,
      kernel: "countOf",
      tolerance: exact,
      run(stage) {
        const ids = stage.ints("ids", someWholes(stage, n));
        stage.result("count", stage.kernels.countOf(ids, value, n));
      },
    }),
  ),
  {
    name: `n ${n}`,
    kernel: "total",
    tolerance: { relative: 1e-12, absolute: 1e-12 },
    run(stage) {
      stage.result("sum", stage.kernels.total(stage.uniform("x", n, 0, 1000), n));
    },
  },
]);

const markCases: Case[] = shapes.flatMap(([m, n]): Case[] => [
  ...[0, -1, 0.5, 0.1, Number.NaN, -0].map(
    (value): Case => ({
      name: `${m}×${n}, ${Object.is(value, -0) ? "−0" : value}`,
      kernel: "markRows",
      tolerance: exact,
      run(stage) {
        // Rows that are the value but for one entry, a tiny one, a zero of either sign, or for none.
        const entries = Array.from({ length: m * n }, () => value);
        for (let row = 0; row < m; row++) {
          const other = [7, 1e-40, value === 0 ? -0 : value, Number.NaN][row % 4];
          entries[row * n + ((row * 5) % n)] = other;
        }
        const marks = stage.ints("marks", new Array(m).fill(-7));
        stage.kernels.markRows({ x: stage.floats("x", entries), value, marks, m, n });
      },
    }),
  ),
  {
    name: `${m}×${n}, whole`,
    kernel: "markRows",
    tolerance: exact,
    run(stage) {
      const entries = new Array<number>(m * n).fill(0);
      for (let row = 0; row < m; row += 2) entries[row * n + (row % n)] = row % 4 ? 3 : LEAST;
      const marks = stage.ints("marks", new Array(m).fill(-7));
      stage.kernels.markRows({ x: stage.ints("x", entries), value: 0, whole: 1, marks, m, n });
    },
  },
]);

/** Whole numbers that decide what is computed. */
export const wholeCases: readonly Case[] = [...idCases, ...markCases];
