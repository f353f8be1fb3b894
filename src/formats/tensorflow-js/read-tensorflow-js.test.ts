import { expect, it } from "vitest";
import { readTensorFlowJs } from "./read-tensorflow-js.ts";

const dense = {
  class_name: "Dense",
  config: { name: "d", units: 2, use_bias: false, batch_input_shape: [null, 3] },
};
const topology = { class_name: "Sequential", config: { layers: [dense] } };
const kernel = { name: "d/kernel", shape: [3, 2], dtype: "float32" };
const group = (paths: unknown, ...weights: object[]) => ({ paths, weights });
const json = (manifest: unknown, model: object = topology) =>
  JSON.stringify({ format: "layers-model", modelTopology: model, weightsManifest: manifest });
const bytesOf = (values: Float32Array | Uint16Array | Uint8Array) => new Uint8Array(values.buffer);
const plain = bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6));
/** Weights are [O, I] here, and [I, O] there. */
const TURNED = Float32Array.of(1, 3, 5, 2, 4, 6);

it("weights in several files, cut where it may be", async () => {
  const files: Record<string, Uint8Array> = { "a/1.bin": plain.subarray(0, 7), "a/2.bin": plain.subarray(7) };
  const { tensors } = await readTensorFlowJs(
    json([group(["a/1.bin", "a/2.bin"], kernel)]),
    (path) => files[path],
  );
  expect(tensors).toEqual({ "d.weight": { shape: [2, 3], data: TURNED } });
});

it.each<[string, Uint8Array, object]>([
  ["float16", bytesOf(Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600)), { dtype: "float16" }],
  ["uint8", Uint8Array.of(0, 2, 4, 6, 8, 10), { dtype: "uint8", scale: 0.5, min: 1 }],
  [
    "uint16",
    bytesOf(Uint16Array.of(0, 1000, 2000, 3000, 4000, 5000)),
    { dtype: "uint16", scale: 0.001, min: 1 },
  ],
])("weights quantised to %s", async (_, bytes, quantization) => {
  const { tensors } = await readTensorFlowJs(
    json([group(["w"], { ...kernel, quantization: { original_dtype: "float32", ...quantization } })]),
    async () => bytes,
  );
  for (const [index, value] of TURNED.entries())
    expect(tensors["d.weight"].data[index]).toBeCloseTo(value, 6);
});

it("models that were converted from Keras keep its attributes around theirs", async () => {
  const converted = { keras_version: "2.11.0", backend: "tensorflow", model_config: topology };
  const { config } = await readTensorFlowJs(json([group(["w"], kernel)], converted), () => plain);
  expect(config.layers.map(({ name }) => name)).toEqual(["d"]);
});

it.each<[string, string, string]>([
  ["no JSON", "{", "the file is no JSON"],
  [
    "a graph model",
    JSON.stringify({ format: "graph-model", modelTopology: {} }),
    "the file is a graph model",
  ],
  ["no topology", "{}", "modelTopology is undefined"],
  ["no manifest", JSON.stringify({ modelTopology: topology }), "weightsManifest is undefined"],
  [
    "a file elsewhere",
    json([group(["../w"], kernel)]),
    'a file of weights is "../w", needed a plain relative path',
  ],
  ["a file at an address", json([group(["https://x/w"], kernel)]), "needed a plain relative path"],
  ["a file twice", json([group(["w", "w"], kernel)]), "a file of weights is named twice"],
  [
    "too few bytes",
    json([group(["w"], { ...kernel, shape: [3, 3] })]),
    'weight "d/kernel" needs 36 bytes, 24 are left',
  ],
  [
    "too many bytes",
    json([group(["w"], { ...kernel, shape: [2, 2] })]),
    "files of weights have 24 bytes, of which 16 are used",
  ],
  [
    "a shape beyond any file",
    json([group(["w"], { ...kernel, shape: [2 ** 40, 2 ** 40] })]),
    "larger than any file",
  ],
  ["another type", json([group(["w"], { ...kernel, dtype: "string" })]), 'dtype is "string", needed one of'],
  [
    "another layer's",
    json([group(["w"], { ...kernel, name: "e/kernel" })]),
    'weight "e/kernel" belongs to no layer',
  ],
  [
    "a layer that is not read",
    json([], { class_name: "Sequential", config: { layers: [{ ...dense, class_name: "Mine" }] } }),
    '"Mine" (layer "d", 1 of 1)',
  ],
])("%s", async (_, text, message) => {
  await expect(readTensorFlowJs(text, () => plain)).rejects.toMatchObject({
    code: "invalid-file",
    message: expect.stringContaining(message),
  });
});

it("what gives no bytes", async () => {
  const reading = readTensorFlowJs(json([group(["w"], kernel)]), () => "text" as unknown as Uint8Array);
  await expect(reading).rejects.toMatchObject({ code: "invalid-argument" });
});
