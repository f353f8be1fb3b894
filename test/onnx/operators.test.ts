// Every operator by itself, on every backend, against onnxruntime-node.

import { Device } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { operatorNames } from "../../src/formats/onnx/operators.ts";
import { openEveryBackend } from "../../src/kernels/conformance/open.ts";
import { loadReference } from "../../src/kernels/load-reference.ts";
import { openBackend } from "../../src/kernels/select.ts";
import { entryCases } from "./entry-cases.ts";
import { furtherCases } from "./further-cases.ts";
import { expectSameAsRuntime } from "./operator-case.ts";
import { quantizedCases, recurrentCases } from "./recurrent-cases.ts";
import { shapeCases } from "./shape-cases.ts";
import { sumCases } from "./sum-cases.ts";

/** The float64 reference and every backend of this machine. */
let devices: readonly Device[];
beforeAll(async () => {
  const backends = [await openBackend("reference", loadReference), ...(await openEveryBackend())];
  devices = backends.map((backend) => new Device(backend));
});

const tables = [
  ["entry by entry", entryCases],
  ["shapes", shapeCases],
  ["sums", sumCases],
  ["further", furtherCases],
  ["recurrent", recurrentCases],
  ["quantised recurrent", quantizedCases],
] as const;

describe.each(tables)("%s", (_, cases) => {
  test.each(cases.map((own) => [own.name, own] as const))("%s", async (_name, own) => {
    await expectSameAsRuntime(devices, own);
  });
});

/** What onnxruntime-node does not know in the versions tried here: held by ONNX's own tests, node-tests.test.ts. */
const NOT_IN_THE_RUNTIME = [
  "Attention",
  "BitCast",
  "CausalConvWithState",
  "CumProd",
  "LinearAttention",
  "RMSNormalization",
  "RotaryEmbedding",
  "Swish",
  "TensorScatter",
];

/** What draws numbers, which follow from a seed in each library's own way: random.test.ts. */
const DRAWN = [
  ...["Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"],
];

test("every operator has a case here or, where it has subgraphs, in control.test.ts", () => {
  const tried = new Set([
    ...tables.flatMap(([, cases]) => cases.map(({ op }) => op)),
    ...NOT_IN_THE_RUNTIME,
    ...DRAWN,
  ]);
  const names = [...operatorNames(""), ...operatorNames("com.microsoft")];
  expect(names.filter((name) => !tried.has(name))).toEqual(["If", "Loop", "Scan"]);
});
