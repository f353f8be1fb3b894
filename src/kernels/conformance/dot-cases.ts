import type { Case } from "./case.ts";
import { rounded } from "./case.ts";

interface Sizes {
  readonly groups: number;
  readonly channels: number;
  readonly size: number;
  readonly entries: number;
  readonly rows: number;
}

const sizes: readonly Sizes[] = [
  { groups: 1, channels: 1, size: 1, entries: 1, rows: 1 },
  { groups: 3, channels: 2, size: 40, entries: 9, rows: 33 },
  { groups: 16, channels: 1, size: 99, entries: 9, rows: 17 },
];

const PADDED = 4;

export const dotCases: readonly Case[] = sizes.flatMap(({ groups, channels, size, entries, rows }) =>
  [false, true].map(
    (isSpread): Case => ({
      name: `${groups} groups of ${channels} channels, ${rows} rows of ${entries}${isSpread ? ", without a bias, spread" : ""}`,
      kernel: "gatherDots",
      tolerance: rounded,
      run(stage) {
        const positions = isSpread ? 2 * rows : rows;
        const places = Array.from({ length: rows * entries }, (_, index) =>
          index % PADDED === PADDED - 1 ? -1 : (index * 7) % size,
        );
        const outputs = Array.from({ length: rows }, (_, row) => positions - 1 - 2 * row);
        stage.kernels.gatherDots({
          x: stage.uniform("x", groups * channels * size),
          places: stage.ints("places", places),
          weights: stage.uniform("weights", groups * channels * entries),
          bias: isSpread ? 0 : stage.uniform("bias", groups),
          outputs: isSpread ? stage.ints("outputs", outputs) : 0,
          y: stage.uniform("y", groups * positions),
          groups,
          channels,
          size,
          entries,
          rows,
          positions,
        });
      },
    }),
  ),
);
