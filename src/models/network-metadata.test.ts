// A network in one safetensors file: what its metadata says is what is opened, or refused by name.
import { expect, test } from "vitest";
import { readSafetensorsMetadata } from "../formats/safetensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import type { NetworkConfig } from "../networks/config.ts";
import { openModel } from "../open/open-model.ts";
import { openDevice } from "../tensor/device.ts";
import { networkMetadata } from "./network-metadata.ts";
import type { NetworkModel } from "./network-model.ts";

const config: NetworkConfig = {
  inputs: [{ name: "x", axes: ["B", "T", 2], kind: "float" }],
  layers: [
    { name: "fc", inputs: ["x"], config: { kind: "linear", inputSize: 2, outputSize: 2, bias: false } },
    { name: "end", inputs: ["fc"], config: { kind: "activation", activation: "sigmoid" } },
  ],
  outputs: [{ name: "y", from: "end" }],
};
const tensors = { "fc.weight": { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } };
const opened = async (metadata: Readonly<Record<string, string>>, options = {}, own = tensors) =>
  openModel(writeSafetensors(own, metadata), { device: await openDevice({ backend: "wasm" }), ...options });

test("it is opened as it was, and PyTorch's readers find their word", async () => {
  const metadata = networkMetadata(config);
  const model = (await opened(metadata)) as NetworkModel;
  expect(model.format).toBe("safetensors");
  expect(model.network.config).toEqual(config);
  const { y } = await model.run({ x: [[[0, 1]]] });
  expect(Array.from(y.data)).toEqual([2, 4].map((sum) => expect.closeTo(1 / (1 + Math.exp(-sum)), 6)));
  expect(readSafetensorsMetadata(writeSafetensors(tensors, metadata)).format).toBe("pt");
});

test("options that would say otherwise are refused", async () => {
  await expect(
    opened(networkMetadata(config), { returns: "last", kinds: { fc: "embedding" } }),
  ).rejects.toThrow(
    "openModel: these bytes: the file says itself which network it holds, so kinds, returns cannot be chosen",
  );
});

test.each([
  ["no JSON", "{", /the metadata unrolled\.network is no JSON/],
  ["no object", "[]", /the metadata unrolled\.network is no configuration of format_version 1/],
  [
    "a later version",
    JSON.stringify({ format_version: 2, network: config }),
    /no configuration of format_version 1/,
  ],
  ["no network", JSON.stringify({ format_version: 1, network: { inputs: [] } }), /network: /],
])("%s is refused", async (_, text, message) => {
  await expect(opened({ "unrolled.network": text })).rejects.toThrow(message);
});

test("tensors of another network are refused by name", async () => {
  const other = { "fc.weight": { shape: [2, 3], data: new Float32Array(6) } };
  await expect(opened(networkMetadata(config), {}, other)).rejects.toThrow(
    expect.objectContaining({
      code: "shape-mismatch",
      message: expect.stringContaining("fc.weight has shape [2, 3]"),
    }),
  );
});
