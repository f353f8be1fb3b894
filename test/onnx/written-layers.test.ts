// Layers that are not recurrent, and masks, written as ONNX, run by onnxruntime-node and read back.
import {
  type Device,
  Generator,
  ints,
  Network,
  type NetworkConfig,
  openDevice,
  type Tensor,
  tensor,
} from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { type ActivationLayerName, type LayerConfig, networkData } from "unrolled/network";
import { beforeAll, describe, expect, test } from "vitest";
import { expectClose, runInBoth } from "./runtime.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const generator = new Generator(5);
const random = (shape: readonly number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(device, generator.evenly(size, 2)!, shape);
};

/** Runs a network of one output here and there. */
async function expectSame(config: NetworkConfig, inputs: Record<string, Tensor>, opset?: number) {
  const network = new Network(device, config, { generator }).eval() as Network;
  const file = writeOnnx(await networkData(network), { states: "internal", ...(opset ? { opset } : {}) });
  const ours = network.forward(inputs).outputs[config.outputs[0].name];
  for (const made of await runInBoth(device, file, inputs))
    expectClose(made[config.outputs[0].name], ours.shape, await ours.toArray());
}

/** A network of layers one after the other. */
function chain(
  axes: readonly (number | string)[],
  kind: "float" | "int",
  ...configs: readonly LayerConfig[]
): NetworkConfig {
  const names = ["x", ...configs.map((_, index) => `l${index}`)];
  return {
    inputs: [{ name: "x", axes, kind }],
    layers: configs.map((config, index) => ({ name: names[index + 1], inputs: [names[index]], config })),
    outputs: [{ name: "y", from: names[configs.length] }],
  };
}

const recurrent = { inputSize: 4, hiddenSize: 3, batchFirst: true } as const;

test.each<[string, LayerConfig]>([
  ["linear", { kind: "linear", inputSize: 4, outputSize: 3, bias: true }],
  ["linear without bias", { kind: "linear", inputSize: 4, outputSize: 3, bias: false }],
  ["layer norm", { kind: "layer-norm", size: 4, epsilon: 1e-3 }],
  ["dropout", { kind: "dropout", probability: 0.5 }],
  ["flatten", { kind: "flatten" }],
  ["reshape", { kind: "reshape", shape: [2, -1] }],
])("%s", async (_, config) => {
  await expectSame(chain(["B", "T", 4], "float", config), { x: random([2, 3, 4]) });
});

test.each(["valid", "same", "causal"] as const)("conv1d, %s", async (padding) => {
  const options = { kernelSize: 3, inputSize: 4, outputSize: 5, padding } as const;
  for (const [stride, dilation, bias] of [
    [1, 1, true],
    [1, 2, false],
    [2, 1, true],
    [3, 2, true],
  ] as const) {
    const config = { kind: "conv1d", ...options, stride, dilation, bias } as const;
    await expectSame(chain(["B", "T", 4], "float", config), { x: random([2, 8, 4]) });
  }
});

test.each([
  [1, 1, true],
  [2, 1, false],
  [2, 0, true],
] as const)("conv2d, stride %d, padding %d", async (stride, padding, bias) => {
  const config = {
    kind: "conv2d",
    inputSize: 2,
    outputSize: 5,
    kernelSize: 3,
    stride,
    padding,
    bias,
  } as const;
  await expectSame(chain(["B", 2, 7, 6], "float", config), { x: random([3, 2, 7, 6]) });
});

test.each<[string, LayerConfig]>([
  ["reversed steps", { kind: "reverse-steps" }],
  ["all steps' largest", { kind: "global-pool1d", pool: "max" }],
  ["all steps' mean", { kind: "global-pool1d", pool: "average" }],
  ...(["max", "average"] as const).flatMap((pool) =>
    (["valid", "same"] as const).flatMap((padding) =>
      [1, 2].map((stride): [string, LayerConfig] => [
        `${pool}, ${padding}, stride ${stride}`,
        { kind: "pool1d", pool, size: 3, stride, padding },
      ]),
    ),
  ),
])("%s", async (_, config) => {
  await expectSame(chain(["B", "T", 4], "float", config), { x: random([2, 7, 4]) });
});

