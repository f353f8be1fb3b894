// What graphs of streams are made of in tests.
import { expect } from "vitest";
import type { Numbers, TestInfo, TestNode } from "./build.ts";
import { list, random } from "./operator-case.ts";

export const BANDS = 5;
export const INPUT = 3;
export const HIDDEN = 4;
export const weights: Record<string, Numbers> = {
  W: random([2, 3 * HIDDEN, INPUT], 0.8),
  R: random([2, 3 * HIDDEN, HIDDEN], 0.8),
  W2: random([1, 3 * HIDDEN, 2 * HIDDEN], 0.8),
  R2: random([1, 3 * HIDDEN, HIDDEN], 0.8),
  W1: random([1, 3 * HIDDEN, INPUT], 0.8),
  V: random([HIDDEN, INPUT], 0.8),
  one: list(1),
  last: list(-2),
  end: list(2 ** 31),
};

/** A node that is called as its first output. */
export const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: TestNode["attributes"] = {},
): TestNode => ({ op, name: outputs.find((name) => name !== "") ?? op, inputs, outputs, attributes });
/** An input or output. */
export const value = (name: string, ...dims: (number | string)[]): TestInfo => ({
  name,
  type: "float32",
  dims,
});

export function expectClose(here: readonly number[], there: readonly number[]): void {
  expect(here.length).toBe(there.length);
  here.forEach((entry, index) => {
    expect(Math.abs(entry - there[index]), `[${index}]: ${entry}, not ${there[index]}`).toBeLessThan(1e-6);
  });
}

/** What a value holds. */
export const numbersOf = ({ data }: { readonly data: ArrayLike<number> }) => Array.from(data);
