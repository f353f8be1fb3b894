import type { Case } from "./case.ts";
import { exact, rounded } from "./case.ts";

interface Layout {
  readonly name: string;
  /** Entries of x, and which of them is the first. */
  readonly room: number;
  readonly first: number;
  readonly lengths: readonly number[];
  readonly steps: readonly number[];
}

const layouts: readonly Layout[] = [
  { name: "one entry", room: 1, first: 0, lengths: [1], steps: [1] },
  { name: "a run", room: 40, first: 3, lengths: [33], steps: [1] },
  { name: "every third, from the end", room: 60, first: 58, lengths: [19], steps: [-3] },
  { name: "a transpose", room: 35, first: 0, lengths: [7, 5], steps: [1, 7] },
  {
    name: "axes in another order",
    room: 2 * 3 * 17 * 5,
    first: 0,
    lengths: [17, 2, 5, 3],
    steps: [5, 255, 1, 85],
  },
  { name: "a part of each axis", room: 6 * 40, first: 42, lengths: [4, 2, 18], steps: [40, 19, 1] },
  { name: "one row for all", room: 18, first: 1, lengths: [3, 17], steps: [0, 1] },
  { name: "one entry for all", room: 4, first: 2, lengths: [2, 5], steps: [0, 0] },
  { name: "backwards along both axes", room: 24, first: 23, lengths: [6, 4], steps: [-4, -1] },
];

const sizeOf = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);

export const stepCases: readonly Case[] = layouts.flatMap(({ name, room, first, lengths, steps }): Case[] => [
  ...[0, 1].map(
    (accumulate): Case => ({
      name: `${name}${accumulate ? ", accumulate" : ""}`,
      kernel: "gatherSteps",
      tolerance: accumulate ? rounded : exact,
      run(stage) {
        const x = stage.uniform("x", room);
        const layout = stage.ints("layout", [...lengths, ...steps]);
        stage.kernels.gatherSteps({
          x: x + first,
          layout,
          y: stage.uniform("y", sizeOf(lengths)),
          rank: lengths.length,
          accumulate,
        });
      },
    }),
  ),
  {
    name,
    kernel: "scatterAddSteps",
    tolerance: rounded,
    run(stage) {
      const y = stage.uniform("y", sizeOf(lengths));
      const layout = stage.ints("layout", [...lengths, ...steps]);
      stage.kernels.scatterAddSteps(y, layout, stage.uniform("x", room) + first, lengths.length);
    },
  },
]);