test.each<["lstm" | "gru", "forward" | "bidirectional"]>([
  ["lstm", "forward"],
  ["lstm", "bidirectional"],
  ["gru", "bidirectional"],
])("an %s that begins where another has ended, %s", async (kind, direction) => {
  const parts = kind === "lstm" ? (["h", "c"] as const) : (["h"] as const);
  const ways = direction === "forward" ? (["forward"] as const) : (["forward", "reverse"] as const);
  const ends = ways.flatMap((way) => parts.map((of) => ({ name: `${way}.${of}`, of, way })));
  const options = { ...recurrent, direction };
  const config: NetworkConfig = {
    inputs: ["read", "written"].map((name) => ({ name, axes: ["B", name, 4], kind: "float" })),
    layers: [
      { name: "encoder", inputs: ["read"], config: { kind, options, returns: "last" } },
      ...ends.map(({ name, of, way }) => ({
        name,
        inputs: ["encoder"],
        config: { kind: "final-state", of, ...(direction === "forward" ? {} : { direction: way }) } as const,
      })),
      {
        name: "decoder",
        inputs: ["written", ...ends.map(({ name }) => name)],
        config: { kind, options, returns: "sequence" },
      },
    ],
    outputs: [{ name: "y", from: "decoder" }],
  };
  await expectSame(config, { read: random([2, 5, 4]), written: random([2, 3, 4]) });
});

test.each([17, 18, 21])("characters of words, padded, in opset %d", async (opset) => {
  const config: NetworkConfig = {
    inputs: [{ name: "x", axes: ["B", "T", "C"], kind: "int" }],
    layers: [
      { name: "vectors", inputs: ["x"], config: { kind: "embedding", vocabularySize: 6, size: 4 } },
      {
        name: "filters",
        inputs: ["vectors", "x"],
        config: { kind: "character-conv", inputSize: 4, outputSize: 3, kernelSize: 3 },
      },
    ],
    outputs: [{ name: "y", from: "filters" }],
  };
  const ids = [1, 2, 3, 5, 2, 0, 4, 0, 0, 1, 1, 0, 0, 0, 0, 3, 2, 1];
  await expectSame(config, { x: ints(device, ids, [2, 3, 3]) }, opset);
});

test("a CRF's emissions are those of the layer before, and its scores stand in the metadata", async () => {
  const config = chain(
    ["B", "T", 4],
    "float",
    { kind: "linear", inputSize: 4, outputSize: 2, bias: true },
    { kind: "crf", tags: 2 },
  );
  await expectSame(config, { x: random([2, 3, 4]) });
  const data = await networkData(new Network(device, config));
  const file = Buffer.from(writeOnnx(data, { metadata: { "my.key": "a value" } })).toString("latin1");
  expect(file).toContain("my.key");
  expect(file).toContain("a value");
  const { transitions, start, end } = JSON.parse(/\{"transitions":.*?"end":\[.*?\]\}/.exec(file)![0]);
  expect(transitions.flat()).toEqual([...data.tensors["l1.transitions"].data]);
  expect([start, end]).toEqual([[...data.tensors["l1.start"].data], [...data.tensors["l1.end"].data]]);
});

