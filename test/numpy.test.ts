// Arrays that NumPy wrote (scripts/numpy-fixtures.py), alone, several by name, and as models.
import { readFileSync } from "node:fs";
import { openDevice, openModel } from "unrolled";
import { readNpy, readNpz } from "unrolled/formats/numpy";
import { expect, test } from "vitest";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`fixtures/numpy/${name}`, import.meta.url)));

test("every type, both orders of axes and bytes", async () => {
  const { scalar, empty, "?": truths, ...others } = await readNpz(fixture("types.npz"));
  expect(Object.keys(others)).toHaveLength(14);
  for (const [name, { shape, data }] of Object.entries(others)) {
    expect([name, shape]).toEqual([name, [2, 3]]);
    expect([name, [...data]]).toEqual([name, [0, 1, 2, 3, 4, 5]]);
  }
  expect(others[">i8"].dtype).toBe("I64");
  expect([...truths.data]).toEqual([0, 1, 1, 1, 1, 1]);
  expect(scalar).toEqual({ dtype: "F32", shape: [], data: Float32Array.of(7) });
  expect(empty.shape).toEqual([0, 4]);
});

test("an array of three axes whose first varies fastest", () => {
  const { shape, data } = readNpy(fixture("columns.npy"));
  expect(shape).toEqual([2, 3, 4]);
  expect([...data]).toEqual(Array.from({ length: 24 }, (_, at) => at));
});

test.each([
  ["objects.npy", "it holds Python's objects"],
  ["texts.npy", "it holds texts"],
  ["complex.npy", "it holds complex numbers"],
  ["records.npy", "records are not read"],
])("%s is refused", (name, message) => {
  expect(() => readNpy(fixture(name))).toThrow(message);
});

test("a file that is cut, and one that claims more than it has", () => {
  const bytes = fixture("columns.npy");
  expect(() => readNpy(bytes.subarray(0, bytes.length - 1))).toThrow("takes 96 bytes, 95 are there");
  const claims = Uint8Array.from(bytes);
  const at = new TextDecoder("latin1").decode(claims).indexOf("(2, 3, 4)");
  claims.set(new TextEncoder().encode("(2, 3, 9)"), at);
  expect(() => readNpy(claims)).toThrow("takes 216 bytes, 96 are there");
});

test("tensors by PyTorch's names are a network", async () => {
  const model = await openModel(fixture("model.npz"), { device: await openDevice() });
  expect(model.format).toBe("numpy");
  if (!("network" in model)) throw new Error("needed a network");
  expect(model.network.config.layers.map(({ config }) => config.kind)).toEqual(["lstm", "linear"]);
  await expect(openModel(fixture("columns.npy"))).rejects.toThrow(
    "the file is an array of NumPy, and a model has several; numpy.savez keeps several by name",
  );
});
