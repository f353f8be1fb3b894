import { describe, expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { GRU, LSTM, MGU, type Recurrent, RNN } from "../recurrent/recurrent.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { linear, matmul } from "../tensor/operations/products.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import { Embedding } from "./embedding.ts";
import { Linear } from "./linear.ts";
import { narrowWeights } from "./narrow-weights.ts";

const devices = [
  await openDevice({ backend: "reference" }),
  await openDevice(),
  await openDevice({ backend: "wasm" }),
];
const [reference] = devices;
const precisions = ["float16", "int8"] as const;
/** How far outputs of a small layer may move: weights of size 0.2 are rounded by 2^-13 of 0.2, or by 1/254 of the largest in a row. */
const moves = { float16: 1e-3, int8: 1e-2 };

const options = { inputSize: 20, hiddenSize: 37, numLayers: 2 };
const cells: Record<string, (device: Device, generator: Generator) => Recurrent> = {
  RNN: (device, generator) => new RNN(device, { ...options, generator }),
  LSTM: (device, generator) => new LSTM(device, { ...options, generator }),
  GRU: (device, generator) => new GRU(device, { ...options, generator }),
  "projected LSTM": (device, generator) => new LSTM(device, { ...options, projectionSize: 9, generator }),
  "GRU, reset before": (device, generator) => new GRU(device, { ...options, resetAfter: false, generator }),
  MGU: (device, generator) => new MGU(device, { ...options, generator }),
};
const layersOn = (device: Device, cell: string) => cells[cell](device, new Generator(5));

async function outputsOf(layers: Recurrent, steps = 6, batch = 3): Promise<Float32Array> {
  const generator = new Generator(9);
  const xs = Float32Array.from({ length: steps * batch * 20 }, () => generator.uniformBetween(-1, 1));
  const read = () => layers.forward(tensor(layers.device, xs, [steps, batch, 20]));
  return layers.device.withoutGradients(read).outputs.toArray();
}

const furthest = (one: Float32Array, other: Float32Array) =>
  one.reduce((most, entry, index) => Math.max(most, Math.abs(entry - other[index])), 0);

describe.each(precisions)("%s", (precision) => {
  test.each(Object.keys(cells))("%s gives nearly what it gave, on every backend the same", async (cell) => {
    const whole = await outputsOf(layersOn(reference, cell));
    const rounded = await outputsOf(narrowWeights(layersOn(reference, cell), precision));
    const distance = furthest(whole, rounded);
    expect(distance).toBeGreaterThan(1e-7);
    expect(distance).toBeLessThan(moves[precision]);
    for (const device of devices.slice(1)) {
      const outputs = await outputsOf(narrowWeights(layersOn(device, cell), precision));
      expect(furthest(outputs, rounded), device.backend).toBeLessThan(2e-6);
    }
  });

  test("rows of an embedding are widened", async () => {
    for (const device of devices) {
      const encoder = new Embedding(device, {
        vocabularySize: 11,
        embeddingSize: 7,
        generator: new Generator(2),
      });
      const table = await encoder.weight.toArray();
      narrowWeights(encoder, precision);
      const rows = await encoder.forward(ints(device, [10, 0, 4])).toArray();
      const expected = [10, 0, 4].flatMap((id) => [...table.subarray(7 * id, 7 * id + 7)]);
      expect(furthest(rows, Float32Array.from(expected))).toBeLessThan(precision === "int8" ? 0.007 : 5e-4);
      expect(furthest(await encoder.weight.toArray(), table)).toBeLessThan(
        precision === "int8" ? 0.007 : 5e-4,
      );
    }
  });

  test("the float32 numbers are given up, and biases stay", async () => {
    const device = await openDevice();
    const before = device.heap.use().usedBytes;
    const layer = new Linear(device, { inputSize: 512, outputSize: 256 });
    const whole = device.heap.use().usedBytes - before;
    narrowWeights(layer, precision);
    const left = device.heap.use().usedBytes - before;
    // Half, or a quarter; the heap rounds sizes up by an eighth at most.
    expect(left).toBeLessThan((whole * 9) / 8 / (precision === "int8" ? 4 : 2) + 2048);
    expect(layer.bias?.frozen).toBe(false);
    expect(layer.weight.frozen).toBe(true);
  });

  test("training is refused, and so is all that needs the numbers themselves", async () => {
    const [, device] = devices;
    const layer = narrowWeights(new Linear(device, { inputSize: 3, outputSize: 2 }), precision);
    const x = tensor(device, [1, 2, 3], [1, 3], { requiresGrad: true });
    const message = `stored as ${precision}, for inference alone`;
    expect(() => layer.forward(x).backward([1, 1])).toThrow(message);
    expect(() => layer.weight.assign(new Float32Array(6))).toThrow(message);
    expect(() => matmul(x, layer.weight)).toThrow();
    layer.weight.frozen = false;
    expect(() => linear(x, layer.weight)).toThrow(message);
    const narrower = precision === "int8" ? "float16" : "int8";
    expect(() => narrowWeights(layer, narrower)).toThrow(`stored as ${precision} already`);
    expect(await narrowWeights(layer, precision).weight.toArray()).toHaveLength(6);
  });

  test("a weight that it cannot hold is refused, and stays as it was", async () => {
    const [, device] = devices;
    const layer = new Linear(device, { inputSize: 2, outputSize: 1 });
    layer.weight.assign([1, Number.NaN]);
    expect(() => narrowWeights(layer, precision)).toThrow(
      `an entry of size NaN, which ${precision} cannot hold`,
    );
    layer.weight.assign([1, 70000]);
    if (precision === "float16") expect(() => narrowWeights(layer, precision)).toThrow("size 70000");
    expect(await layer.weight.toArray()).toEqual(Float32Array.of(1, 70000));
  });
});

test("patterns choose", () => {
  const layers = narrowWeights(layersOn(devices[1], "LSTM"), "int8", ["weight_hh_l0", "*_l1"]);
  const narrow = [...layers.namedParameters()]
    .filter(([, { storage }]) => storage.narrow)
    .map(([name]) => name);
  expect(narrow.sort()).toEqual(["weight_hh_l0", "weight_hh_l1", "weight_ih_l1"]);
  expect(() => narrowWeights(layers, "int8", ["encoder"])).toThrow('nothing is named "encoder"');
  expect(() => narrowWeights(layers, "float64" as "int8")).toThrow('precision is "float64"');
});
