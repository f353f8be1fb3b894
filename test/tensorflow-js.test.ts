// Models that TensorFlow.js saved give here what they gave there. scripts/tensorflow-js-fixtures.mjs makes the fixture.
import { readFileSync } from "node:fs";
import { type Device, openDevice } from "unrolled";
import { readTensorFlowJs } from "unrolled/formats/tensorflow-js";
import { beforeAll, describe, it } from "vitest";
import { expectOutputs, type Numbers } from "./keras-outputs.ts";

interface Case {
  readonly name: string;
  readonly model: object;
  /** Base64. */
  readonly weights: string;
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL("fixtures/keras/tensorflow-js.json", import.meta.url), "utf8"),
);
let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

describe.each(CASES)("$name", ({ model, weights, inputs, outputs }) => {
  it("gives what TensorFlow.js gives", async () => {
    const read = await readTensorFlowJs(JSON.stringify(model), () => Buffer.from(weights, "base64"));
    await expectOutputs(device, read, inputs, outputs);
  });
});
