import { expect, it } from "vitest";
import { windows } from "./windows.ts";

it("gives the first step of each whole window", () => {
  expect(windows(10, { size: 4 })).toEqual([0, 4]);
  expect(windows(10, { size: 4, stride: 3 })).toEqual([0, 3, 6]);
  expect(windows(3, { size: 4 })).toEqual([]);
});

it("refuses sizes and strides below 1", () => {
  expect(() => windows(10, { size: 0 })).toThrow("size is 0");
  expect(() => windows(10, { size: 4, stride: 0 })).toThrow("stride is 0");
});
