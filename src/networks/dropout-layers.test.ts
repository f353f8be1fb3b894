import { expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import type { LayerConfig, NetworkConfig } from "./config.ts";
import { Network } from "./network.ts";

const device = await openDevice({ backend: "wasm" });
const [B, T, C] = [4, 3, 5];

const dropping = (first: "B" | "T", locked: boolean): NetworkConfig => ({
  inputs: [{ name: "x", axes: first === "B" ? ["B", "T", C] : ["T", "B", C], kind: "float" }],
  layers: [{ name: "drop", inputs: ["x"], config: { kind: "dropout", probability: 0.5, locked } }],
  outputs: [{ name: "y", from: "drop" }],
});
const make = (config: NetworkConfig) => new Network(device, config, { generator: new Generator(4) });
const ones = (...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(device, new Float32Array(size).fill(1), shape);
};
const run = async (network: Network, ...shape: number[]) =>
  network.forward({ x: ones(...shape) }).outputs.y.toArray();

test("a locked mask is the same at every step, in both layouts", async () => {
  const byBatch = await run(make(dropping("B", true)), B, T, C);
  const byStep = await run(make(dropping("T", true)), T, B, C);
  expect(new Set(byBatch)).toEqual(new Set([0, 2]));
  for (let b = 0; b < B; b++)
    for (let t = 0; t < T; t++) {
      const row = Array.from(byBatch.subarray((b * T + t) * C, (b * T + t + 1) * C));
      expect(row).toEqual(Array.from(byStep.subarray(b * C, (b + 1) * C)));
      expect(row).toEqual(Array.from(byStep.subarray((t * B + b) * C, (t * B + b + 1) * C)));
    }
  const free = await run(make(dropping("B", false)), B, T, C);
  expect(free.subarray(0, C)).not.toEqual(free.subarray(C, 2 * C));
});

test.each([true, false])(
  "a sequence's mask is the same however the batch is split (locked %j)",
  async (locked) => {
    const whole = await run(make(dropping("B", locked)), B, T, C);
    const before = device.firstRow;
    device.firstRow = 2;
    const part = await run(make(dropping("B", locked)), 2, T, C);
    device.firstRow = before;
    expect(part).toEqual(whole.subarray(2 * T * C));
  },
);

test("a seed's first weights are the same with dropout and without", async () => {
  const config = (...before: LayerConfig[]): NetworkConfig => ({
    inputs: [{ name: "x", axes: ["B", C], kind: "float" }],
    layers: [...before, { kind: "linear", inputSize: C, outputSize: 2, bias: true } as const].map(
      (layer, at) => ({
        name: layer.kind,
        inputs: [at === 0 ? "x" : before[at - 1].kind],
        config: layer,
      }),
    ),
    outputs: [{ name: "y", from: "linear" }],
  });
  const [plain, dropped] = [make(config()), make(config({ kind: "dropout", probability: 0.1 }))];
  expect(await dropped.stateDict()).toEqual(await plain.stateDict());
});

test("whole words are dropped, wherever they stand, and nothing when evaluating", async () => {
  const V = 8;
  const network = make({
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      {
        name: "embed",
        inputs: ["ids"],
        config: { kind: "embedding", vocabularySize: V, size: 2, range: 0.5 },
      },
      {
        name: "words",
        inputs: ["embed", "ids"],
        config: { kind: "word-dropout", vocabularySize: V, probability: 0.5 },
      },
    ],
    outputs: [{ name: "y", from: "words" }],
  });
  const table = (await network.stateDict())["embed.weight"].data;
  expect(Math.max(...table.map(Math.abs))).toBeLessThanOrEqual(0.5);
  const ids = Array.from({ length: 2 * V }, (_, at) => at % V);
  const read = async () => network.forward({ ids: ints(device, ids, [2, V]) }).outputs.y.toArray();
  const dropped = await read();
  const zeros = ids.filter((_, at) => dropped[2 * at] === 0);
  expect(zeros.length).toBeGreaterThan(0);
  expect(zeros.length).toBeLessThan(2 * V);
  for (const [at, id] of ids.entries())
    for (const c of [0, 1])
      expect(dropped[2 * at + c]).toBeCloseTo(zeros.includes(id) ? 0 : 2 * table[2 * id + c], 6);
  network.eval();
  expect(await read()).toEqual(Float32Array.from(ids.flatMap((id) => [table[2 * id], table[2 * id + 1]])));
});
