// Tensors are made on a device, which a tensor or a module on it names as well.
import { type Device, ints, Linear, Module, openDevice, tensor, zeros } from "unrolled";
import { lengthMask, padSequences } from "unrolled/data";
import type { OnDevice } from "unrolled/tensor";
import { beforeAll, expect, test } from "vitest";

let device: Device;
let other: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
  other = await openDevice({ backend: "wasm" });
});

/** Keeps what it likes under names that others have too. */
class Named extends Module {
  readonly head: Linear;
  readonly device: Device;
  readonly heap = "of leaves";

  constructor(on: Device, kept: Device) {
    super();
    this.head = new Linear(on, { inputSize: 1, outputSize: 1 });
    this.device = kept;
  }
}

const makers: readonly [string, (on: OnDevice) => { readonly device: Device }][] = [
  ["tensor", (on) => tensor(on, [1])],
  ["ints", (on) => ints(on, [1])],
  ["zeros", (on) => zeros(on, [1])],
  ["lengthMask", (on) => lengthMask(on, [1])],
  ["padSequences", (on) => padSequences(on, [[1]]).ids],
  ["padSequences", (on) => padSequences(on, [[[1]]]).xs],
];

test.each(makers)("%s", (_, make) => {
  for (const there of [device, other]) {
    expect(make(there).device).toBe(there);
    expect(make(zeros(there, [2])).device).toBe(there);
    expect(make(new Linear(there, { inputSize: 1, outputSize: 1 })).device).toBe(there);
  }
  // A module's parameters say where it is, whatever else it knows.
  expect(make(new Named(device, other)).device).toBe(device);
});

test.each(makers)("%s refuses what is on no device", (name, make) => {
  expect(() => make(new (class extends Module {})())).toThrow(`${name}: the module has no parameters`);
  for (const wrong of [undefined, null, 3, [1], {}, { device: 3 }] as unknown[])
    expect(() => make(wrong as Device)).toThrow(
      `${name}: device is ${Array.isArray(wrong) ? "a list" : wrong === null ? "null" : typeof wrong}, needed a device`,
    );
});
