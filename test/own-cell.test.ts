// A cell that the package does not have, written with its public names alone: a leaky unit with a slow trace of itself and a rate of
// its own for each unit. It runs wherever the built-in cells run.
//   n = tanh(W x + U h + b)    s′ = s + decay∘(n − s)    h′ = h + rate∘(s′ − h)
import {
  type Device,
  Generator,
  ints,
  NetworkModel,
  networkOf,
  openDevice,
  openModel,
  type Tensor,
  tensor,
  train,
} from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { trace } from "unrolled/inspect";
import {
  importCell,
  knowCell,
  type LanguageModel,
  type ModelFiles,
  Network,
  type NetworkConfig,
  networkData,
} from "unrolled/network";
import {
  type BoundCell,
  defineCell,
  gateParameters,
  numberOption,
  Recurrent,
  RecurrentCell,
  type Step,
  type StepGradients,
} from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

type LeakyStep = Step<"h" | "s", "n", "rate">;
type LeakyGradients = StepGradients<"h" | "s", string, "rate">;

const leaky = defineCell({
  kind: "leaky",
  name: "Leaky",
  source: "this test",
  options: { decay: numberOption({ above: 0, below: 1 }, { default: 0.5, help: "of the trace" }) },
  shape: ({ hiddenSize, inputSize, bias }) => ({
    gates: ["n"],
    activations: { n: "tanh" },
    states: [
      { name: "h", width: hiddenSize },
      { name: "s", width: hiddenSize },
    ],
    outputSize: hiddenSize,
    recurrent: "added",
    parameters: [
      ...gateParameters({ inputSize, hiddenSize, bias, gates: 1 }),
      { key: "rate", name: "rate", shape: [hiddenSize], begins: 0.25 },
    ],
  }),
  bind: (_, { decay }): BoundCell => ({
    forward(step: LeakyStep) {
      const { batch, hidden, states } = step;
      const size = batch * hidden;
      const sums = step.view(step.sums, size);
      const rate = step.view(step.weights.rate, hidden);
      const [h, hMade] = [step.view(step.h.before, size), step.view(step.h.made, size)];
      const [s, sMade] = [step.view(states.s.before, size), step.view(states.s.made, size)];
      for (let b = 0; b < batch; b++) {
        const isRead = step.isRead(b);
        for (let j = 0; j < hidden; j++) {
          const at = b * hidden + j;
          if (isRead) sums[at] = Math.tanh(sums[at]);
          const trace = isRead ? s[at] + decay * (sums[at] - s[at]) : s[at];
          hMade[at] = isRead ? h[at] + rate[j] * (trace - h[at]) : h[at];
          sMade[at] = trace;
        }
      }
    },
    backward(step: LeakyStep, gradients: LeakyGradients) {
      const { batch, hidden, states } = step;
      const size = batch * hidden;
      const sums = step.view(step.sums, size);
      const rate = step.view(step.weights.rate, hidden);
      const drate = step.view(gradients.weights.rate, hidden);
      const [h, s] = [step.view(step.h.before, size), step.view(states.s.made, size)];
      const [dh, ds] = [step.view(gradients.states.h, size), step.view(gradients.states.s, size)];
      const dy = gradients.dy ? step.view(gradients.dy, size) : undefined;
      for (let b = 0; b < batch; b++) {
        const isRead = step.isRead(b);
        for (let j = 0; j < hidden; j++) {
          const at = b * hidden + j;
          if (!isRead) {
            sums[at] = 0;
            continue;
          }
          const dhTotal = dh[at] + (dy?.[at] ?? 0);
          const dsTotal = ds[at] + dhTotal * rate[j];
          drate[j] += dhTotal * (s[at] - h[at]);
          sums[at] = dsTotal * decay * (1 - sums[at] * sums[at]);
          ds[at] = dsTotal * (1 - decay);
          dh[at] = dhTotal * (1 - rate[j]);
        }
      }
    },
  }),
});

const [STEPS, BATCH, INPUT, HIDDEN] = [5, 3, 2, 4];
const sizes = { inputSize: INPUT, hiddenSize: HIDDEN };
const layerOn = (device: Device, options: object = {}) =>
  new Recurrent(device, leaky, { ...sizes, numLayers: 2, generator: new Generator(3), ...options });

