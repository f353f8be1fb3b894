// Models of TensorFlow.js, written as ONNX, give in onnxruntime-node what they gave there.
import { readFileSync } from "node:fs";
import { type Device, ints, openDevice, tensor } from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { readTensorFlowJs } from "unrolled/formats/tensorflow-js";
import { beforeAll, describe, expect, it } from "vitest";
import type { Numbers } from "../keras-outputs.ts";
import { runInOnnxRuntime } from "./runtime.ts";

interface Case {
  readonly name: string;
  readonly model: object;
  /** Base64. */
  readonly weights: string;
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL("../fixtures/keras/tensorflow-js.json", import.meta.url), "utf8"),
);
const TOLERANCE = 1e-5;
let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

describe.each(CASES)("$name", ({ model, weights, inputs, outputs }) => {
  it("gives in onnxruntime-node what TensorFlow.js gives", async () => {
    const network = await readTensorFlowJs(JSON.stringify(model), () => Buffer.from(weights, "base64"));
    const feeds = network.config.inputs.map(({ name, kind }, at) => {
      const { shape, data } = inputs[at];
      return [name, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)] as const;
    });
    const given = await runInOnnxRuntime(
      writeOnnx(network, { states: "internal" }),
      Object.fromEntries(feeds),
    );
    for (const [at, { name }] of network.config.outputs.entries()) {
      expect([name, ...given[name].shape]).toEqual([name, ...outputs[at].shape]);
      for (const [index, expected] of outputs[at].data.entries()) {
        const value = given[name].data[index];
        expect(Math.abs(value - expected), `${name}[${index}]: ${value}, not ${expected}`).toBeLessThan(
          TOLERANCE * Math.max(1, Math.abs(expected)),
        );
      }
    }
  });
});
