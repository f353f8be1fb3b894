// Models as RTNeural has them give what Keras gives for the same weights (scripts/keras-library-fixtures.py).
import { readFileSync } from "node:fs";
import { type Device, openDevice, openModel } from "unrolled";
import { readRTNeural } from "unrolled/formats/rtneural";
import { beforeAll, expect, test } from "vitest";
import { expectOutputs, type Numbers } from "./keras-outputs.ts";

interface Case {
  readonly model: {
    readonly in_shape: readonly unknown[];
    readonly layers: readonly Record<string, unknown>[];
  };
  readonly inputs: Numbers;
  readonly outputs: Numbers;
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL("fixtures/keras/rtneural.json", import.meta.url), "utf8"),
);
let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

test.each(CASES.map((one) => [one.model.layers.map(({ type }) => type).join(", "), one] as const))(
  "%s",
  async (_, { model, inputs, outputs }) => {
    await expectOutputs(device, readRTNeural(JSON.stringify(model)), [inputs], [outputs]);
    const opened = await openModel(new TextEncoder().encode(JSON.stringify(model)), { device });
    expect(opened.format).toBe("rtneural");
    expect(opened.session().inputs).toMatchObject([{ axes: [1, 2] }]);
  },
);

test.each<[string, object, string]>([
  ["a type that is not known", { type: "conv2d" }, 'layer 0 is "conv2d", needed one of lstm, gru'],
  ["another activation", { type: "lstm", activation: "relu" }, "but only tanh is read"],
  [
    "uneven arrays",
    { type: "dense", shape: [null, 2], weights: [[[1, 2], [3]]] },
    "needed an array of numbers of one shape",
  ],
  [
    "arrays of other shapes",
    { type: "dense", shape: [null, 3], weights: [[[1, 2]], [1, 2]] },
    "needed [any, 3]",
  ],
])("%s is refused", (_, layer, message) => {
  expect(() => readRTNeural(JSON.stringify({ in_shape: [null, 1], layers: [layer] }))).toThrow(message);
});
