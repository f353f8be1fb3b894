import { expect, test } from "vitest";
import { openDevice } from "../device.ts";
import { ints, tensor } from "../tensor.ts";
import { argmax } from "./reductions.ts";

const device = await openDevice({ backend: "reference" });

test("argmax finds the largest entry of each row, the first of several", async () => {
  const x = tensor(device, [-3, -1, -2, 0, 5, 5, 7, 6, 7, 1, 2, 3], [2, 2, 3]);
  const places = argmax(x);
  expect(places.kind).toBe("int");
  expect(places.shape).toEqual([2, 2]);
  expect([...(await places.toArray())]).toEqual([1, 1, 0, 2]);
  expect(await argmax(tensor(device, [1, 4, 2])).item()).toBe(1);
  expect(await argmax(ints(device, [1, 4, 2])).item()).toBe(1);
});