test.each([
  ["forwards", {}],
  ["both ways", { direction: "bidirectional", merge: "sum" }],
  ["with zoneout of both states", { zoneout: { h: 0.3, s: 0.2 } }],
  ["from a learnt state", { initialState: "learnt" }],
  ["with dropped h, without biases", { recurrentDropout: 0.3, bias: "none", decay: 0.2 }],
])("gradients %s, with lengths and a mask", (_, options) => {
  const layer = layerOn(reference, options).eval();
  const xs = leaf([STEPS, BATCH, INPUT], 1, -2, 2);
  const mask = Array.from({ length: STEPS * BATCH }, (_, at) => (at % 5 === 3 ? 0 : 1));
  const call = { lengths: [5, 2, 4], mask: ints(reference, mask, [STEPS, BATCH]) };
  const loss = () => {
    const { outputs, state } = layer.forward(xs, call);
    return weighted(outputs, state.h, state.s);
  };
  const leaves = new Map<string, Tensor>([...layer.namedParameters(), ["xs", xs]]);
  expect(gradientErrors(leaves, loss)).toBe("");
});

describe.each([reference, await openDevice()])("on $backend", (device) => {
  const xs = Float32Array.from({ length: STEPS * BATCH * INPUT }, (_, at) => Math.sin(at));
  const layer = layerOn(device, { zoneout: { s: 0.1 } }).eval();
  const { outputs } = layer.forward(tensor(device, xs, [STEPS, BATCH, INPUT]));
  const expected = numbersOf(outputs);

  test("streaming alone, in a pool and forked is the whole sequence", () => {
    const session = layer.session({ batchSize: BATCH });
    const pool = layer.pool();
    const pooled = Array.from({ length: BATCH }, () => pool.open());
    const [alone, together] = [new Float32Array(BATCH * HIDDEN), new Float32Array(BATCH * HIDDEN)];
    for (let t = 0; t < STEPS; t++) {
      const x = xs.subarray(t * BATCH * INPUT, (t + 1) * BATCH * INPUT);
      const fork = session.fork();
      session.stepInto({ x }, { y: alone });
      pool.stepInto(pooled, { x }, { y: together });
      expected.slice(t * BATCH * HIDDEN, (t + 1) * BATCH * HIDDEN).forEach((number, at) => {
        expect(alone[at]).toBeCloseTo(number, 5);
        expect(together[at]).toBeCloseTo(number, 5);
      });
      fork.stepInto({ x }, { y: together });
      expect([...together]).toEqual([...alone]);
    }
    expect(() => layerOn(device, { hiddenSize: 3 }).session().restore(session.state())).toThrow(
      "the state belongs to Leaky I 2, H 4, L 2, B 3",
    );
  });

  test("its parameters are saved and loaded by their names", async () => {
    const saved = await layer.stateDict();
    expect(Object.keys(saved)).toContain("rate_l1");
    const other = layerOn(device, { generator: new Generator(9), zoneout: { s: 0.1 } }).eval();
    other.loadStateDict(saved);
    expect(numbersOf(other.forward(tensor(device, xs, [STEPS, BATCH, INPUT])).outputs)).toEqual(expected);
  });
});

test("a network has it once it is known: saved and opened, streamed, looked into", async () => {
  const device = await openDevice();
  const layer = layerOn(device).eval();
  const made = () =>
    networkOf(layer, {
      inputs: [{ name: "xs", axes: ["T", "B", INPUT], kind: "float" }],
      forward: (module, { xs }) => module.forward(xs).outputs,
    });
  expect(made).toThrow("has a cell of one's own (Leaky), which networks do not know before knowCell");
  knowCell(leaky);
  const numbers = Float32Array.from({ length: STEPS * INPUT }, (_, at) => Math.sin(at));
  const { outputs, layers } = layer.forward(tensor(device, numbers, [STEPS, 1, INPUT]));
  const expected = numbersOf(outputs);

  const network = made();
  const opened = await openModel(await new NetworkModel(network).files(), { device });
  const { output } = await opened.run({ xs: { shape: [STEPS, 1, INPUT], data: numbers } });
  expect(Array.from(output.data)).toEqual(expected);
  const session = opened.session();
  for (let t = 0; t < STEPS; t++) {
    const stepped = session.step({ xs: numbers.subarray(t * INPUT, (t + 1) * INPUT) });
    expect(stepped.output.data.length).toBe(HIDDEN);
    Array.from(stepped.output.data as Float32Array).forEach((number, at) => {
      expect(number).toBeCloseTo(expected[t * HIDDEN + at], 5);
    });
  }
  const looked = trace(network, numbers);
  expect(Array.from(looked.outputs)).toEqual(expected);
  expect(Object.keys(looked.layers[1].gates)).toEqual(["n"]);
  for (const name of ["h", "s"])
    expect(Array.from(looked.layers[1].states[name])).toEqual(numbersOf(layers[1][name]));

  const data = await networkData(network);
  expect(() => writeOnnx(data)).toThrow("cell of one's own (leaky)");
  expect(() => knowCell({ ...leaky, kind: "lstm" })).toThrow("there is another cell");
  expect(() => knowCell({ ...leaky, kind: "linear" })).toThrow("there is another cell or kind of layer");
});

