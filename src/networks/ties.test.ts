import { expect, test } from "vitest";
import { writeKerasWeights } from "../formats/keras/write-keras-weights.ts";
import { openOnnx } from "../formats/onnx/graph.ts";
import { writeOnnx } from "../formats/onnx/write/write-model.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { ints } from "../tensor/tensor.ts";
import { checkNetworkConfig } from "./check-config.ts";
import type { LayerConfig, NetworkConfig } from "./config.ts";
import { Network } from "./network.ts";
import { networkData, networkFrom } from "./network-data.ts";
import { parameterShapes } from "./parameter-shapes.ts";

const device = await openDevice({ backend: "wasm" });
const [V, E] = [6, 4];

function networkOf(last: LayerConfig): NetworkConfig {
  return {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      { name: "encoder", inputs: ["ids"], config: { kind: "embedding", vocabularySize: V, size: E } },
      { name: "decoder", inputs: ["encoder"], config: last },
    ],
    outputs: [{ name: "logits", from: "decoder" }],
  };
}
const linear = { kind: "linear", inputSize: E, outputSize: V, bias: true } as const;
const tied = networkOf({ ...linear, weight: { tied: "encoder.weight" } });
const make = (config: NetworkConfig) => new Network(device, config, { generator: new Generator(2) });
const ids = ints(device, [0, 3, 5, 2, 3, 3], [2, 3]);

test("a tied weight is there once, and its gradients are those of both places added", async () => {
  const [network, apart] = [make(tied), make(networkOf(linear))];
  expect([...network.namedParameters().keys()]).toEqual(["encoder.weight", "decoder.bias"]);
  expect([...parameterShapes(tied).keys()]).toEqual(["encoder.weight", "decoder.bias"]);
  const weights = await network.stateDict();
  apart.loadStateDict({ ...weights, "decoder.weight": weights["encoder.weight"] });
  for (const model of [network, apart]) sum(model.forward({ ids }).outputs.logits).backward();
  const gradient = async (name: string, model = apart) =>
    (await model.namedParameters().get(name)!.grad!.toArray()) as Float32Array;
  const [encoder, decoder] = [await gradient("encoder.weight"), await gradient("decoder.weight")];
  const both = await gradient("encoder.weight", network);
  for (const [at, entry] of both.entries())
    expect(entry, `[${at}]`).toBeCloseTo(encoder[at] + decoder[at], 5);
});

test("a state dictionary may name it twice, with the same numbers", async () => {
  const data = await networkData(make(tied));
  const twice = { ...data.tensors, "decoder.weight": data.tensors["encoder.weight"] };
  const network = networkFrom(device, { config: tied, tensors: twice });
  network.loadStateDict(twice);
  expect(await network.stateDict()).toEqual(data.tensors);
  const other = { shape: [V, E], data: new Float32Array(V * E) };
  expect(() => networkFrom(device, { config: tied, tensors: { ...twice, "decoder.weight": other } })).toThrow(
    "tensor decoder.weight has other numbers than encoder.weight, which it is tied to",
  );
});

test("an ONNX file has it once and computes the same; Keras' weights have it in both layers", async () => {
  const network = make(tied);
  const data = await networkData(network);
  const bytes = writeOnnx(data);
  const model = await openOnnx(device, bytes);
  const expected = await network.forward({ ids }).outputs.logits.toArray();
  const { logits } = await model.run({ ids: { type: "int64", dims: [2, 3], data: [0, 3, 5, 2, 3, 3] } });
  for (const [at, entry] of expected.entries())
    expect(Number(logits.data[at]), `[${at}]`).toBeCloseTo(entry, 5);
  const apart = networkOf(linear);
  const all = { ...data.tensors, "decoder.weight": data.tensors["encoder.weight"] };
  expect(writeOnnx({ config: apart, tensors: all }).length - bytes.length).toBeGreaterThan(V * E * 4 - 200);
  expect(writeKerasWeights(data)).toEqual(writeKerasWeights({ config: apart, tensors: all }));
});

test.each<[LayerConfig, string]>([
  [
    { ...linear, weight: { tied: "nothing.weight" } },
    "decoder.weight is tied to nothing.weight, which is no parameter",
  ],
  [{ ...linear, weight: { tied: "decoder.bias" } }, "is no parameter of a layer before it"],
  [
    { ...linear, outputSize: 5, weight: { tied: "encoder.weight" } },
    "decoder.weight [5, 4] is tied to encoder.weight [6, 4]",
  ],
  [{ ...linear, weight: "encoder.weight" } as never, '(linear) weight is "encoder.weight", needed an object'],
])("%j is refused", (config, message) => {
  expect(() => checkNetworkConfig(networkOf(config))).toThrow(message);
});
