// Models that PyTorch's exporter wrote, for the sizes they were exported with and for others (scripts/onnx-fixtures.py).
import { readFileSync } from "node:fs";
import { type Device, openDevice } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import type { Numbers } from "./build.ts";
import { expectSame } from "./operator-case.ts";

interface Exported {
  readonly name: string;
  /** The file in base64. */
  readonly file: string;
  readonly runs: readonly {
    readonly inputs: Readonly<Record<string, Numbers>>;
    readonly outputs: Readonly<Record<string, Numbers>>;
  }[];
}

const path = new URL("../fixtures/onnx.json", import.meta.url);
const cases: readonly Exported[] = JSON.parse(readFileSync(path, "utf8")).cases;

const fileOf = ({ file }: Exported) => Uint8Array.from(Buffer.from(file, "base64"));

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

test.each(cases.map((own) => [own.name, own] as const))("%s", (_, own) => {
  const model = openOnnx(device, fileOf(own));
  for (const { inputs, outputs } of own.runs) expectSame(model.runSync(inputs), outputs);
});

test("a stream carries the states that the exporter made of zeros", () => {
  const own = cases.find(({ name }) => name === "GRU of two layers")!;
  const model = openOnnx(device, fileOf(own));
  const session = model.session({ batchSize: 2 });
  expect(session.states).toEqual({});
  const { inputs, outputs } = own.runs[0];
  const [steps, batch, width] = inputs.x.dims;
  const y: number[] = [];
  for (let t = 0; t < steps; t++) {
    const data = inputs.x.data.slice(t * batch * width, (t + 1) * batch * width);
    y.push(...session.step({ x: { dims: [1, batch, width], data } }).y.data);
  }
  outputs.y.data.forEach((value, index) => {
    expect(Math.abs(value - y[index]), `y[${index}]: ${y[index]}, needed ${value}`).toBeLessThan(1e-5);
  });
});
