import { expect, it } from "vitest";
import { shown } from "./shown.ts";

it("shows small values as JSON does", () => {
  for (const value of [1, "a", null, true, [], {}, [0.5, 4], { a: 1, b: ["c"] }]) {
    expect(shown(value)).toBe(JSON.stringify(value));
  }
  expect(shown(undefined)).toBe("undefined");
  expect(shown(2n ** 60n)).toBe("1152921504606846976");
});

it("cuts what is long, wide or deep", () => {
  expect(shown("x".repeat(1000))).toBe(`"${"x".repeat(80)}…"`);
  expect(shown(Array(1000).fill(1))).toBe("[1,1,1,1,1,1,1,1,…]");
  expect(shown(JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`))).toBe("[[[…]]]");
});
