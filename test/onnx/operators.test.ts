// Every operator by itself, against onnxruntime-node.
import { beforeAll, describe, test } from "vitest";
import { type Device, openDevice } from "../../src/tensor/device.ts";
import { entryCases } from "./entry-cases.ts";
import { expectSameAsRuntime } from "./operator-case.ts";
import { quantizedCases, recurrentCases } from "./recurrent-cases.ts";
import { shapeCases } from "./shape-cases.ts";
import { sumCases } from "./sum-cases.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

describe.each([
  ["entry by entry", entryCases],
  ["shapes", shapeCases],
  ["sums", sumCases],
  ["recurrent", recurrentCases],
  ["quantised recurrent", quantizedCases],
])("%s", (_, cases) => {
  test.each(cases.map((own) => [own.name, own] as const))("%s", async (_name, own) => {
    await expectSameAsRuntime(device, own);
  });
});
