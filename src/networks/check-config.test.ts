import { expect, test } from "vitest";
import { UnrolledError } from "../errors.ts";
import { checkNetworkConfig } from "./check-config.ts";
import type { LayerConfig, NetworkConfig } from "./config.ts";
import { networkShapes } from "./network-shapes.ts";

/** A network of layers one after the other. */
function chain(axes: readonly (number | string)[], ...configs: readonly LayerConfig[]): NetworkConfig {
  const names = ["x", ...configs.map((_, index) => `l${index}`)];
  return {
    inputs: [{ name: "x", axes, kind: "float" }],
    layers: configs.map((config, index) => ({ name: names[index + 1], inputs: [names[index]], config })),
    outputs: [{ name: "y", from: names[configs.length] }],
  };
}

const linear = (inputSize: number, outputSize: number): LayerConfig => ({
  kind: "linear",
  inputSize,
  outputSize,
  bias: true,
});

const gru: LayerConfig = { kind: "gru", options: { inputSize: 2, hiddenSize: 2 }, returns: "last" };

const problemOf = (json: unknown) => {
  try {
    checkNetworkConfig(json);
  } catch (error) {
    expect(error).toBeInstanceOf(UnrolledError);
    return (error as UnrolledError).message;
  }
  return "none";
};

test("all misfits are told at once, each with the layer and both shapes, and not those that follow from them", () => {
  const config = chain(["B", "T", 4], linear(5, 6), linear(7, 8), linear(8, 9), {
    kind: "gru",
    options: { inputSize: 3, hiddenSize: 2, batchFirst: true },
    returns: "last",
  });
  const other = {
    ...config,
    layers: [...config.layers, { name: "other", inputs: ["x"], config: linear(3, 1) }],
  };
  expect(problemOf(other)).toBe(
    "network: layer l0 (linear) reads [B, T, 4], needed [..., 5] (from x); layer other (linear) reads [B, T, 4], needed [..., 3] (from x)",
  );
  const recurrent = chain(["B", "T", 4], config.layers[3].config);
  expect(problemOf(recurrent)).toContain("layer l0 (gru) reads [B, T, 4], needed [B, T, 3]");
});

test.each<[string, unknown, string]>([
  ["no object", 3, "configuration: is 3, needed an object"],
  ["no lists", {}, "inputs is missing, needed a list"],
  [
    "an unknown kind",
    chain([2], { kind: "exec" } as never),
    'layer l0: kind is "exec", needed one of embedding',
  ],
  ["a kind that objects have", chain([2], { kind: "toString" } as never), "needed one of embedding"],
  [
    "a size of a million millions",
    chain([2], linear(1e12, 2)),
    "(linear) inputSize is 1000000000000, needed a whole",
  ],
  [
    "a missing field",
    chain([2], { kind: "linear", inputSize: 2 } as never),
    "bias is missing, needed true or false",
  ],
  ["an unknown field", chain([2], { kind: "flatten", deep: 1 } as never), '"deep" is not a known field'],
  [
    "an unknown option",
    chain([2, 2, 2], {
      kind: "rnn",
      options: { inputSize: 2, hiddenSize: 2, code: "x" },
      returns: "last",
    } as never),
    'options."code" is not a known field',
  ],
  [
    "an option of another kind",
    chain([2, 2, 2], {
      kind: "rnn",
      options: { inputSize: 2, hiddenSize: 2, zoneout: { h: 1 } },
      returns: "last",
    }),
    "options.zoneout.h is 1, needed a number from 0 to below 1",
  ],
  [
    "what is not there",
    { ...chain([2]), outputs: [{ name: "y", from: "z" }] },
    "output y comes from z, which is no",
  ],
  [
    "a layer that reads itself",
    { ...chain([2]), layers: [{ name: "a", inputs: ["a"], config: linear(2, 2) }] },
    "layer a reads a, which is no input and no layer before it",
  ],
  [
    "a name twice",
    chain([2], linear(2, 2), linear(2, 2)).layers[0] && twice(),
    "input or layer x is there twice",
  ],
  [
    "ids where numbers are needed",
    { ...chain([2], linear(2, 2)), inputs: [{ name: "x", axes: [2], kind: "int" }] },
    "needed numbers",
  ],
  [
    "two values for one",
    { ...chain([2]), layers: [{ name: "a", inputs: ["x", "x"], config: linear(2, 2) }] },
    "reads 2 values, needed one",
  ],
  [
    "a layer that reads nothing",
    { ...chain([2]), layers: [{ name: "a", inputs: [], config: gru }] },
    "layer a (gru) reads 0 values, needed at least one",
  ],
  [
    "alpha where there is none",
    chain([2], { kind: "activation", activation: "tanh", alpha: 2 }),
    '"tanh" has none',
  ],
])("%s is refused", (_, json, message) => {
  expect(problemOf(json)).toContain(message);
});

function twice(): NetworkConfig {
  const config = chain([2], linear(2, 2));
  return { ...config, layers: [{ ...config.layers[0], name: "x" }] };
}

test("shapes: what each layer makes of its input", () => {
  const shapes = (axes: readonly (number | string)[], ...configs: readonly LayerConfig[]) => {
    const config = checkNetworkConfig(chain(axes, ...configs));
    return networkShapes(config).get(config.outputs[0].from)?.axes;
  };
  const conv = (padding: "valid" | "same" | "causal", stride: number): LayerConfig => ({
    kind: "conv1d",
    ...{ inputSize: 2, outputSize: 5, kernelSize: 3, dilation: 2, bias: false, stride, padding },
  });
  expect(shapes(["B", 10, 2], conv("valid", 1))).toEqual(["B", 6, 5]);
  expect(shapes(["B", 10, 2], conv("same", 3))).toEqual(["B", 4, 5]);
  expect(shapes(["B", "T", 2], conv("causal", 1))).toEqual(["B", "T", 5]);
  expect(shapes(["B", "T", 2], conv("valid", 1))).toEqual(["B", "l0.T", 5]);
  expect(shapes(["B", 3, 4], { kind: "flatten" }, linear(12, 1))).toEqual(["B", 1]);
  expect(shapes(["B", "T", 4], { kind: "flatten" })).toEqual(["B", "l0.N"]);
  expect(shapes(["B", 12], { kind: "reshape", shape: [3, -1] })).toEqual(["B", 3, 4]);
  const lstm = (options: object, returns: "last" | "sequence"): LayerConfig => ({
    kind: "lstm",
    options: { inputSize: 2, hiddenSize: 6, ...options },
    returns,
  });
  expect(shapes(["T", "B", 2], lstm({ direction: "bidirectional", batchFirst: false }, "sequence"))).toEqual([
    "T",
    "B",
    12,
  ]);
  expect(shapes(["T", "B", 2], lstm({ projectionSize: 3, batchFirst: false }, "last"))).toEqual(["B", 3]);
  // Batch-major is what a layer reads unless it says otherwise.
  expect(shapes(["B", "T", 2], lstm({}, "last"))).toEqual(["B", 6]);
  const merged = { batchFirst: true, direction: "bidirectional", merge: "sum" };
  expect(shapes(["B", "T", 2], lstm(merged, "last"))).toEqual(["B", 6]);
});
