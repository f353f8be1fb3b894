// What all models have in common, wherever they come from: files that open again, sessions and pools of one kind, the task's own predict.
import {
  crossEntropy,
  type Device,
  defineTask,
  ints,
  LanguageModel,
  type Model,
  type ModelFiles,
  Network,
  type NetworkConfig,
  NetworkModel,
  openDevice,
  openModel,
  train,
  trainTokenizer,
} from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { GraphModel, networkData, type PooledSession } from "unrolled/network";
import { batchOf, numberOption } from "unrolled/training";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configOf, languageNetwork } from "./language-parts.ts";

const [V, STEPS] = [5, 4];
const CONFIG: NetworkConfig = {
  inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
  layers: [
    { name: "encoder", inputs: ["ids"], config: { kind: "embedding", vocabularySize: V, size: 3 } },
    {
      name: "lstm",
      inputs: ["encoder"],
      config: {
        kind: "lstm",
        options: { inputSize: 3, hiddenSize: 4, batchFirst: true },
        returns: "sequence",
      },
    },
    {
      name: "head",
      inputs: ["lstm"],
      config: { kind: "linear", inputSize: 4, outputSize: V, bias: true },
    },
  ],
  outputs: [{ name: "logits", from: "head" }],
};
const ids = [3, 1, 4, 1];

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

const makers: Readonly<Record<string, () => Promise<Model>>> = {
  "a network": async () => new NetworkModel(new Network(device, CONFIG)),
  "a language model": async () => {
    const tokenizer = trainTokenizer({ kind: "char", text: "abcd" });
    const network = languageNetwork(device, {
      ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: V, embeddingSize: 3, hiddenSize: 4 },
      ...{ numLayers: 2, dropout: 0, tieWeights: false, tokenizer: "char" },
    });
    return new LanguageModel({ network, config: configOf(network), tokenizer });
  },
  "an ONNX graph with states as inputs": () => graph("carried"),
  "an ONNX graph that keeps its states": () => graph("internal"),
};

async function graph(states: "carried" | "internal"): Promise<Model> {
  return openModel(writeOnnx(await networkData(new Network(device, CONFIG)), { states }), { device });
}

/** The logits [T, V] of ids that a session, or one of a pool, reads one by one. */
function streamed(read: (id: number) => ArrayLike<number>): number[] {
  return ids.flatMap((id) => Array.from(read(id)));
}

describe.each(Object.keys(makers))("%s", (name) => {
  let model: Model;
  let expected: number[];
  const isGraph = name.includes("ONNX");
  beforeAll(async () => {
    model = await makers[name]();
    const states = model.inputs.filter((input) => input.name !== "ids");
    const zeros = states.map((state) => [state.name, { shape: [1, 1, 4], data: new Float32Array(4) }]);
    const { logits } = await model.run({ ids: [ids], ...Object.fromEntries(zeros) });
    expected = Array.from(logits.data);
    expect(expected).toHaveLength(STEPS * V);
  });
  const near = (found: readonly number[]) => {
    expect(found).toHaveLength(expected.length);
    for (const [at, value] of found.entries()) expect(value, `logit ${at}`).toBeCloseTo(expected[at], 6);
  };

  test("streams as it runs, into new arrays and into given ones", () => {
    const session = model.session();
    near(streamed((id) => session.step({ ids: isGraph ? [[id]] : [id] }).logits.data));
    session.reset();
    const logits = new Float32Array(V);
    near(
      streamed((id) => {
        session.stepInto({ ids: [id] }, { logits });
        return logits;
      }),
    );
    const before = session.state();
    expect(() => session.stepInto({ ids: [1] }, { logits: new Float32Array(V + 1) })).toThrow(
      /^step: output logits has 6 numbers, needed 5/,
    );
    expect(session.state()).toEqual(before);
  });

  test("streams many at once, each on its own", () => {
    const pool = model.pool({ capacity: 1 });
    const [one, other] = [pool.open(), pool.open()];
    const both = new Float32Array(2 * V);
    near(
      streamed((id) => {
        pool.stepInto([other, one], { ids: [0, id] }, { logits: both });
        return both.slice(V);
      }),
    );
    expect(one.state()).not.toEqual(other.state());
    const session = model.session();
    session.restore(one.state());
    expect(pool.open(session.state()).state()).toEqual(one.state());
    expect(pool.size).toBe(3);
    one.close();
    one.close();
    expect(pool.size).toBe(2);
    const step = (sessions: readonly PooledSession[], given: readonly number[]) => () =>
      pool.stepInto(sessions, { ids: given }, {});
    expect(step([one], [1])).toThrow("step: session 0 was closed");
    expect(step([other, other], [1, 1])).toThrow("step: session 1 is named twice");
    expect(step([model.pool().open()], [1])).toThrow("step: session 0 is of another pool");
    const kept = other.state();
    expect(step([other.fork(), other], [1, 99])).toThrow(/99/);
    expect(other.state()).toEqual(kept);
  });

  test("gives files that open as what they were", async () => {
    const files: ModelFiles = await model.files();
    const opened = await openModel(files, { device });
    expect(opened.format).toBe(model.format);
    expect([opened.inputs, opened.outputs]).toEqual([model.inputs, model.outputs]);
    const session = opened.session();
    near(streamed((id) => session.step({ ids: isGraph ? [[id]] : [id] }).logits.data));
  });
});