test("one step of it, and errors that name it", () => {
  const cell = new RecurrentCell(reference, leaky, sizes);
  expect(Object.keys(cell.forward(leaf([1, INPUT], 1)))).toEqual(["h", "s"]);
  expect(() => layerOn(reference, { decay: 2 })).toThrow(
    "Leaky: decay is 2, needed a number above 0 and below 1",
  );
  expect(() => layerOn(reference, { zoneout: { c: 0.1 } })).toThrow(
    "Leaky: zoneout.c is 0.1, needed 0: this cell has no c",
  );
});

test("a configuration is written by hand, its options checked by the compiler", () => {
  const leakyLayer = knowCell(leaky);
  const rnn = leakyLayer({ inputSize: INPUT, hiddenSize: HIDDEN, decay: 0.3, batchFirst: false }, "last");
  const config: NetworkConfig = {
    inputs: [{ name: "xs", axes: ["T", "B", INPUT], kind: "float" }],
    layers: [{ name: "rnn", inputs: ["xs"], config: rnn }],
    outputs: [{ name: "h", from: "rnn" }],
  };
  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  const network = new Network(reference, config);
  const { outputs } = network.forward({ xs: leaf([STEPS, BATCH, INPUT], 1) });
  expect(outputs.h.shape).toEqual([BATCH, HIDDEN]);
  // @ts-expect-error: it has no such option
  leakyLayer({ inputSize: INPUT, hiddenSize: HIDDEN, speed: 1 });
  // @ts-expect-error: its decay is a number
  leakyLayer({ inputSize: INPUT, hiddenSize: HIDDEN, decay: "slow" });
});

const CELL = { module: new URL("./cells/leaky-units.js", import.meta.url), export: "leakyUnits" };

test("a language model of an imported cell is trained on two threads, saved with its module, and opened", async () => {
  expect((await importCell(CELL)).name).toBe("leaky units");
  const settings = { cell: "leaky-units", cellOptions: { rate: 0.25 }, hiddenSize: 6, embeddingSize: 5 };
  const loop = { batchSize: 4, seqLength: 8, budget: { steps: 6 }, threads: 2, sampleEvery: 0 };
  const data = { text: "the quick brown fox jumps over the lazy dog. ".repeat(20) };
  let files: ModelFiles | undefined;
  for await (const event of train({ data, settings: { ...settings, ...loop } })) {
    if (event.type === "start") expect(event.threads).toBe(2);
    if (event.type === "model") files = event.files;
  }
  expect(JSON.parse(new TextDecoder().decode(files!["config.json"]))).toMatchObject({
    cell: "leaky-units",
    cell_options: { rate: 0.25 },
    cell_module: `${CELL.module}#leakyUnits`,
  });
  const model = await openModel(files!, { device: reference, task: "language" });
  expect((model as LanguageModel).network.layers.get("rnn")).toMatchObject({ hiddenSize: 6 });
});

test("a folder whose cell is not known says what is to be imported; what is no cell is refused by name", async () => {
  const files = {
    "config.json": new TextEncoder().encode(
      JSON.stringify({
        ...{ model_type: "unrolled-language-model", format_version: 2, vocab_size: 3, cell: "nobody-knows" },
        ...{ cell_module: "file:///cells.js#nobody", embedding_size: 2, hidden_size: 2, num_layers: 1 },
        ...{ dropout: 0, tie_weights: false, tokenizer: "char" },
      }),
    ),
  };
  await expect(openModel(files, { device: reference })).rejects.toThrow(
    'cell is "nobody-knows", which is not known before importCell has imported "file:///cells.js#nobody"',
  );
  await expect(importCell({ ...CELL, export: "other" })).rejects.toThrow("exports no cell other");
  await expect(importCell({ module: "file:///nowhere.js", export: "x" })).rejects.toThrow(
    "cannot be imported",
  );
});
