import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { constrainedScores, spanRules } from "../../src/decoding/span-rules.ts";
import { viterbi } from "../../src/decoding/viterbi.ts";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import type { ModelFiles } from "../../src/index.ts";
import { openModel, train } from "../../src/index.ts";
import { traceNetwork } from "../../src/inspect/trace-network.ts";
import { networkDataFromFiles } from "../../src/models/network-folder.ts";
import { valuesOf } from "../../src/options/option.ts";
import { TagReader, type TagReading } from "../../src/tasks/tag/tag-examples.ts";
import { TAG_OPTIONS } from "../../src/tasks/tag/tag-options.ts";
import { tagRecords } from "../../src/tasks/tag/tag-records.ts";
import { trainNear } from "./train-near.ts";

type Event = { type: string } & Record<string, unknown>;

async function trained(data: object, settings: object) {
  const events: Event[] = [];
  for await (const event of trainNear({ task: "tag", data: data as never, settings: settings as never }))
    events.push(event as Event);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles, events };
}

const QUICK = {
  threads: 1,
  dropout: 0,
  wordDropout: 0,
  learningRate: 0.02,
  embeddingSize: 16,
  characterSize: 8,
  hiddenSize: 12,
};

const DEFAULTS = valuesOf("train", TAG_OPTIONS, {});

/** A person's name is one behind "mr" alone: the word itself says nothing. */
function columns(sentences: number): string {
  const words = ["ann", "bob", "eve", "kim"];
  const lines = Array.from({ length: sentences }, (_, at) => {
    const [first, second] = [words[at % 4], words[(at >> 2) % 4]];
    return at % 3 === 0
      ? `mr O\n${first} B-person\n${second} I-person\ncame O\n`
      : `so O\n${first} O\n${second} O\ncame O\n`;
  });
  return lines.join("\n");
}

/** As `unrolled convert` writes it. */
async function exportedOnnx(files: ModelFiles): Promise<Uint8Array> {
  const { madeBy, ...network } = await networkDataFromFiles(async (name) => files[name]);
  const { network: config, ...options } = madeBy!.options as { readonly network: object };
  return writeOnnx(network, {
    metadata: {
      "unrolled.network": JSON.stringify(config),
      "unrolled.task": JSON.stringify({ task: madeBy!.task, options }),
    },
  });
}

/** The emissions of onnxruntime, decoded by what stands in the file's metadata alone, give these tags. */
async function sameInOnnxRuntime(files: ModelFiles, text: string, tags: readonly string[]) {
  const { madeBy, ...network } = await networkDataFromFiles(async (name) => files[name]);
  const { reading } = madeBy!.options as { reading: TagReading };
  const file = writeOnnx(network, { states: "internal" });
  const written = Buffer.from(file).toString("latin1");
  const crf = JSON.parse(/\{"transitions":.*?"end":\[.*?\]\}/.exec(written)![0]);
  const reader = new TagReader(reading);
  const words = text.split(" ");
  const { values, characters, counts } = reader.sentence(words);
  const most = Math.max(...counts!);
  const letters = new BigInt64Array(words.length * most);
  let from = 0;
  for (const [word, count] of counts!.entries()) {
    for (let at = 0; at < count; at++) letters[word * most + at] = BigInt(characters![from + at]);
    from += count;
  }
  const session = await InferenceSession.create(file, { executionProviders: ["cpu"] });
  const { emissions } = await session.run({
    ids: new OnnxTensor("int64", BigInt64Array.from(values, BigInt), [1, words.length]),
    characters: new OnnxTensor("int64", letters, [1, words.length, most]),
  });
  await session.release();
  const scores = { ...crf, transitions: crf.transitions.flat() };
  const best = viterbi(
    emissions.data as Float32Array,
    constrainedScores(scores, reading.tags, spanRules(reading.tags)!),
  );
  expect(best.tags.map((tag) => reading.tags[tag])).toEqual(tags);
}

