import { beforeAll, expect, it } from "vitest";
import { Parameter } from "../module/module.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { mean } from "../tensor/operations/reductions.ts";
import { narrow, select, swapAxes } from "../tensor/operations/shapes.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { LayerConfig, NetworkConfig } from "./config.ts";
import { Network } from "./network.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const xs = () => tensor(device, [1, 2, 3, 4, 5, 6, -1, 0, 7, 8, 9, -9], [2, 3, 2]);
const input = { name: "xs", axes: ["B", "T", 2], kind: "float" } as const;
const one = (config: LayerConfig): NetworkConfig => ({
  inputs: [input],
  layers: [{ name: "layer", inputs: ["xs"], config }],
  outputs: [{ name: "ys", from: "layer" }],
});
const run = async (config: LayerConfig, lengths?: readonly number[]) =>
  (await new Network(device, one(config)).forward({ xs: xs() }, { lengths }).outputs.ys.toArray()).slice();
const lstm = (returns: "sequence" | "last", more: object = {}) =>
  ({ kind: "lstm", options: { inputSize: 2, hiddenSize: 3, batchFirst: true, ...more }, returns }) as const;

it("steps in reverse order, and their gradients", async () => {
  expect([...(await run({ kind: "reverse-steps" }))]).toEqual([5, 6, 3, 4, 1, 2, 9, -9, 7, 8, -1, 0]);
  const parameter = new Parameter(device, [2, 3, 2]);
  const { ys } = new Network(device, one({ kind: "reverse-steps" })).forward({ xs: parameter }).outputs;
  mean(narrow(swapAxes(ys), 0, 1)).backward();
  expect(await parameter.grad!.toArray()).toEqual(
    Float32Array.of(0, 0, 0, 0, 0.25, 0.25, 0, 0, 0, 0, 0.25, 0.25),
  );
});

it("a mean over all steps is over those that count", async () => {
  expect([...(await run({ kind: "global-pool1d", pool: "average" }))]).toEqual(
    [3, 4, 5, -1 / 3].map(Math.fround),
  );
  expect([...(await run({ kind: "global-pool1d", pool: "average" }, [2, 1]))]).toEqual([2, 3, -1, 0]);
  expect([...(await run({ kind: "global-pool1d", pool: "max" }))]).toEqual([5, 6, 9, 8]);
});

it.each<[LayerConfig]>([
  [{ kind: "reverse-steps" }],
  [{ kind: "global-pool1d", pool: "max" }],
  [{ kind: "pool1d", pool: "max", size: 2, stride: 1, padding: "valid" }],
])("%j refuses sequences of unequal length", async (config) => {
  await expect(run(config, [2, 3])).rejects.toThrow("needed all of one length");
});

it("a layer begins where another has ended", async () => {
  const part = (name: string, inputs: string[], config: LayerConfig) => ({ name, inputs, config });
  const network = new Network(device, {
    inputs: [input],
    layers: [
      part("first", ["xs"], lstm("last")),
      part("h", ["first"], { kind: "final-state", of: "h" }),
      part("c", ["first"], { kind: "final-state", of: "c" }),
      part("second", ["xs", "h", "c"], lstm("sequence")),
    ],
    outputs: [
      { name: "ys", from: "second" },
      { name: "c", from: "c" },
    ],
  });
  const { outputs, state } = network.forward({ xs: xs() }, { lengths: [2, 3] });
  await same(outputs.c, select(state.first.c!, 0));
  const begun = network.forward({ xs: xs() }, { lengths: [2, 3], state: { second: state.first } });
  await same(outputs.ys, begun.outputs.ys);
  const fresh = network.forward({ xs: xs() }, { lengths: [2, 3], state: { first: zeroState() } });
  await same(outputs.ys, fresh.outputs.ys);
  expect(() => network.session()).toThrow(/layer h \(final-state\) needs to know the end of the stream/);
});

function zeroState() {
  return {
    h: tensor(device, new Array(6).fill(0), [1, 2, 3]),
    c: tensor(device, new Array(6).fill(0), [1, 2, 3]),
  };
}

async function same(a: Tensor, b: Tensor): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  expect(await a.toArray()).toEqual(await b.toArray());
}

it.each<[string, LayerConfig, string[], LayerConfig, string]>([
  [
    "no recurrent layer",
    { kind: "flatten" },
    ["a"],
    { kind: "final-state", of: "h" },
    "needed a recurrent layer's output",
  ],
  [
    "two directions, none said",
    lstm("last", { direction: "bidirectional" }),
    ["a"],
    { kind: "final-state", of: "h" },
    "needs a direction where a layer has two",
  ],
  [
    "no c",
    { kind: "gru", options: { inputSize: 2, hiddenSize: 3, batchFirst: true }, returns: "last" },
    ["a"],
    { kind: "final-state", of: "c" },
    "reads a layer without c",
  ],
  [
    "one state of two",
    lstm("last"),
    ["xs", "a"],
    lstm("last"),
    "begins in states [B, 3], needed [B, 3], [B, 3]",
  ],
  [
    "a state that is too wide",
    { kind: "flatten" },
    ["xs", "a", "a"],
    lstm("last", { numLayers: 2 }),
    "needed one layer whose initialState is zero",
  ],
])("%s", (_, first, inputs, second, problem) => {
  const config: NetworkConfig = {
    inputs: [input],
    layers: [
      { name: "a", inputs: ["xs"], config: first },
      { name: "b", inputs, config: second },
    ],
    outputs: [{ name: "ys", from: "b" }],
  };
  expect(() => new Network(device, config)).toThrow(problem);
});
