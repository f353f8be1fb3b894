// Layers one after the other, out of plain configurations.
import { beforeAll, describe, expect, test } from "vitest";
import * as u from "../fuzz/surface/public-names.ts";
import { expectClose, runInOnnxRuntime } from "../onnx/runtime.ts";

let device: u.Device;
beforeAll(async () => {
  device = await u.openDevice({ seed: 5 });
});

const classifier: readonly u.SequentialLayer[] = [
  { kind: "embedding", vocabularySize: 12, size: 6 },
  { kind: "lstm", hiddenSize: 5, direction: "bidirectional", returns: "last" },
  { kind: "layer-norm" },
  { kind: "dropout", probability: 0.5 },
  { kind: "linear", outputSize: 4 },
  "tanh",
  { kind: "linear", outputSize: 2, name: "head" },
];

test("sizes follow from the layer before, and parameters are named after kinds", () => {
  const model = u.sequential(device, classifier);
  expect([...model.namedParameters()].map(([name, { shape }]) => [name, shape])).toEqual(
    [...model.network.namedParameters()].map(([name, { shape }]) => [name, shape]),
  );
  const shapes = new Map([...model.namedParameters()].map(([name, { shape }]) => [name, shape]));
  expect(shapes.get("lstm.weight_ih_l0")).toEqual([20, 6]);
  expect(shapes.get("layer-norm.weight")).toEqual([10]);
  expect(shapes.get("linear.weight")).toEqual([4, 10]);
  expect(shapes.get("head.weight")).toEqual([2, 4]);
});

describe.each<
  [string, readonly u.SequentialLayer[], u.SequentialOptions, readonly number[], readonly number[]]
>([
  ["ids", classifier, {}, [3, 5], [3, 2]],
  [
    "numbers over time",
    [
      { kind: "conv1d", inputSize: 3, outputSize: 4, kernelSize: 3, padding: "causal" },
      "relu",
      { kind: "gru", hiddenSize: 5 },
      { kind: "global-pool1d", pool: "average" },
    ],
    {},
    [3, 5, 3],
    [3, 5],
  ],
  [
    "rows",
    [{ kind: "linear", inputSize: 3, outputSize: 4 }, "gelu", { kind: "linear", outputSize: 1 }],
    {},
    [3, 3],
    [3, 1],
  ],
  [
    "an input of one's own",
    [{ kind: "flatten" }, { kind: "linear", outputSize: 2 }],
    { input: { axes: ["B", 4, 3], name: "image" } },
    [2, 4, 3],
    [2, 2],
  ],
])("%s", (_, layers, options, from, to) => {
  test("reads one tensor, gives one, learns, and is the network", async () => {
    const model = u.sequential(device, layers, options);
    const count = from.reduce((product, length) => product * length, 1);
    const [{ name, kind }] = model.network.config.inputs;
    const x =
      kind === "int"
        ? u.ints(
            device,
            Array.from({ length: count }, (_, index) => index % 12),
            from,
          )
        : u.tensor(
            device,
            Array.from({ length: count }, (_, index) => Math.sin(index)),
            from,
          );
    const target = u.tensor(device, new Array(to.reduce((a, b) => a * b, 1)).fill(0.3), to);
    const optimiser = new u.Adam(model.trainableParameters(), { learningRate: 0.02 });
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) {
      device.scope(() => {
        const loss = u.meanSquare(model.forward(x), target);
        losses.push(loss.read()[0]);
        loss.backward();
        optimiser.step();
        optimiser.zeroGrad();
      });
    }
    expect(losses[29]).toBeLessThan(losses[0] / 2);
    model.eval();
    const y = model.forward(x);
    expect(y.shape).toEqual(to);
    expect(u.networkOf(model)).toBe(model.network);
    const file = u.writeOnnx(await u.networkData(model.network), { states: "internal" });
    const made = await runInOnnxRuntime(file, { [name]: x });
    expectClose(made.output, to, await y.toArray());
  });
});

test("lengths, and a stream", () => {
  const model = u.sequential(device, [
    { kind: "embedding", vocabularySize: 7, size: 4 },
    { kind: "gru", hiddenSize: 3 },
    { kind: "linear", outputSize: 2 },
    "softmax",
  ]);
  model.eval();
  const ids = [1, 4, 2, 6, 3];
  const whole = model.forward(u.ints(device, [...ids, 1, 4, 2, 0, 0], [2, 5]), { lengths: [5, 3] }).read();
  const session = model.session();
  for (const [t, id] of ids.entries()) {
    const { data } = session.step({ input: [id] }).output;
    for (const at of [0, 1]) expect(Math.abs(data[at] - whole[2 * t + at])).toBeLessThan(1e-6);
    // Another sequence, which begins as the first one does.
    if (t < 3) expect(whole[10 + 2 * t]).toBe(whole[2 * t]);
  }
});

test("a module inside another is traced too", () => {
  class Around extends u.Module {
    readonly inner = u.sequential(device, [
      { kind: "linear", inputSize: 3, outputSize: 3 },
      "silu",
      "softplus",
    ]);
    readonly gru = new u.GRU(device, { inputSize: 3, hiddenSize: 2, batchFirst: true });
    forward(xs: u.Tensor) {
      return this.gru.forward(this.inner.forward(xs)).outputs;
    }
  }
  const network = u.networkOf(new Around(), { inputs: [{ name: "xs", axes: ["B", "T", 3], kind: "float" }] });
  expect(network.config.layers.map(({ name }) => name)).toEqual(["inner.linear", "silu", "softplus", "gru"]);
});

test.each<[string, () => unknown, string]>([
  ["no layer", () => u.sequential(device, []), "layers is empty"],
  [
    "an unknown size",
    () => u.sequential(device, [{ kind: "linear", outputSize: 2 }]),
    "the first layer (linear) has no inputSize",
  ],
  [
    "an unknown kind",
    () => u.sequential(device, [{ kind: "lstmm", inputSize: 1, hiddenSize: 2 } as never]),
    'sequential: a layer has the kind "lstmm", needed one of',
  ],
  [
    "an unknown activation",
    () => u.sequential(device, ["rleu" as never]),
    'sequential: a layer is "rleu", needed a configuration or one of relu,',
  ],
  [
    "a module among configurations",
    () => u.sequential(device, [new u.Linear(device, { inputSize: 1, outputSize: 2 }) as never]),
    "sequential: a layer is a module (Linear), needed a configuration",
  ],
  [
    "layers without a device",
    () => (u.sequential as (layers: unknown) => unknown)([{ kind: "linear", inputSize: 1, outputSize: 2 }]),
    "sequential: layers are missing, needed a device and then a list of layers",
  ],
  [
    "two of one name",
    () =>
      u.sequential(device, [
        { kind: "linear", inputSize: 1, outputSize: 2, name: "a" },
        { kind: "flatten", name: "a" },
      ]),
    "two layers are called a",
  ],
  [
    "a size that does not follow",
    () =>
      u.sequential(device, [
        { kind: "linear", inputSize: 1, outputSize: 2 },
        { kind: "linear", inputSize: 3, outputSize: 2 },
      ]),
    "layer linear_2 (linear) reads [B, 2], needed [..., 3]",
  ],
  [
    "an option that is none",
    () => u.sequential(device, [{ kind: "lstm", inputSize: 1, hiddenSize: 2, bidirectional: true } as never]),
    "bidirectional",
  ],
])("%s", (_, make, message) => {
  expect(make).toThrow(message);
});