describe("sentences in columns", () => {
  it("are learned, measured beside the most frequent tag, and answered for", async () => {
    const source = (rows: number) => ({ title: "names.conll", text: columns(rows) });
    const { start, end, files } = await trained(
      { train: [source(96)], val: [source(24)], test: [source(12)] },
      { ...QUICK, budget: { epochs: 12 } },
    );
    expect(start).toMatchObject({
      tags: 3,
      trainingSequences: 96,
      trainingTokens: 384,
      validationSequences: 24,
    });
    expect(start.baselines).toMatchObject({ mostFrequentTag: { f1: 0 } });
    expect(end).toMatchObject({
      evaluation: { f1: 1, sentences: 24, tokens: 96 },
      test: {
        f1: 1,
        sentences: 12,
        perType: { person: { f1: 1 } },
        baselines: { mostFrequentTag: { f1: 0 } },
      },
    });
    const model = await openModel(files, { task: "tag" });
    expect(await model.predict("Mr Bob Ann came")).toEqual({
      tokens: ["Mr", "Bob", "Ann", "came"],
      tags: ["O", "B-person", "I-person", "O"],
    });
    const look = await model.look("Mr Bob Ann came");
    expect(look).toMatchObject({ pieces: ["Mr", "Bob", "Ann", "came"], words: look.words });
    expect(look.words).toEqual((await model.predict("Mr Bob Ann came")).tags);
    // What is decided on is the likeliest at each step here, and the shares of a step are all there is.
    for (const [step, tag] of look.words.entries()) {
      const shares = [...look.said.subarray(step * look.names.length, (step + 1) * look.names.length)];
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(shares.indexOf(Math.max(...shares))).toBe(look.names.indexOf(tag));
    }
    const { layers, steps, outputs } = traceNetwork(model.network, look.inputs);
    expect(layers.map(({ direction }) => direction)).toEqual(["forward", "backward"]);
    expect([steps, outputs.emissions.shape]).toEqual([4, [1, 4, look.names.length]]);
    const exported = await exportedOnnx(files);
    const again = await openModel(exported, { task: "tag" });
    expect(await again.predict("Mr Bob Ann came")).toEqual(await model.predict("Mr Bob Ann came"));
    expect(await again.network.stateDict()).toEqual(await model.network.stateDict());
    await sameInOnnxRuntime(files, "mr bob ann came", (await model.predict("mr bob ann came")).tags);
    const answers: object[] = [];
    const sources = [
      { title: "a.conll", text: "so\nbob\nann\ncame\n\nmr\nkim\n" },
      { title: "b.txt", text: "so kim came\n" },
    ];
    for await (const answer of model.answers({ texts: ["mr eve"], sources })) answers.push(answer);
    expect(answers).toMatchObject([
      { tokens: ["mr", "eve"], tags: ["O", "B-person"] },
      { tokens: ["so", "bob", "ann", "came"], tags: ["O", "O", "O", "O"] },
      { tokens: ["mr", "kim"], tags: ["O", "B-person"] },
      { tokens: ["so", "kim", "came"], tags: ["O", "O", "O"] },
    ]);
  });

  it("may be JSON lines, and the tags may stand in any column", async () => {
    const line = '{"tokens": ["a", "b"], "ner": ["X", "Y"]}';
    const json = await trained(
      { train: [{ title: "a.jsonl", text: `${line}\n${line}\n` }] },
      { ...QUICK, column: "ner", valFraction: 0, budget: { steps: 1 } },
    );
    expect(json.start).toMatchObject({ tags: 2, trainingTokens: 4 });
    const text = "-DOCSTART- -X- O\n\n1 U NN O\n2 V NN O\n\n3 W VB B-x\n";
    const third = await trained(
      { train: [{ title: "a.txt", text }] },
      { ...QUICK, column: "3", valFraction: 0, budget: { steps: 1 } },
    );
    expect(third.start).toMatchObject({ tags: 2, trainingSequences: 2 });
  });

  it("give an error that names the line and what was needed", async () => {
    const from = (text: string, settings = {}, title = "data.conll") =>
      tagRecords([{ title, text }], { ...DEFAULTS, ...settings });
    await expect(from("a O\nb\n")).rejects.toThrow(
      "data.conll, line 2 has 1 column, needed a word and its tag",
    );
    await expect(from("a O\n", { column: "4" })).rejects.toThrow(
      "line 1 has 2 columns, needed a tag in column 4",
    );
    await expect(from("a O\n", { column: "1" })).rejects.toThrow("needed the number of the column of tags");
    await expect(from("\n\n")).rejects.toThrow("needed a sentence or a recording");
    await expect(from('{"tokens": ["a"], "tags": []}', {}, "a.jsonl")).rejects.toThrow(
      "a.jsonl, line 1 is no sentence",
    );
    await expect(from("text,label\nhello there,x\n", {}, "a.csv")).rejects.toThrow(
      "a.csv has a column of texts, text",
    );
    await expect(tagRecords([{ tokens: ["a"], tags: [] }], DEFAULTS)).rejects.toThrow(
      "a sentence has 1 tokens and 0 tags",
    );
  });
});

