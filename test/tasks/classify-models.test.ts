// What is made of trained classifiers: streams, ONNX files, answers with several labels, groups that stay together.
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import type { ModelFiles } from "../../src/index.ts";
import { openModel, train } from "../../src/index.ts";
import { networkDataFromFiles } from "../../src/models/network-folder.ts";
import { trainedOnGestures } from "./gestures/gestures.ts";
import { streamedLabels } from "./gestures/streamed-labels.ts";
import { trainNear } from "./train-near.ts";

type Event = { type: string } & Record<string, unknown>;

async function trained(data: object, settings: object) {
  const events: Event[] = [];
  for await (const event of trainNear({ task: "classify", data: data as never, settings: settings as never }))
    events.push(event as Event);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles, events };
}

const reader = (files: ModelFiles) => async (name: string) => files[name];

describe("a classifier of gestures that reads forwards", () => {
  let made: Awaited<ReturnType<typeof trainedOnGestures>>;
  beforeAll(async () => {
    made = await trainedOnGestures();
  });

  it("holds out a whole person, and no window of anybody else", () => {
    expect(made.start).toMatchObject({ trainingExamples: 3 * 4, validationExamples: 4 });
    expect(made.end).toMatchObject({ evaluation: { accuracy: 1, temperature: 1 } });
  });

  it("is a stream: after each step it says what it says of all steps so far", async () => {
    const model = await openModel(made.files, { task: "classify" });
    const recording = Array.from({ length: 16 }, (_, t) => [Math.sin(2.5 * t), 0.3]);
    for (const [t, { label, logits }] of (await streamedLabels(made.files, recording)).entries()) {
      const said = await model.predict(recording.slice(0, t + 1));
      expect(said.label).toBe(label);
      expect(1 / (1 + Math.exp(logits[0] - logits[1]))).toBeCloseTo(said.probabilities.still, 4);
    }
    expect((await model.predict(recording)).label).toBe("shaken");
  });

  it("gives the same answers in onnxruntime", async () => {
    const file = writeOnnx(await networkDataFromFiles(reader(made.files)), { states: "internal" });
    const session = await InferenceSession.create(file, { executionProviders: ["cpu"] });
    const numbers = Float32Array.from({ length: 2 * 16 * 2 }, (_, at) => Math.sin(at));
    const [name] = session.inputNames;
    const { logits } = await session.run({ [name]: new OnnxTensor("float32", numbers, [2, 16, 2]) });
    const model = await openModel(made.files, { task: "classify" });
    const ours = await model.run({ xs: { shape: [2, 16, 2], data: numbers } } as never);
    const own = ours.logits.data;
    for (const [at, value] of Array.from(own).entries()) expect(logits.data[at]).toBeCloseTo(value, 4);
    await session.release();
  });

  it("says in its card what it learned from and what it had to beat", () => {
    const card = new TextDecoder().decode(made.files["README.md"]);
    expect(card).toContain("- training examples: 12\n");
    expect(card).toMatch(/\| measured on what was held out \| this model \| majority \| bag of words \|/);
    expect(card).toMatch(/\| accuracy \| 1 \| 0\.5000 \|/);
  });
});

it("several labels an example are learned, each a yes or no of its own", async () => {
  const words = ["red", "big", "old"];
  const rows = Array.from({ length: 160 }, (_, at) => {
    const own = words.filter((_, bit) => (at >> bit) & 1);
    return `a ${own.join(" ")} thing,${own.join("|")}`;
  });
  const { start, end, files, events } = await trained(
    { train: [{ title: "things.csv", text: `what,tags\n${rows.join("\n")}\n` }] },
    {
      text: "what",
      label: "tags",
      multiLabel: "|",
      threads: 1,
      dropout: 0,
      wordDropout: 0,
      hiddenSize: 16,
      learningRate: 0.02,
      budget: { epochs: 20 },
    },
  );
  expect(end).toMatchObject({ evaluation: { accuracy: 1, macroF1: 1, calibrationError: null } });
  // No word is in more than half of the things: who says none of them is right about one thing in eight.
  const { bagOfWords, majority } = start.baselines as Record<string, { accuracy: number; macroF1: number }>;
  expect(bagOfWords).toEqual({ accuracy: 1, macroF1: 1 });
  expect(majority.macroF1).toBe(0);
  expect(majority.accuracy).toBeCloseTo(1 / 8, 1);
  const model = await openModel(files, { task: "classify" });
  expect((await model.predict("a red old thing")).label).toEqual(["old", "red"]);
  expect((await model.predict("a thing")).label).toEqual([]);
  expect(events.filter(({ type }) => type === "note")).toEqual([]);
});

it("columns that were found out are said, with what names others", async () => {
  const text = "sentence,sentiment\nfine,1\npoor,0\ngood,1\nbad,0\nodd,2\n";
  const { events } = await trained(
    { train: [{ title: "t.csv", text }] },
    { threads: 1, valFraction: 0, budget: { steps: 1 } },
  );
  expect(events.filter(({ type }) => type === "note").map(({ text }) => text)).toEqual([
    "Columns, as found out: label: sentiment (3 classes), text: sentence; --text, --label to change.",
    "Seen once, too little to learn from: 2.",
  ]);
});

it("equal texts stand in one part alone, and a part for the end is set aside first", async () => {
  const rows = Array.from({ length: 120 }, (_, at) => `word${at % 40},${at % 2 === 0 ? "even" : "odd"}`);
  const { start, end } = await trained(
    { train: [{ title: "t.csv", text: `word,label\n${rows.join("\n")}\n` }] },
    { threads: 1, distinct: true, testFraction: 0.25, valFraction: 0.2, text: "word", budget: { steps: 1 } },
  );
  // Of 40 words that stand three times each, ten are for the end and six of the others are held out.
  expect(start).toMatchObject({ trainingExamples: 24 * 3, validationExamples: 6 * 3 });
  expect(end).toMatchObject({ test: { examples: 10 * 3 } });
});

describe("a run that is resumed", () => {
  it("ends with the bits of one that was not interrupted, on two threads", async () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      text: `${"so ".repeat(row % 5)}${row % 2 === 0 ? "good" : "bad"} ${row % 7}`,
      label: row % 2 === 0 ? "yes" : "no",
    }));
    const settings = {
      ...{ threads: 2, hiddenSize: 6, batchSize: 8, dropout: 0.2, wordDropout: 0.2, wordScores: true },
      ...{ pooling: "attention", averageDecay: 0.9, budget: { steps: 12 }, checkpointEvery: { steps: 5 } },
    };
    const run = async (checkpoint?: Uint8Array) => {
      const events: Event[] = [];
      const request = { task: "classify", data: { train: rows }, settings, checkpoint };
      for await (const event of train(request as never)) events.push(event as unknown as Event);
      const of = (type: string) => events.filter((event) => event.type === type);
      return {
        weights: (of("model").at(-1)!.files as ModelFiles)["model.safetensors"],
        checkpoints: of("checkpoint"),
      };
    };
    const whole = await run();
    expect(whole.checkpoints[0].step).toBe(5);
    expect((await run(whole.checkpoints[0].file as Uint8Array)).weights).toEqual(whole.weights);
  });
});
