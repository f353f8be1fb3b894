// Graphs that are language models, read back as layers, compute what the graphs compute; others are refused by the node.

import { readFileSync } from "node:fs";
import { Generator, ints, type Network, openDevice, trainTokenizer } from "unrolled";
import { networkOfOnnx, writeOnnx } from "unrolled/formats/onnx";
import { languageModelOfNetwork } from "unrolled/network";
import { describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { exportedNetwork } from "../../src/tasks/language/model/exported-network.ts";
import { configOf, languageNetwork } from "../language-parts.ts";
import { modelFile, type Numbers, type TestNode } from "./build.ts";

const device = await openDevice({ backend: "reference" });
const tokenizer = trainTokenizer({ kind: "char", text: "abcde" });
const V = tokenizer.vocabularySize;
const ids = [1, 5, 2, 2, 4, 3];

const logitsOf = (file: Uint8Array) => {
  const model = languageModelOfNetwork(device, networkOfOnnx(file), tokenizer);
  const { outputs } = device.withoutGradients(() =>
    model.network.forward({ ids: ints(device, ids, [ids.length, 1]) }),
  );
  return { model, config: model.config, logits: outputs.logits.toArray() };
};

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  Array.from(expected).forEach((value, index) => {
    expect(Math.abs(found[index] - value), `logit ${index}`).toBeLessThan(1e-5);
  });
}

describe("our own language models, written and read back", () => {
  const cells = [
    ["lstm", "tanh"],
    ["gru", "tanh"],
    ["elman", "tanh"],
    ["elman", "relu"],
  ] as const;
  test.each(
    cells.flatMap(([cell, nonlinearity]) => [17, 21].map((opset) => [cell, nonlinearity, opset] as const)),
  )("%s with %s, operators of version %i", async (cell, nonlinearity, opset) => {
    const model = languageNetwork(device, {
      ...{ cell, nonlinearity, vocabularySize: V, embeddingSize: 3, hiddenSize: 4 },
      ...{ numLayers: 2, dropout: 0.1, tieWeights: false, tokenizer: "char" },
    }).eval() as Network;
    const expected = device.withoutGradients(
      () => model.forward({ ids: ints(device, ids, [ids.length, 1]) }).outputs.logits,
    );
    const data = await exportedNetwork({ network: model, config: configOf(model) });
    for (const states of ["carried", "internal"] as const) {
      const opened = logitsOf(writeOnnx(data, { opset, states }));
      expect(opened.config).toMatchObject({ cell, nonlinearity, hiddenSize: 4, numLayers: 2 });
      expectClose(await opened.logits, await expected.toArray());
    }
  });
});

const random = new Generator(3);
const floats = (...dims: number[]): Numbers => {
  const size = dims.reduce((product, length) => product * length, 1);
  return { type: "float32", dims, data: Array.from(random.evenly(size, 1)!) };
};
const whole = (...data: number[]): Numbers => ({ type: "int64", dims: [data.length], data });

const GATES = { RNN: 1, LSTM: 4, GRU: 3 };
const [E, H] = [3, 4];

/** A language model as PyTorch's exporter writes a batch-first one: zeros by the shape of what comes in, transposed and back. */
function exported(
  operator: keyof typeof GATES,
  change: { attributes?: TestNode["attributes"]; head?: TestNode[]; h0?: Numbers } = {},
) {
  const G = GATES[operator];
  const states = operator === "LSTM" ? ["zeros", "zeros"] : ["zeros"];
  const recurrent = (layer: number, from: string, to: string): TestNode => ({
    ...{ op: operator, name: `/rnn/${operator}_${layer}` },
    inputs: [from, `W${layer}`, `R${layer}`, `B${layer}`, "", ...states],
    outputs: [`${to}.y`, `${to}.h`],
    attributes: {
      hidden_size: { i: H },
      ...(operator === "GRU" ? { linear_before_reset: { i: 1 } } : {}),
      ...change.attributes,
    },
  });
  const plain = (
    op: string,
    inputs: string[],
    output: string,
    attributes: TestNode["attributes"] = {},
  ): TestNode => ({
    ...{ op, name: `/${op}_${output}`, inputs, outputs: [output], attributes },
  });
  const swap = { perm: { ints: [1, 0, 2] } };
  const zeros = change.h0
    ? [plain("Identity", ["h0"], "zeros")]
    : [
        plain("Shape", ["steps"], "shape"),
        plain("Gather", ["shape", "one"], "batch", { axis: { i: 0 } }),
        plain("Concat", ["one", "batch", "width"], "sizes", { axis: { i: 0 } }),
        plain("ConstantOfShape", ["sizes"], "zeros", {
          value: { t: { type: "float32", dims: [1], data: [0] } },
        }),
      ];
  const head = change.head ?? [
    plain("MatMul", ["hidden", "out"], "product"),
    plain("Add", ["bias", "product"], "logits"),
  ];
  const nodes = [
    plain("Gather", ["table", "ids"], "embedded"),
    plain("Transpose", ["embedded"], "steps", swap),
    ...zeros,
    recurrent(0, "steps", "first"),
    plain("Squeeze", ["first.y", "one"], "between"),
    recurrent(1, "between", "second"),
    plain("Squeeze", ["second.y", "one"], "top"),
    plain("Transpose", ["top"], "hidden", swap),
    plain("Concat", ["first.h", "second.h"], "ended", { axis: { i: 0 } }),
    ...head,
  ];
  const cell = (layer: number, width: number) => ({
    [`W${layer}`]: floats(1, G * H, width),
    [`R${layer}`]: floats(1, G * H, H),
    [`B${layer}`]: floats(1, 2 * G * H),
  });
  return modelFile({
    nodes,
    inputs: [{ name: "ids", type: "int64", dims: ["B", "T"] }],
    outputs: ["logits", "ended"],
    constants: {
      ...{
        table: floats(V, E),
        out: floats(H, V),
        outT: floats(V, H),
        bias: floats(V),
        one: whole(1),
        width: whole(H),
      },
      ...{ rows: whole(-1, H) },
      ...(change.h0 ? { h0: change.h0 } : {}),
      ...cell(0, E),
      ...cell(1, H),
    },
  });
}

