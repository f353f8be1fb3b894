import { expect, test } from "vitest";
import { bucketsOf } from "./buckets.ts";

test("every parameter has its place in a bucket, the last ones first, and pieces of all ranks are as long", () => {
  const sizes = [100, 7, 40, 16];
  const buckets = bucketsOf(
    sizes.map((size) => ({ size })),
    3,
    50,
  );
  expect(buckets.map(({ places }) => places.map(({ index, at }) => [index, at]))).toEqual([
    [
      [3, 0],
      [2, 16],
    ],
    [
      [1, 0],
      [0, 16],
    ],
  ]);
  // 64 and 128 entries in three pieces of whole sixteens.
  expect(buckets.map(({ from, piece }) => [from, piece])).toEqual([
    [0, 32],
    [96, 48],
  ]);
});
