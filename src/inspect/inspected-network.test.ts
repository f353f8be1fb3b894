import { describe, expect, test } from "vitest";
import type { NetworkConfig, NetworkLayer } from "../networks/config.ts";
import { Network } from "../networks/network.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { attribution } from "./attribution.ts";
import { continuation } from "./continuation.ts";
import { explainStep } from "./explain-step.ts";
import { gradientsThroughTime } from "./gradients-through-time.ts";
import { inspected } from "./inspected-network.ts";
import { checkInterventions } from "./intervention.ts";
import { reach } from "./reach.ts";
import { stateAfter, trace } from "./trace.ts";

const device = await openDevice({ backend: "reference" });
const [V, E, H] = [7, 3, 4];
const ids = Array.from({ length: 24 }, (_, t) => (t * t + 3) % V);

const embedding: NetworkLayer = {
  ...{ name: "encoder", inputs: ["ids"] },
  config: { kind: "embedding", vocabularySize: V, size: E },
};
const recurrent = (name: string, reads: string, options: object = {}, returns = "sequence", kind = "gru") =>
  ({
    ...{ name, inputs: [reads] },
    config: { kind, returns, options: { inputSize: E, hiddenSize: H, ...options } },
  }) as NetworkLayer;
const linear = (inputs: readonly string[], inputSize: number, outputSize = V): NetworkLayer => ({
  ...{ name: "decoder", inputs },
  config: { kind: "linear", inputSize, outputSize, bias: true },
});
const configOf = (layers: readonly NetworkLayer[]): NetworkConfig => ({
  inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
  layers,
  outputs: [{ name: "logits", from: layers[layers.length - 1].name }],
});
const networkOf = (config: NetworkConfig) => new Network(device, config, { generator: new Generator(3) });

describe("what cannot be looked into is refused by name", () => {
  const both = { direction: "bidirectional", merge: "sum" };
  const numbers = (...names: string[]) =>
    names.map((name) => ({ name, axes: ["B", "T", E], kind: "float" }) as const);
  test.each<[string, NetworkConfig, string]>([
    [
      "both directions",
      configOf([embedding, recurrent("rnn", "encoder", both), linear(["rnn"], H)]),
      "layer rnn reads in direction bidirectional, needed forward",
    ],
    [
      "backwards",
      configOf([embedding, recurrent("rnn", "encoder", { direction: "reverse" }), linear(["rnn"], H)]),
      "layer rnn reads in direction reverse, needed forward",
    ],
    [
      "no recurrent layer",
      configOf([embedding, linear(["encoder"], E)]),
      "the network has no recurrent layer, needed one",
    ],
    [
      "no embedding",
      {
        ...configOf([
          embedding,
          { ...embedding, name: "other" },
          recurrent("rnn", "encoder"),
          linear(["rnn"], H),
        ]),
      },
      "the network embeds its ids in encoder and other, needed one",
    ],
    [
      "several inputs",
      {
        inputs: numbers("one", "two"),
        layers: [{ name: "sum", inputs: ["one", "two"], config: { kind: "add" } }, recurrent("rnn", "sum")],
        outputs: [{ name: "y", from: "rnn" }],
      },
      "the network reads one and two, needed one",
    ],
    [
      "several outputs",
      {
        ...configOf([embedding, recurrent("rnn", "encoder")]),
        outputs: [
          { name: "a", from: "rnn" },
          { name: "b", from: "rnn" },
        ],
      },
      "the network puts out a and b, needed one",
    ],
    [
      "other steps",
      {
        inputs: numbers("xs"),
        layers: [
          {
            name: "pool",
            inputs: ["xs"],
            config: { kind: "pool1d", pool: "max", size: 2, stride: 2, padding: "valid" },
          },
          recurrent("rnn", "pool"),
        ],
        outputs: [{ name: "y", from: "rnn" }],
      },
      "layer rnn reads pool.T steps, needed the T of input xs",
    ],
  ])("%s", (_, config, message) => {
    const network = networkOf(config);
    expect(() => trace(network, ids)).toThrow(`trace: ${message}`);
    expect(() => attribution(network, ids, 3)).toThrow(`attribution: ${message}`);
  });

  test("a network that predicts no next token, by what asks for one", async () => {
    const classifier = networkOf(
      configOf([embedding, recurrent("rnn", "encoder", {}, "last"), linear(["rnn"], H, 2)]),
    );
    const found = trace(classifier, ids);
    expect([found.outputs.length, found.layers[0].states.h.length]).toEqual([2, (ids.length + 1) * H]);
    expect(found.lossNats.every(Number.isNaN)).toBe(true);
    const message =
      "the network reads 7 token ids and puts out 2 numbers for a sequence, needed one that reads token ids and puts out logits of the next";
    await expect(reach(classifier, ids)).rejects.toThrow(`reach: ${message}`);
    expect(() => continuation(classifier, ids).next()).toThrow(`continuation: ${message}`);
    await expect(gradientsThroughTime(classifier, ids)).rejects.toThrow(
      "gradientsThroughTime: the network puts out one value for a sequence, needed one for each step",
    );
    const tagger = networkOf(configOf([embedding, recurrent("rnn", "encoder"), linear(["rnn"], H, 2)]));
    await expect(gradientsThroughTime(tagger, ids)).rejects.toThrow("targets are not given");
    const targets = ids.map((id) => id % 2);
    expect((await gradientsThroughTime(tagger, ids, { targets })).predictions).toBe(ids.length);
    await expect(gradientsThroughTime(tagger, ids, { targets: [1] })).rejects.toThrow(
      "got 1 targets, needed 24",
    );
  });

  test("gates of a cell that does not say what they make", () => {
    const network = networkOf(configOf([embedding, recurrent("rnn", "encoder"), linear(["rnn"], H)]));
    const { equations, ...cell } = inspected("test", network).layers[0].cell;
    const check = (what: string) => () =>
      checkInterventions("trace", [{ layer: 0, what, value: 0 }], [{ cell }]);
    expect(check("h")).not.toThrow();
    expect(check("r")).toThrow(
      'trace: what of intervention 0 is "r", needed one of h for a cell of kind gru, which does not say what its gates make',
    );
  });
});

