import { expect, test } from "vitest";
import { orderUnits } from "./order-units.ts";

/** [T, H] from a function of time for each unit. */
function matrix(steps: number, units: readonly ((step: number) => number)[]): Float32Array {
  return Float32Array.from({ length: steps * units.length }, (_, index) =>
    units[index % units.length](Math.floor(index / units.length)),
  );
}

test("by variance, units that change most come first and those that never do last", () => {
  const values = matrix(20, [() => 5, (t) => Math.sin(t), (t) => 3 * Math.sin(t), (t) => 0.1 * t]);
  expect([...orderUnits(values, 4, "variance")]).toEqual([2, 1, 3, 0]);
  expect([...orderUnits(values, 4, "found")]).toEqual([0, 1, 2, 3]);
});

test("by similarity, units that rise and fall together stand side by side", () => {
  const slow = (by: number) => (t: number) => Math.sin(t / 9) + by * Math.cos(3 * t);
  const fast = (by: number) => (t: number) => 2 * Math.cos(1.7 * t) + by * Math.sin(t * t);
  const values = matrix(60, [slow(0.1), fast(0.1), slow(0.05), fast(0.2), slow(0.2), fast(0)]);
  const order = [...orderUnits(values, 6, "similarity")];
  expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(order.map((unit) => unit % 2).join("")).toMatch(/^(000111|111000)$/);
});

test("a unit that never changes is like no other, and breaks nothing", () => {
  const values = matrix(10, [() => 1, (t) => t, (t) => 2 * t]);
  const order = [...orderUnits(values, 3, "similarity")];
  expect(Math.abs(order.indexOf(1) - order.indexOf(2))).toBe(1);
});

test("numbers that are no whole matrix are refused", () => {
  expect(() => orderUnits(new Float32Array(7), 2, "found")).toThrow("orderUnits: values has 7 numbers");
});
