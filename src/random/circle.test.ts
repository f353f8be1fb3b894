import { expect, test } from "vitest";
import { turned } from "./circle.ts";

test("parts of a turn are points of the circle, and quarters are exact", () => {
  for (const parts of [1, 3, 7, 16, 399, 512])
    for (let part = -parts; part <= 2 * parts; part++) {
      const [c, s] = turned(part, parts);
      const angle = (2 * Math.PI * part) / parts;
      expect(c).toBeCloseTo(Math.cos(angle), 13);
      expect(s).toBeCloseTo(Math.sin(angle), 13);
    }
  expect([0, 2, 4, 6].map((part) => turned(part, 8).map((each) => each + 0))).toEqual([
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]);
});