test("a model is what its class says, and its task is asked for by name", async () => {
  const [network, language, onnx] = await Promise.all(Object.values(makers).map((make) => make()));
  expect([network, language, onnx].map((model) => model.constructor)).toEqual([
    NetworkModel,
    LanguageModel,
    GraphModel,
  ]);
  const files = await language.files();
  const { tokenizer, network: inside } = await openModel(files, { device, task: "language" });
  expect(tokenizer.vocabularySize).toBe(V);
  expect(inside.config.outputs).toEqual([{ name: "logits", from: "decoder" }]);
  await expect(openModel(await onnx.files(), { device, task: "language" })).rejects.toThrow(
    'openModel: these files is a model of no known task, needed one of the task "language"',
  );
});

/** Says of each id the one that follows it. */
const successors = defineTask({
  name: "successors",
  options: { hiddenSize: numberOption({ whole: true, atLeast: 1 }, { default: 4, help: "units" }) },
  loss: "lossNats",
  units: "ids",
  judge: { measure: "lossNats", better: "less" },
  prepare: ({ settings: { hiddenSize } }) => ({
    options: { hiddenSize },
    digest: () => "the same",
    batchesPerEpoch: 4,
    batch: ({ batch }, rows) =>
      batchOf(
        [0, 1, 2].map((id) => (id + batch) % V),
        rows,
      ),
  }),
  replica(own, options: { readonly hiddenSize: number }, _rows) {
    expect(options.hiddenSize).toBe(4);
    const model = new Network(own, CONFIG);
    return {
      model,
      loss(share: readonly number[]) {
        const targets = ints(
          own,
          share.map((id) => (id + 1) % V),
          [share.length, 1],
        );
        const { logits } = model.forward({ ids: ints(own, share, [share.length, 1]) }).outputs;
        const loss = crossEntropy(logits, targets);
        return { loss, measured: loss };
      },
    };
  },
  async predict(model, id: number) {
    const { logits } = await new NetworkModel(model).run({ ids: [[id]] });
    return Array.from(logits.data).indexOf(Math.max(...Array.from(logits.data)));
  },
});

describe("a task of one's own", () => {
  let files: ModelFiles = {};
  beforeAll(async () => {
    const settings = { budget: { steps: 150 }, learningRate: 0.05, batchSize: 3 };
    for await (const event of train({ task: successors, data: undefined, settings }))
      if (event.type === "model") files = event.files;
  });
  afterAll(() => {
    files = {};
  });

  test("opens with its predict", async () => {
    const model = await openModel(files, { device, task: successors });
    expect(await Promise.all([0, 1, 2, 3].map((id) => model.predict(id)))).toEqual([1, 2, 3, 4]);
    expect(model.madeBy).toMatchObject({
      task: "successors",
      options: { hiddenSize: 4 },
      training: { batchSize: 3 },
    });
  });

  test("opens as a network too, and keeps what made it", async () => {
    const model = await openModel(files, { device });
    if (!(model instanceof NetworkModel)) throw new Error(model.format);
    expect(model.task).toBe("successors");
    const again = await openModel(await model.files(), { device, task: "successors" });
    expect(again.madeBy).toEqual(model.madeBy);
    await expect(openModel(files, { device, task: "language" })).rejects.toThrow(
      'is a model of the task "successors", needed one of the task "language"',
    );
    const mute = await openModel(files, { device, task: { ...successors, predict: undefined } as never });
    await expect((mute as never as Model).predict?.(1 as never)).rejects.toThrow(
      "predict: task successors has no predict",
    );
  });
});
