import { expect, test } from "vitest";
import { openDevice } from "../tensor/device.ts";
import { padSequences } from "./pad-sequences.ts";

const device = await openDevice({ backend: "reference" });

test("sequences stand in columns, filled up to the longest", async () => {
  const { ids, lengths } = padSequences(device, [[1, 2], Int32Array.of(3, 4, 5), [6]], 9);
  expect(ids.kind).toBe("int");
  expect(ids.shape).toEqual([3, 3]);
  expect([...(await ids.toArray())]).toEqual([1, 3, 6, 2, 4, 9, 9, 5, 9]);
  expect(lengths).toEqual([2, 3, 1]);
  expect([...(await padSequences(device, [[1], [2, 3]]).ids.toArray())]).toEqual([1, 2, 0, 3]);
});

test("nothing to read is an error that says which sequence is empty", () => {
  expect(() => padSequences(device, [])).toThrow("padSequences: no sequences were given");
  expect(() => padSequences(device, [[1], []])).toThrow("padSequences: sequence 1 is empty");
});

test("vectors stand side by side too", async () => {
  const { xs, lengths } = padSequences(device, [[[1, 2]], [Float32Array.of(3, 4), [5, 6.5]]], -1);
  expect(xs.kind).toBe("float");
  expect(xs.shape).toEqual([2, 2, 2]);
  expect([...(await xs.toArray())]).toEqual([1, 2, 3, 4, -1, -1, 5, 6.5]);
  expect(lengths).toEqual([1, 2]);
  expect(() => padSequences(device, [[[1, 2]], [[3]]])).toThrow(
    "padSequences: step 0 of sequence 1 is a vector of 1 entries, needed 2 numbers",
  );
  expect(() => padSequences(device, [[[1, 2], 3 as unknown as number[]]])).toThrow(
    "step 1 of sequence 0 is number",
  );
});
