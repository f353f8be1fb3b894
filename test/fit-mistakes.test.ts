// What fit and its like say to wrong options and examples: the call, the option, what was needed and what came.
import {
  accuracy,
  binaryCrossEntropy,
  crossEntropy,
  type Device,
  defineFit,
  fit,
  ints,
  meanSquare,
  measure,
  openDevice,
  predictions,
  sequential,
  type Tensor,
  tensor,
} from "unrolled";
import { findLearningRate } from "unrolled/training";
import { beforeAll, describe, expect, test } from "vitest";
import { Echo, examples, learning } from "./fit/echo-model.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

const untyped = fit as unknown as (model: unknown, options: unknown) => AsyncGenerator<{ type: string }>;

async function drained(model: unknown, options: unknown): Promise<void> {
  for await (const _ of untyped(model, options));
}

describe("fit refuses", () => {
  const OPTIONS: readonly (readonly [string, object, string])[] = [
    ["an option in other letters", { batchsize: 4 }, "fit: batchsize is not an option, needed batchSize"],
    ["Keras' word", { optimizer: "sgd" }, "fit: optimizer is not an option, needed optimiser"],
    ["an unknown word", { warm: 4 }, "fit: warm is not an option, needed one of data, validation"],
    ["a schedule by its own name", { schedule: "cosin" }, 'fit: schedule is "cosin", needed one of constant'],
    ["gradients clipped below 0", { clip: -1 }, "fit: clip is -1, needed a number of at least 0"],
    ["no epochs", { epochs: 0 }, "fit: epochs is 0, needed a number above 0"],
    ["a loss by name", { loss: "mse" }, 'fit: loss is "mse", needed a function such as crossEntropy'],
    [
      "a metric that was not called",
      { metrics: { accuracy } },
      "fit: metrics.accuracy is a function, needed",
    ],
    ["metrics without names", { metrics: [accuracy()] }, "fit: metrics is a list, needed metrics by name"],
    ["classes weighed by a word", { classWeights: "even" }, 'fit: classWeights is "even", needed "balanced"'],
    ["patience for nothing", { patience: 2, validation: 0 }, "fit: validation is 0, needed examples"],
    ["another kind", { kinds: { inputs: "flot" } }, 'fit: kinds.inputs is "flot", needed "int" or "float"'],
    [
      "losses of each row",
      { loss: (out: unknown) => out },
      "fit: loss gave a tensor of shape [12, 5], needed",
    ],
    [
      "weights of classes for a loss that does not read them",
      {
        classWeights: "balanced",
        loss: (outputs: Tensor, targets: Tensor) => crossEntropy(outputs, targets),
      },
      "fit: classWeights are given, but loss does not read them",
    ],
    [
      "weights of classes beside a step",
      { classWeights: "balanced", loss: undefined, step: () => tensor(device, [1]) },
      "fit: classWeights are for loss, and there is step",
    ],
    ["no data", { data: undefined }, "fit: data is undefined, needed a list of { inputs, targets }"],
    ["pairs", { data: [[[1, 2], 1]] }, "fit: example 0 of data is a list, needed { inputs, targets }"],
    [
      "text",
      { data: [{ inputs: "ab", targets: 1 }] },
      'fit: inputs of example 0 of data are "ab", needed a number',
    ],
    ["a promise", { forward: async () => 1 }, "fit: forward gave a Promise, needed a tensor, synchronously"],
    ["a path", { checkpoint: "a.bin" }, 'fit: checkpoint is "a.bin", needed the bytes that an event of'],
    ["other bytes", { checkpoint: new Uint8Array(9) }, "fit: checkpoint: readSafetensors: "],
    [
      "an example without targets",
      { data: [...examples.slice(0, 40), { inputs: [1] }] },
      "fit: example 40 of data has no targets",
    ],
    ["wrong examples held out", { validation: [3] }, "fit: example 0 of validation is 3, needed { inputs"],
  ];
  test.each(OPTIONS)("%s", async (_, options, said) => {
    await expect(drained(new Echo(device), { ...learning, ...options })).rejects.toThrow(said);
  });

  test("what is no model", async () => {
    await expect(drained(Echo, learning)).rejects.toThrow(
      "fit: model is a function, needed a Module, or new URL(",
    );
    await expect(drained(new URL("./echo.js#echo", import.meta.url), learning)).rejects.toThrow(
      "fit: loss is not known beside a module; give it to defineFit in that module",
    );
  });
});

test("a model that is given trains on one thread whatever is asked for, and the start says why", async () => {
  const run = fit(new Echo(device), { ...learning, threads: 2 });
  const { value: start } = await run.next();
  await run.return(undefined);
  expect(start).toMatchObject({ type: "start", threads: 1 });
  expect(start).toHaveProperty("threadsReason", expect.stringContaining("give fit its URL with #name"));
});

test("what measures and predicts says which example is wrong", async () => {
  const model = new Echo(device);
  const none = { loss: crossEntropy } as never;
  await expect(measure(model, none)).rejects.toThrow("measure: data is undefined, needed a list of");
  await expect(findLearningRate(model, none)).rejects.toThrow("findLearningRate: data is undefined, needed");
  await expect(measure(model, { data: examples, loss: "mse" } as never)).rejects.toThrow(
    'measure: loss is "mse"',
  );
  await expect(measure({} as never, learning)).rejects.toThrow(
    "measure: model is an object, needed a Module",
  );
  await expect(findLearningRate(model, { ...learning, lr: 1 } as never)).rejects.toThrow(
    "findLearningRate: lr is not an option, needed learningRate",
  );
  expect(() => defineFit({ loss: crossEntropy } as never)).toThrow(
    "defineFit: name is undefined and model is undefined, needed a text, and a function that makes",
  );
  const rates = { ...learning, optimiser: "adm" } as never;
  await expect(findLearningRate(model, rates)).rejects.toThrow(
    'findLearningRate: optimiser is "adm", needed',
  );
  await expect(predictions(model, [[1], "ab"] as never)).rejects.toThrow("inputs of example 1");
  await expect(predictions({} as never, [[1]])).rejects.toThrow("predictions: model is ");
});

describe("numbers that are all whole", () => {
  const whole = [{ inputs: [[1, 2]], targets: [1] }];

  test("are numbers to layers that are given as data, and to losses over numbers", async () => {
    const model = sequential(device, [
      { kind: "gru", inputSize: 2, hiddenSize: 3, returns: "last" },
      { kind: "linear", outputSize: 1 },
    ]);
    for (const loss of [meanSquare, binaryCrossEntropy])
      expect((await measure(model, { data: whole, loss })).loss).toBeGreaterThan(0);
    const answers = tensor(device, [[0.5], [-2]]);
    for (const loss of [meanSquare, binaryCrossEntropy])
      expect(loss(answers, ints(device, [[1], [0]])).read()).toEqual(
        loss(answers, tensor(device, [[1], [0]])).read(),
      );
  });

  test("are refused where some of them stand behind the end of their sequence", () => {
    const answers = tensor(device, [[0.5, 1]]);
    expect(() => meanSquare(answers, ints(device, [[1, -100]]))).toThrow(
      "meanSquare: a whole target is -100",
    );
  });
});