/** A linear layer over all steps as rows. */
const GEMM: TestNode[] = [
  { op: "Reshape", inputs: ["hidden", "rows"], outputs: ["flat"] },
  { op: "Gemm", inputs: ["flat", "outT", "bias"], outputs: ["logits"], attributes: { transB: { i: 1 } } },
];

describe("graphs in the form of PyTorch's exporter", () => {
  test.each<[string, Uint8Array]>([
    ["LSTM", exported("LSTM")],
    ["GRU", exported("GRU")],
    ["RNN with ReLU", exported("RNN", { attributes: { activations: { strings: ["Relu"] } } })],
    ["a Gemm over rows", exported("LSTM", { head: GEMM })],
  ])("%s", async (_, file) => {
    const { logits } = openOnnx(device, file).runSync({ ids: { dims: [1, ids.length], data: ids } });
    expectClose(await logitsOf(file).logits, logits.data);
  });
});

describe("what is no language model is refused, by the first node that does not fit", () => {
  const cases = JSON.parse(readFileSync(new URL("../fixtures/onnx.json", import.meta.url), "utf8")).cases;
  const fixture = (wanted: string): Uint8Array =>
    Uint8Array.from(Buffer.from(cases.find(({ name }: { name: string }) => name === wanted).file, "base64"));
  const add: TestNode[] = [
    { op: "Add", name: "/residual", inputs: ["hidden", "hidden"], outputs: ["logits"] },
  ];
  test.each<[string, Uint8Array, string]>([
    [
      "a layer that reads numbers",
      fixture("LSTM"),
      'node "/layer/LSTM" (LSTM) is no part of a language model: what it reads is not made of token ids',
    ],
    ["lengths", fixture("tagger"), "it is given the lengths of sequences"],
    ["a convolution before", fixture("classifier"), "what it reads is not made of token ids"],
    [
      "another order of the reset gate",
      exported("GRU", { attributes: { linear_before_reset: { i: 0 } } }),
      'node "/rnn/GRU_0" (GRU) is no part of a language model: its reset gate',
    ],
    [
      "backwards",
      exported("LSTM", { attributes: { direction: { s: "reverse" } } }),
      "its direction is reverse",
    ],
    ["a clip", exported("LSTM", { attributes: { clip: { f: 1 } } }), "it has the attribute clip"],
    [
      "other activations",
      exported("RNN", { attributes: { activations: { strings: ["Sigmoid"] } } }),
      "its activations are Sigmoid",
    ],
    ["states of its own", exported("GRU", { h0: floats(1, 1, H) }), "it begins with a state of its own"],
    ["a residual connection", exported("LSTM", { head: add }), 'node "/residual" (Add) is no part'],
  ])("%s", (_, file, message) => {
    expect(() => networkOfOnnx(file)).toThrow(message);
  });

  test("zeros that the graph holds are states to begin with", () => {
    const zeros: Numbers = { type: "float32", dims: [1, 1, H], data: [0, 0, 0, 0] };
    expect(networkOfOnnx(exported("LSTM", { h0: zeros })).config.layers).toHaveLength(4);
  });

  test("logits without the bias that the graph adds beside them", () => {
    const head: TestNode[] = [
      { op: "MatMul", inputs: ["hidden", "out"], outputs: ["logits"] },
      { op: "Add", inputs: ["logits", "bias"], outputs: ["unread"] },
    ];
    expect(() => networkOfOnnx(exported("LSTM", { head }))).toThrow("output logits comes from linear_3");
  });

  test("an operator with the name of a property that all objects have", () => {
    const head: TestNode[] = [{ op: "toString", inputs: ["hidden"], outputs: ["logits"] }];
    expect(() => networkOfOnnx(exported("LSTM", { head }))).toThrow(
      "(toString) is no part of a language model",
    );
  });

  test("a small file whose nodes share a weight asks for no more memory than a few times what it holds", () => {
    const side = 300;
    const nodes = Array.from(
      { length: 40 },
      (_, index): TestNode => ({
        ...{ op: "MatMul", inputs: [`x${index}`, "shared"], outputs: [`x${index + 1}`] },
      }),
    );
    const file = modelFile({
      nodes: [{ op: "Gather", inputs: ["shared", "ids"], outputs: ["x0"] }, ...nodes],
      inputs: [{ name: "ids", type: "int64", dims: ["B", "T"] }],
      outputs: ["x40"],
      constants: { shared: floats(side, side) },
    });
    expect(() => networkOfOnnx(file)).toThrow(/networkOfOnnx: node \d+ \(MatMul\) takes 360000 bytes/);
  });

  test("an output that no ids lead to", () => {
    expect(() => networkOfOnnx(fixture("a scripted loop"))).toThrow('outputs "y" follow from no token ids');
  });

  test("a file that is no ONNX model", () => {
    expect(() => networkOfOnnx(Uint8Array.of(1, 2, 3))).toThrow("networkOfOnnx: ");
  });
});
