// openModel: one door for every format, with one interface behind it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type Device,
  Generator,
  type Model,
  Network,
  openDevice,
  openModel,
  type Session,
  tensor,
} from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { networkData } from "unrolled/network";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { networkFiles } from "../src/models/network-folder.ts";
import { serve } from "./browser.ts";
import { modelFile } from "./onnx/build.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "unrolled-open-"));
const at = (name: string) => join(folder, name);
let device: Device;

/** LSTM 3 → 4 and a linear layer 4 → 2, whose weights every file here holds. */
const CONFIG = {
  inputs: [{ name: "x", axes: ["B", "T", 3], kind: "float" }],
  layers: [
    {
      name: "lstm",
      inputs: ["x"],
      config: {
        kind: "lstm",
        options: { inputSize: 3, hiddenSize: 4, batchFirst: true },
        returns: "sequence",
      },
    },
    {
      name: "head",
      inputs: ["lstm"],
      config: { kind: "linear", inputSize: 4, outputSize: 2, bias: true },
    },
  ],
  outputs: [{ name: "y", from: "head" }],
} as const;
const STEPS = [
  [0.5, -1, 2],
  [1, 0.25, -0.5],
  [-2, 1.5, 0],
];

beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
  const network = new Network(device, CONFIG, { generator: new Generator(3) });
  const data = await networkData(network);
  mkdirSync(at("network"));
  for (const [name, bytes] of Object.entries(await networkFiles(network)))
    writeFileSync(at(`network/${name}`), bytes);
  writeFileSync(at("carried.onnx"), writeOnnx(data));
  writeFileSync(at("internal.onnx"), writeOnnx(data, { states: "internal" }));
  writeFileSync(at("model.safetensors"), writeSafetensors(data.tensors));
  const entries = Object.entries(data.tensors);
  const weightMap = Object.fromEntries(
    entries.map(([name], index) => [name, `part-${index % 2}.safetensors`] as const),
  );
  mkdirSync(at("sharded"));
  for (const part of [0, 1]) {
    const own = Object.fromEntries(entries.filter((_, index) => index % 2 === part));
    writeFileSync(at(`sharded/part-${part}.safetensors`), writeSafetensors(own));
  }
  writeFileSync(at("sharded/model.safetensors.index.json"), JSON.stringify({ weight_map: weightMap }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (source: string | URL | Uint8Array, options = {}) => openModel(source, { device, ...options });

/** States of zeros for the inputs that a graph has beside its x. */
function zeroStates(model: Model) {
  return Object.fromEntries(
    model.inputs
      .filter(({ name }) => name !== "x" && name !== "input")
      .map(({ name }) => [name, { shape: [1, 1, 4], data: new Float32Array(4) }] as const),
  );
}

async function outputs(model: Model): Promise<number[]> {
  const name = model.inputs.find((input) => input.name === "x" || input.name === "input")!.name;
  const found = await model.run({ [name]: [STEPS], ...zeroStates(model) });
  const { shape, data } = found.y ?? found.output;
  expect(shape).toEqual([1, 3, 2]);
  return Array.from(data);
}

function expectNear(values: ArrayLike<number>, expected: readonly number[], difference = 1e-6): void {
  expect(values).toHaveLength(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs(values[index] - value), `entry ${index}`).toBeLessThanOrEqual(difference);
}

describe("the same network", () => {
  test.each([
    ["model.safetensors", "safetensors"],
    ["sharded/model.safetensors.index.json", "safetensors"],
    ["sharded", "safetensors"],
    ["carried.onnx", "onnx"],
    ["internal.onnx", "onnx"],
    ["network/config.json", "network"],
  ])("gives the same numbers from %s", async (name, format) => {
    const expected = await outputs(await open(at("network")));
    const model = await open(at(name));
    expect(model.format).toBe(format);
    expectNear(await outputs(model), expected);
  });

  test("is told by its contents, whatever it is called", async () => {
    const bytes = readFileSync(at("carried.onnx"));
    writeFileSync(at("graph.safetensors.txt"), bytes);
    expect((await open(at("graph.safetensors.txt"))).format).toBe("onnx");
    expect((await open(new Uint8Array(bytes))).format).toBe("onnx");
  });

  test("comes from a file's URL, and over HTTP with what lies beside it", async () => {
    const expected = await outputs(await open(at("network")));
    expectNear(await outputs(await open(pathToFileURL(at("model.safetensors")))), expected);
    const site = await serve(folder);
    try {
      for (const path of ["sharded/model.safetensors.index.json", "network/", "internal.onnx"])
        expectNear(await outputs(await open(site.url + path)), expected);
      await expect(open(`${site.url}nothing.onnx`)).rejects.toThrow(/openModel: http.*nothing\.onnx: 404/);
    } finally {
      site.close();
    }
  });
});

describe("inputs and outputs", () => {
  test("have names, axes and kinds", async () => {
    const model = await open(at("network"));
    expect(model.inputs).toEqual([{ name: "x", axes: ["B", "T", 3], kind: "float" }]);
    expect(model.outputs).toEqual([{ name: "y", axes: ["B", "T", 2], kind: "float" }]);
    const tagger = await open(fixture("pytorch/tagger.pt"));
    expect(tagger.inputs).toEqual([{ name: "ids", axes: ["B", "T"], kind: "int" }]);
  });

  test("may be tensors, numbers with a shape, nested arrays, typed ones too", async () => {
    const model = await open(at("network"));
    const expected = await outputs(model);
    const flat = Float32Array.from(STEPS.flat());
    for (const x of [
      tensor(device, flat, [1, 3, 3]),
      { shape: [1, 3, 3], data: flat },
      [STEPS.map((step) => Float32Array.from(step))],
    ])
      expectNear((await model.run({ x })).y.data, expected);
  });

  test.each<[string, Record<string, never>, string]>([
    [
      "names that are unknown",
      { z: [[1]] } as never,
      'run: the inputs are "z", needed "x" (numbers [B, T, 3])',
    ],
    ["none", {}, 'run: the inputs are none, needed "x" (numbers [B, T, 3])'],
    [
      "another width",
      { x: [[[1, 2]]] } as never,
      'run: input "x" (numbers [B, T, 3]) was given 2 numbers of shape [1, 1, 2]',
    ],
    ["rows of unequal lengths", { x: [[[1, 2, 3], [1]]] } as never, "nested arrays of unequal lengths"],
    [
      "a shape that is not clear",
      { x: [1, 2, 3] } as never,
      "whose shape is not clear; give { shape, data }",
    ],
    ["a word", { x: "abc" } as never, "was given abc, needed a tensor, { shape, data }, or numbers"],
  ])("that are wrong are an error that says so: %s", async (_, inputs, message) => {
    for (const name of ["network", "internal.onnx"])
      await expect((await open(at(name))).run(inputs)).rejects.toThrow(message);
  });

  test("that are to be whole numbers are no others", async () => {
    const tagger = await open(fixture("pytorch/tagger.pt"));
    await expect(tagger.run({ ids: [[0.5]] })).rejects.toThrow(
      'run: input "ids" (whole numbers [B, T]) was given 0.5 at entry 0, needed whole numbers',
    );
  });
});

describe.each(["network", "carried.onnx", "internal.onnx"])("a stream through %s", (name) => {
  const isGraph = name.endsWith(".onnx");
  const give = (step: readonly number[]) => ({ x: isGraph ? [[step]] : [step] });
  const read = (session: Session, step: readonly number[]) => Array.from(session.step(give(step)).y.data);

  test("gives what the whole sequence gives, and goes back, and forks, and begins anew", async () => {
    const model = await open(at(name));
    const expected = await outputs(model);
    const session = model.session();
    expect(session.inputs).toEqual([{ name: "x", axes: isGraph ? ["B", "T", 3] : [1, 3], kind: "float" }]);
    expectNear(read(session, STEPS[0]), expected.slice(0, 2));
    const state = session.state();
    const fork = session.fork();
    expectNear(read(session, STEPS[1]), expected.slice(2, 4));
    expectNear(read(session, STEPS[2]), expected.slice(4));
    expectNear(read(fork, STEPS[1]), expected.slice(2, 4));
    session.restore(state);
    expectNear(read(session, STEPS[1]), expected.slice(2, 4));
    session.reset();
    expectNear(read(session, STEPS[0]), expected.slice(0, 2));
  });

  test("refuses a step of another width and a state of another model, and stays as it was", async () => {
    const expected = await outputs(await open(at(name)));
    const session = (await open(at(name))).session();
    read(session, STEPS[0]);
    expect(() => session.step(give([1, 2]))).toThrow(/^step: input "x" \(numbers \[.*3\]\) was given/);
    const other = (await open(fixture("keras/gru-reset-after.h5"))).session().state();
    expect(() => session.restore(other)).toThrow(/^restore: /);
    expect(() => session.restore(new Uint8Array(7))).toThrow(/^restore: /);
    expectNear(read(session, STEPS[1]), expected.slice(2, 4));
  });
});

test("what reads both ways says why it cannot be streamed", async () => {
  const tagger = await open(fixture("pytorch/tagger.pt"));
  expect(() => tagger.session()).toThrow(
    /layer rnn \(lstm\) reads both ways, and the end of a stream is not known/,
  );
});

describe("TensorFlow.js", () => {
  const [{ model, weights, inputs, outputs: expected }] = JSON.parse(
    readFileSync(fixture("keras/tensorflow-js.json"), "utf8"),
  );
  const shard = Uint8Array.from(Buffer.from(weights, "base64"));

  test("model.json is opened with the weights beside it, or given", async () => {
    const [path] = model.weightsManifest[0].paths;
    mkdirSync(at("tfjs"));
    writeFileSync(at("tfjs/model.json"), JSON.stringify(model));
    writeFileSync(at(`tfjs/${path}`), shard);
    const bytes = readFileSync(at("tfjs/model.json"));
    for (const opened of [await open(at("tfjs")), await open(bytes, { read: async () => shard })]) {
      expect(opened.format).toBe("tensorflow-js");
      const [{ name }] = opened.inputs;
      const [{ data }] = Object.values(await opened.run({ [name]: inputs[0] }));
      expectNear(data, expected[0].data, 1e-5);
    }
    await expect(open(bytes)).rejects.toThrow(/needs the file .* beside it; give read/);
  });
});

describe("tensors without a configuration", () => {
  test("say which option decides, and take it", async () => {
    const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape[0] * (shape[1] ?? 1)) });
    const bytes = writeSafetensors({ "rnn.weight_ih_l0": zeros(4, 3), "rnn.weight_hh_l0": zeros(4, 4) });
    await expect(open(bytes)).rejects.toThrow(/nonlinearity/);
    expect((await open(bytes, { nonlinearity: "relu" })).format).toBe("safetensors");
  });

  test("are TensorFlow's BasicLSTMCell by their names", async () => {
    const kernel = { shape: [7, 16], data: new Float32Array(7 * 16).fill(0.1) };
    const bias = { shape: [16], data: new Float32Array(16) };
    const bytes = writeSafetensors({
      "rnn/basic_lstm_cell/kernel": kernel,
      "rnn/basic_lstm_cell/bias": bias,
    });
    const model = await open(bytes);
    expect(model.format).toBe("basic-lstm");
    expect(model.inputs[0].axes).toEqual(["B", "T", 3]);
  });
});

test.each([
  ["nothing", "is missing"],
  ["empty", "holds no model: needed config.json of a model made here, or model.safetensors"],
])("what is not there is an error that names it: %s", async (name, message) => {
  mkdirSync(at("empty"), { recursive: true });
  await expect(open(at(name))).rejects.toThrow(message);
});

test("an ONNX file with operators that are not supported names each with its node", async () => {
  const bytes = modelFile({
    inputs: [{ name: "x", type: "float32", dims: [1] }],
    nodes: [
      { op: "Mystery", name: "first", inputs: ["x"], outputs: ["y"] },
      { op: "Riddle", name: "second", inputs: ["y"], outputs: ["z"] },
    ],
    outputs: ["z"],
  });
  await expect(open(bytes)).rejects.toMatchObject({
    code: "invalid-file",
    message: expect.stringMatching(/node "first" \(Mystery\) is not supported; node "second" \(Riddle\)/),
  });
});