const activations: readonly ActivationLayerName[] = [
  ...(["relu", "leaky-relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "hard-sigmoid"] as const),
  ...(["softplus", "softsign", "exponential", "softmax", "log-softmax"] as const),
  ...(["clipped-relu", "celu", "gelu-tanh", "hard-silu", "hard-tanh", "hard-shrink"] as const),
  ...(["soft-shrink", "tanh-shrink", "log-sigmoid", "mish", "squareplus", "sparse-plus"] as const),
];

test.each(activations)("activation %s", async (activation) => {
  await expectSame(chain(["B", 5], "float", { kind: "activation", activation }), { x: random([4, 5]) });
});

test.each<[string, LayerConfig]>([
  ["add", { kind: "add" }],
  ["multiply", { kind: "multiply" }],
  ["average", { kind: "average" }],
  ["concat", { kind: "concat", axis: -1 }],
])("%s of three", async (_, config) => {
  const network: NetworkConfig = {
    inputs: ["a", "b", "c"].map((name) => ({ name, axes: ["B", 2], kind: "float" })),
    layers: [{ name: "merged", inputs: ["a", "b", "c"], config }],
    outputs: [{ name: "y", from: "merged" }],
  };
  await expectSame(network, { a: random([3, 2]), b: random([3, 2]), c: random([3, 2]) });
});

describe.each([17, 18, 21])("opset %d", (opset) => {
  test.each<[string, LayerConfig]>([
    ["rnn", { kind: "rnn", options: recurrent, returns: "sequence" }],
    ["lstm", { kind: "lstm", options: { ...recurrent, direction: "bidirectional" }, returns: "last" }],
    ["gru", { kind: "gru", options: { ...recurrent, numLayers: 2 }, returns: "sequence" }],
  ])("padding ids are masked steps of %s", async (_, config) => {
    const embedding = { kind: "embedding", vocabularySize: 6, size: 4, maskZero: true } as const;
    const ids = [1, 2, 0, 4, 5, 1, 0, 0, 0, 2, 0, 3];
    await expectSame(chain(["B", "T"], "int", embedding, config), { x: ints(device, ids, [3, 4]) }, opset);
  });

  test.each([
    ["dot", 2, "mean", true],
    ["dot", 1, "zero", false],
    ["additive", 1, "zero", false],
    ["additive", 2, "mean", false],
  ] as const)(
    "attention, %s, %d heads, masked queries %s, causal %s",
    async (score, heads, maskedQueries, causal) => {
      const ids = ints(device, [1, 2, 0, 4, 5, 1, 0, 0, 0, 2, 0, 3], [3, 4]);
      const embedding = { kind: "embedding", vocabularySize: 6, size: 4, maskZero: true } as const;
      const config = {
        kind: "attention",
        heads,
        size: 4,
        score,
        factor: 0.5,
        scale: true,
        causal,
        maskedQueries,
      } as const;
      for (const read of ["words", "free"]) {
        const network: NetworkConfig = {
          inputs: [{ name: "x", axes: ["B", "T"], kind: "int" }],
          layers: [
            { name: "words", inputs: ["x"], config: embedding },
            { name: "free", inputs: ["words"], config: { kind: "all-steps" } },
            { name: "attended", inputs: ["words", read, read], config },
          ],
          outputs: [{ name: "y", from: "attended" }],
        };
        await expectSame(network, { x: ids }, opset);
      }
    },
  );

  test.each(["int", "float"] as const)("steps masked by another value, %s, and zeroed", async (kind) => {
    const axes = kind === "int" ? ["B", "T"] : ["B", "T", 2];
    const network: NetworkConfig = {
      inputs: [
        { name: "x", axes: ["B", "T", 4], kind: "float" },
        { name: "by", axes, kind },
      ],
      layers: [
        { name: "masked", inputs: ["x", "by"], config: { kind: "masked-by", value: 7 } },
        { name: "zeroed", inputs: ["masked"], config: { kind: "zero-masked" } },
        {
          name: "lstm",
          inputs: ["zeroed"],
          config: { kind: "lstm", options: recurrent, returns: "sequence" },
        },
      ],
      outputs: [{ name: "y", from: "lstm" }],
    };
    const by =
      kind === "int"
        ? ints(device, [1, 7, 3, 7, 7, 2], [2, 3])
        : tensor(device, [1, 7, 7, 7, 0, 0, 2, 2, 7, 7, 7, 7], [2, 3, 2]);
    await expectSame(network, { x: random([2, 3, 4]), by }, opset);
  });

  test("masked steps are skipped", async () => {
    const xs = random([2, 4, 4]);
    const numbers = await xs.toArray();
    numbers.fill(-1, 4, 8);
    numbers.fill(-1, 24, 32);
    const config: LayerConfig = { kind: "lstm", options: recurrent, returns: "last" };
    const network = chain(["B", "T", 4], "float", { kind: "masking", value: -1 }, config);
    await expectSame(network, { x: tensor(device, numbers, [2, 4, 4]) }, opset);
  });
});

test("what a file cannot be is said", async () => {
  const network = new Network(
    device,
    chain(["B", 2], "float", { kind: "linear", inputSize: 2, outputSize: 1, bias: true }),
  );
  const data = await networkData(network);
  expect(() => writeOnnx(data, { opset: 9 })).toThrow("writeOnnx: opset is 9, needed 17 to 21");
  expect(() => writeOnnx({ ...data, tensors: {} })).toThrow("tensor l0.weight [1, 2] is missing");
  const clash = { ...data.config, outputs: [{ name: "x", from: "l0" }] };
  expect(() => writeOnnx({ ...data, config: clash })).toThrow(
    "x is the name of two inputs, outputs or states",
  );
});
