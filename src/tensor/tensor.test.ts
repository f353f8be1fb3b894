import { expect, test } from "vitest";
import { openDevice } from "./device.ts";
import { square } from "./operations/functions.ts";
import { ints, tensor, zeros } from "./tensor.ts";

const device = await openDevice({ backend: "wasm" });

test("nested arrays are the axes of a tensor", async () => {
  const x = tensor(device, [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(x.shape).toEqual([3, 2]);
  expect([...(await x.toArray())]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(tensor(device, [[[1], [2]]]).shape).toEqual([1, 2, 1]);
  expect(tensor(device, [Float32Array.of(1, 2), Float32Array.of(3, 4)]).shape).toEqual([2, 2]);
  expect(tensor(device, [[1, 2, 3]], [3]).shape).toEqual([3]);
  expect(tensor(device, [1, 2, 3]).shape).toEqual([3]);
  const ids = ints(device, [
    [1, 2],
    [3, 4],
  ]);
  expect([ids.kind, ids.shape]).toEqual(["int", [2, 2]]);
});

test("nested arrays are gradients and numbers to assign", async () => {
  const x = tensor(device, [[1, 2]], undefined, { requiresGrad: true });
  square(x).backward([[10, 100]]);
  expect([...(await x.grad!.toArray())]).toEqual([20, 400]);
  expect([
    ...(await zeros(device, [2, 1])
      .assign([[7], [8]])
      .toArray()),
  ]).toEqual([7, 8]);
  expect(() => zeros(device, [2]).assign([[1, 2, 3]])).toThrow(
    "assign: needs shape [2] (float), got 3 numbers",
  );
});

test("nested arrays of unequal lengths, or with something else inside, are refused", () => {
  const message = "nested arrays have unequal lengths, or entries that are no numbers";
  expect(() => tensor(device, [[1, 2], [3]])).toThrow(`tensor: ${message}`);
  expect(() => tensor(device, [1, [2]])).toThrow(`tensor: ${message}`);
  expect(() => tensor(device, [["a"]] as never)).toThrow(`tensor: ${message}`);
  expect(() => ints(device, [[1], 2])).toThrow(`ints: ${message}`);
  expect(() => tensor(device, [[1, 2]], [3])).toThrow("tensor: shape [3] needs 3 numbers, got 2");
});

test("read copies the numbers at once, whole ones too", async () => {
  const x = tensor(device, [1, 2]);
  const numbers = device.scope(() => x.read());
  x.assign([3, 4]);
  expect(numbers).toEqual(Float32Array.of(1, 2));
  expect(ints(device, [5]).read()).toEqual(Float32Array.of(5));
});

test("what toArray and item give is what stood there when they were called", async () => {
  const x = tensor(device, [1]);
  const [numbers, number] = [x.toArray(), x.item()];
  x.assign([2]);
  expect([await numbers, await number]).toEqual([Float32Array.of(1), 1]);
});
