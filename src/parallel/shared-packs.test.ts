// Two devices on one memory, as two threads have them, but on one thread.
import { expect, test } from "vitest";
import { joinBackend } from "../kernels/select.ts";
import { Device, openDevice } from "../tensor/device.ts";
import { packed } from "../tensor/operations/products.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { adoptPacks, packsOf, repack } from "./shared-packs.ts";

async function twoThreads() {
  const first = await openDevice({ backend: "wasm" });
  const second = new Device(await joinBackend("wasm", first.heap.memory, true));
  const made = [first, second].map((device) => [
    tensor(device, [1, 2, 3, 4, 5, 6], [2, 3]),
    tensor(device, [7, 8, 9, 10], [2, 2]),
  ]);
  for (const [index, own] of made[1].entries()) second.borrow(own.storage, made[0][index].storage.offset);
  return { theirs: made[0], ours: made[1] };
}

function change(theirs: readonly Tensor[], ours: readonly Tensor[]): void {
  for (const [index, parameter] of theirs.entries()) {
    parameter.assign(Array.from({ length: parameter.size }, (_, entry) => entry * entry + index));
    ours[index].changed();
  }
}

test("what the first thread has used is made by all in turn and read by all", async () => {
  const { theirs, ours } = await twoThreads();
  const own = packed(ours[0], "plain");
  const offsets = [packed(theirs[0], "plain"), packed(theirs[0], "transposed"), packed(theirs[1], "plain")];
  expect(own).not.toBe(offsets[0]);
  change(theirs, ours);
  const packs = packsOf(theirs);
  expect(packs.map(({ offset }) => offset)).toEqual(offsets);
  adoptPacks(ours, packs);
  repack(theirs, packs, 0, 2);
  repack(ours, packs, 1, 2);
  const { heap } = theirs[0].device;
  const copies = packs.map(({ offset, elements }) => heap.floats().slice(offset, offset + elements));
  // Nothing is made anew by those who read: each thread has made its half.
  for (const parameters of [theirs, ours]) {
    expect(packed(parameters[0], "plain")).toBe(offsets[0]);
    expect(packed(parameters[0], "transposed")).toBe(offsets[1]);
    expect(packed(parameters[1], "plain")).toBe(offsets[2]);
  }
  theirs[0].changed();
  theirs[1].changed();
  packed(theirs[0], "plain");
  packed(theirs[0], "transposed");
  packed(theirs[1], "plain");
  expect(packs.map(({ offset, elements }) => heap.floats().slice(offset, offset + elements))).toEqual(copies);
});

test("what is no longer used is shared no longer, and then each thread makes its own", async () => {
  const { theirs, ours } = await twoThreads();
  const offset = packed(theirs[0], "plain");
  adoptPacks(ours, packsOf(theirs));
  expect(packsOf(theirs)).toEqual([]);
  change(theirs, ours);
  const own = packed(ours[0], "plain");
  expect(own).not.toBe(offset);
  expect(packed(theirs[0], "plain")).toBe(offset);
  // And again the first thread's once it is shared again.
  const packs = packsOf(theirs);
  adoptPacks(ours, packs);
  repack(ours, packs, 0, 1);
  expect(packed(ours[0], "plain")).toBe(offset);
});
