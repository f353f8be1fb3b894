// Every operator by itself, on every backend, against onnxruntime-node.
import { beforeAll, describe, test } from "vitest";
import { openEveryBackend } from "../../src/kernels/conformance/open.ts";
import { openBackend } from "../../src/kernels/select.ts";
import { Device } from "../../src/tensor/device.ts";
import { entryCases } from "./entry-cases.ts";
import { expectSameAsRuntime } from "./operator-case.ts";
import { quantizedCases, recurrentCases } from "./recurrent-cases.ts";
import { shapeCases } from "./shape-cases.ts";
import { sumCases } from "./sum-cases.ts";

/** The float64 reference and every backend of this machine. */
let devices: readonly Device[];
beforeAll(async () => {
  const backends = [await openBackend("reference"), ...(await openEveryBackend())];
  devices = backends.map((backend) => new Device(backend));
});

describe.each([
  ["entry by entry", entryCases],
  ["shapes", shapeCases],
  ["sums", sumCases],
  ["recurrent", recurrentCases],
  ["quantised recurrent", quantizedCases],
])("%s", (_, cases) => {
  test.each(cases.map((own) => [own.name, own] as const))("%s", async (_name, own) => {
    await expectSameAsRuntime(devices, own);
  });
});
