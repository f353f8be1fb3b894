import { expect, test } from "vitest";
import { narrow, widen } from "./bfloat16.ts";

/** Numbers through bfloat16 and back. */
function rounded(numbers: readonly number[]): number[] {
  const floats = Float32Array.from(numbers);
  const bytes = new Uint8Array(floats.buffer);
  narrow(bytes);
  widen(bytes);
  return [...floats];
}

test("bfloat16 has eight bits of a number, rounded to the nearest and to even ones between two", () => {
  // 1 + 1/256 is between 1 and 1 + 1/128; 1 + 3/256 between 1 + 1/128 and 1 + 2/128.
  expect(rounded([1, 1 + 1 / 256, 1 + 3 / 256, 1 + 1.01 / 256, -1 - 1 / 128])).toEqual([
    1,
    1,
    1 + 2 / 128,
    1 + 1 / 128,
    -1 - 1 / 128,
  ]);
});

test("what bfloat16 cannot hold becomes infinite, and what is no number stays none", () => {
  expect(rounded([3.4e38, -3.4e38, Number.POSITIVE_INFINITY, Number.NaN, 0])).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    0,
  ]);
});