describe("a network of two kinds of cells that reads batch-major ids, one layer normalised on its way", () => {
  const layers = (batchFirst: boolean): NetworkLayer[] => [
    embedding,
    { name: "norm", inputs: ["encoder"], config: { kind: "layer-norm", size: E, epsilon: 1e-5 } },
    recurrent("first", "norm", { batchFirst, numLayers: 2 }),
    recurrent("second", "first", { batchFirst, inputSize: H }, "sequence", "lstm"),
    { name: "squash", inputs: ["second"], config: { kind: "activation", activation: "tanh" } },
    linear(["squash"], H),
  ];
  const network = networkOf(configOf(layers(true)));
  const timeMajor = networkOf({
    ...configOf(layers(false)),
    inputs: [{ name: "ids", axes: ["T", "B"], kind: "int" }],
  });
  const found = trace(network, ids);

  test("has one list of layers, each with what it reads", () => {
    expect(found.layers.map(({ name, cell }) => [name, cell])).toEqual([
      ["first", "gru"],
      ["first", "gru"],
      ["second", "lstm"],
    ]);
    expect(found.layers[0].xs).not.toEqual(found.inputs);
    expect(found.layers[1].xs).toEqual(found.layers[0].states.h.subarray(H));
    expect(found.layers[2].xs).toEqual(found.layers[1].states.h.subarray(H));
    const { gates } = explainStep(network, found, { t: 4, layer: 0, unit: 2 });
    expect(gates[1].value).toBeCloseTo(1 / (1 + Math.exp(-gates[1].sum)), 6);
  });

  test("gives the numbers of the same network that reads time-major ids", async () => {
    expect(found).toEqual(trace(timeMajor, ids));
    expect(attribution(network, ids, 9)).toEqual(attribution(timeMajor, ids, 9));
    const options = { positions: 9, maxContext: 4 };
    expect(await reach(network, ids, options)).toEqual(await reach(timeMajor, ids, options));
    const [one, other] = await Promise.all(
      [network, timeMajor].map((each) => gradientsThroughTime(each, ids)),
    );
    expect(one).toEqual(other);
  });

  test("goes on from a state of both", () => {
    const rest = trace(network, ids.slice(9), { state: stateAfter(found, 8) });
    rest.outputs.forEach((output, at) => {
      expect(output).toBeCloseTo(found.outputs[9 * V + at], 6);
    });
  });
});

test("what stands behind the recurrent layers need not go step by step", async () => {
  const skip: NetworkLayer = {
    name: "beside",
    inputs: ["rnn", "encoder"],
    config: { kind: "concat", axis: -1 },
  };
  const network = networkOf(
    configOf([embedding, recurrent("rnn", "encoder"), skip, linear(["beside"], H + E)]),
  );
  expect(inspected("test", network).isStepwise).toBe(false);
  const found = await gradientsThroughTime(network, ids, { jacobianSteps: 0 });
  const [s, t, step] = [5, 7, 1e-2];
  const { states } = trace(network, ids).layers[0];
  const slopes = Array.from({ length: H }, (_, unit) => {
    const [above, below] = [step, -step].map((by) => {
      const value = states.h[(s + 1) * H + unit] + by;
      const interventions = [{ layer: 0, what: "h", units: [unit], from: s, to: s + 1, value }];
      return trace(network, ids, { interventions }).lossNats[t];
    });
    return (above - below) / (2 * step);
  });
  expect(found.layers[0].states.h[t * (ids.length - 1) + s]).toBeCloseTo(Math.hypot(...slopes), 4);
});