describe("frames of numbers", () => {
  /** Whether the numbers rise or fall, which no frame tells alone. */
  const recording = (seed: number) => {
    const rows = Array.from({ length: 50 }, (_, t) => {
      const isRising = (t + seed) % 20 < 10;
      const x = isRising ? (t + seed) % 10 : 10 - ((t + seed) % 10);
      return `${t},${x},${isRising ? "up" : "down"}`;
    });
    return { title: `r${seed}.csv`, text: `t,x,way\n${rows.join("\n")}\n` };
  };
  const data = { train: [0, 3, 5, 7, 11, 13, 17, 19].map(recording) };
  const settings = {
    ...QUICK,
    features: ["x"],
    column: "way",
    window: 20,
    valFraction: 0.25,
    bidirectional: false,
    learningRate: 0.01,
    budget: { epochs: 250 },
  };

  it("are tagged step by step, in windows that are joined again, and streamed where the network reads forwards", async () => {
    const { start, end, files } = await trained(data, settings);
    // Windows of 20, 20 and 10 steps.
    expect(start).toMatchObject({ trainingSequences: 18, trainingTokens: 300, validationSequences: 2 });
    expect((end.evaluation as { f1: number }).f1).toBeGreaterThan(0.8);
    const model = await openModel(files, { task: "tag" });
    const answers: { tags?: string[] }[] = [];
    for await (const answer of model.answers({ sources: [recording(2)] })) answers.push(answer);
    expect(answers[0].tags).toHaveLength(50);
    const xs = [[1], [2], [3], [4]];
    const { tags } = await model.predict(xs);
    const session = model.session();
    const { mean, deviation } = (
      model.madeBy!.options as { reading: { scaler: { mean: number[]; deviation: number[] } } }
    ).reading.scaler;
    const streamed: string[] = [];
    for (const [x] of xs) {
      const { emissions } = await session.step({
        xs: Float32Array.of((x - mean[0]) / deviation[0]),
      } as never);
      const numbers = Array.from(emissions.data as Float32Array);
      streamed.push(["down", "up"][numbers.indexOf(Math.max(...numbers))]);
    }
    expect(streamed).toEqual(tags);
  });

  it("go on from a checkpoint to the same bits", async () => {
    const short = { ...settings, dropout: 0.3, budget: { steps: 12 }, checkpointEvery: { steps: 5 } };
    const whole = await trained(data, short);
    const checkpoint = whole.events.find(({ type }) => type === "checkpoint")!;
    const resumed: Event[] = [];
    const rest = train({
      task: "tag",
      data: data as never,
      settings: short as never,
      checkpoint: checkpoint.file as Uint8Array,
    } as never);
    for await (const event of rest) resumed.push(event as Event);
    expect(resumed.find(({ type }) => type === "start")).toMatchObject({ resumedAt: 5 });
    const weights = (events: readonly Event[]) =>
      (events.filter(({ type }) => type === "model").at(-1)!.files as ModelFiles)["model.safetensors"];
    expect(weights(resumed)).toEqual(weights(whole.events));
  });
});
