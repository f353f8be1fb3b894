import {
  crossEntropy,
  type Device,
  Generator,
  meanSquare,
  measure,
  Network,
  openDevice,
  predictions,
  type Tensor,
} from "unrolled";
import { columns, mean } from "unrolled/tensor";
import { editDistanceRate, rootMeanSquareError } from "unrolled/training";
import { beforeAll, describe, expect, test } from "vitest";
import { Echo, evalsOf, examples, generator, learning, run, SYMBOLS, stepsOf } from "./fit/echo-model.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

describe("what is learned from", () => {
  test("may be rare classes, which count as much as the others if balanced", async () => {
    const rare = Array.from({ length: 200 }, (_, index) => ({
      inputs: [index % 20 === 0 ? 1 : 0, generator.integer(SYMBOLS)],
      targets: index % 20 === 0 ? 1 : 0,
    }));
    const first = async (classWeights?: "balanced") => {
      const events = await run(new Echo(device), {
        ...{ data: rare, batchSize: 200, steps: 1, classWeights, kinds: { targets: "int" } },
        loss: (outputs, targets, options) => crossEntropy(columns(outputs, 0, 2), targets, options),
      });
      return stepsOf(events)[0].loss;
    };
    const model = new Echo(device);
    const [zeros, ones] = await Promise.all(
      [0, 1].map(async (wanted) => {
        const data = rare.filter(({ targets }) => targets === wanted);
        const loss = (outputs: Tensor, targets: Tensor) => crossEntropy(columns(outputs, 0, 2), targets);
        return (await measure(model, { data, loss })).loss;
      }),
    );
    expect(await first("balanced")).toBeCloseTo((zeros + ones) / 2, 1);
    expect(await first()).toBeCloseTo(0.95 * zeros + 0.05 * ones, 1);
  });

  test("may be numbers, time-major, and a network of layers", async () => {
    const network = new Network(
      device,
      {
        inputs: [{ name: "x", axes: ["T", "B", 1], kind: "float" }],
        layers: [
          {
            ...{ name: "lstm", inputs: ["x"] },
            config: {
              kind: "lstm",
              options: { inputSize: 1, hiddenSize: 8, batchFirst: false },
              returns: "sequence",
            },
          },
          {
            name: "head",
            inputs: ["lstm"],
            config: { kind: "linear", inputSize: 8, outputSize: 1, bias: true },
          },
        ],
        outputs: [{ name: "y", from: "head" }],
      },
      { generator: new Generator(4) },
    );
    const wave = (at: number) => Math.sin(at / 3);
    const data = Array.from({ length: 40 }, (_, start) => ({
      inputs: Array.from({ length: 12 }, (_, t) => [wave(start + t)]),
      targets: Array.from({ length: 12 }, (_, t) => [wave(start + t + 1)]),
    }));
    const before = await measure(network, { data, loss: meanSquare, timeMajor: true });
    const rmse = rootMeanSquareError();
    await run(network, {
      ...{ data, validation: 0.2, loss: meanSquare, metrics: { rmse }, timeMajor: true },
      ...{ epochs: 20, batchSize: 8, learningRate: 0.02 },
    });
    const after = await measure(network, { data, loss: meanSquare, metrics: { rmse }, timeMajor: true });
    expect(after.loss).toBeLessThan(0.2 * before.loss);
    expect(after.rmse).toBeCloseTo(Math.sqrt(after.loss), 5);
    const [first] = await predictions(network, [data[0].inputs], { timeMajor: true });
    expect(first.shape).toEqual([12, 1]);
  });

  test("may be read by a step of one's own, with metrics over what it puts out", async () => {
    const texts = examples
      .slice(0, 40)
      .map(({ inputs }) => ({ inputs, targets: inputs[0], said: [inputs[0]] }));
    const model = new Echo(device);
    const events = await run(model, {
      ...{ data: texts, validation: texts, epochs: 2, batchSize: 10 },
      step(own: Echo, { inputs, targets, lengths }) {
        const outputs = own.forward(inputs, lengths ? { lengths } : {});
        return { loss: crossEntropy(outputs, targets), outputs };
      },
      metrics: {
        errors: {
          metric: editDistanceRate(),
          of: (_: Tensor, { examples: rows }) => [rows.map(() => [0]), rows.map(({ said }) => said)],
        },
      },
    });
    const wrong = texts.filter(({ targets }) => targets !== 0).length / texts.length;
    expect(evalsOf(events)[0].errors).toBeCloseTo(wrong, 6);
  });

  test.each<[string, object, string]>([
    ["no examples", { data: [] }, "fit: data has no examples, needed a list of { inputs, targets }"],
    ["a share that is none", { validation: 1.5 }, "fit: validation is 1.5, needed examples, or a share"],
    ["two budgets", { epochs: 1, steps: 2 }, "fit: epochs and steps were given, needed one of"],
    ["no loss", { loss: undefined }, "fit: loss is missing; give loss, or step"],
    ["an unknown judge", { judge: "f1" }, 'fit: judge is "f1", needed "loss" or a metric: there are none'],
    ["examples without targets", { data: [{ inputs: [1, 2] }] }, "fit: the examples have no targets"],
    [
      "rows that do not stand side by side",
      {
        data: [
          { inputs: [[1, 2]], targets: 0 },
          { inputs: [[1, 2, 3]], targets: 0 },
        ],
        validation: 0,
      },
      "have shape [1, ",
    ],
    [
      "numbers to come of unequal lengths",
      {
        data: [
          { inputs: [1], targets: [0.5] },
          { inputs: [1, 2], targets: [0.5, 1] },
        ],
        validation: 0,
        loss: (_: Tensor, targets: Tensor) => mean(targets),
      },
      "targets are numbers of unequal lengths",
    ],
  ])("%s is an error that says so", async (_, changes, message) => {
    const options = { ...learning, ...changes } as never;
    await expect(run(new Echo(device), options)).rejects.toThrow(message);
  });
});
