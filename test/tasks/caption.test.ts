import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import { Generator, type ModelFiles, Network, openDevice, openModel } from "../../src/index.ts";
import { checkNetworkConfig } from "../../src/networks/check-config.ts";
import { valuesOf } from "../../src/options/option.ts";
import type { DescribedPicture } from "../../src/tasks/caption/caption-answers.ts";
import type { CaptionFound } from "../../src/tasks/caption/caption-measure.ts";
import { captionNetwork } from "../../src/tasks/caption/caption-network.ts";
import { CAPTION_OPTIONS } from "../../src/tasks/caption/caption-options.ts";
import { trainNear } from "./train-near.ts";

const SIZE = 16;
const COLOURS = { red: [220, 30, 30], blue: [30, 60, 220], green: [30, 160, 60] } as const;
const SIDES = ["left", "right"] as const;

/** A picture of a square of a colour on a side, and what there is to say of it. */
function scene(generator: Generator) {
  const colour = (["red", "blue", "green"] as const)[generator.integer(3)];
  const side = SIDES[generator.integer(2)];
  const [left, top] = [1 + generator.integer(3) + (side === "right" ? 8 : 0), 2 + generator.integer(8)];
  const data = new Uint8Array(3 * SIZE * SIZE).fill(240);
  for (let y = top; y < top + 4; y++)
    for (let x = left; x < left + 4; x++) data.set(COLOURS[colour], 3 * (y * SIZE + x));
  return { data, text: `a ${colour} square on the ${side}`, left, top };
}

type Scene = ReturnType<typeof scene>;

const scenes = (count: number, seed: number) => {
  const generator = new Generator(seed);
  return Array.from({ length: count }, () => scene(generator));
};
const pngOf = ({ data }: Scene) => encode({ width: SIZE, height: SIZE, data, channels: 3, depth: 8 });
const pictureOf = ({ data }: Scene) => {
  const rgba = new Uint8Array(4 * SIZE * SIZE).fill(255);
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++)
    rgba.set(data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  return { width: SIZE, height: SIZE, rgba };
};

const QUICK = {
  imageWidth: SIZE,
  imageHeight: SIZE,
  convLayers: 2,
  convChannels: 16,
  embeddingSize: 8,
  hiddenSize: 32,
  dropout: 0,
  learningRate: 0.003,
  batchSize: 16,
  threads: 1,
};

async function trained(data: object, settings: object = {}) {
  const events: ({ type: string } & Record<string, unknown>)[] = [];
  const run = { task: "caption", data: data as never, settings: { ...QUICK, ...settings } as never } as const;
  for await (const event of trainNear(run as never)) events.push(event as never);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "caption-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A table of scenes with a file for each. */
function written(name: string, all: readonly Scene[]): string {
  const lines = all.map((each, at) => {
    const file = `${name}-${at}.png`;
    writeFileSync(join(folder, file), pngOf(each));
    return JSON.stringify({ file, sentence: each.text });
  });
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

describe("what describes pictures", () => {
  let run: Awaited<ReturnType<typeof trained>>;
  const held = scenes(60, 2);
  beforeAll(async () => {
    const data = { train: [written("train", scenes(400, 1))], val: [written("val", held)] };
    run = await trained(data, { image: "file", text: "sentence", budget: { epochs: 16 } });
  }, 180_000);

  test("learns colours and sides, and measures them", () => {
    const { images, lossNats, bleu, exactMatch } = run.end.evaluation as Record<string, number>;
    expect(images).toBe(60);
    expect(exactMatch).toBeGreaterThan(0.95);
    expect(bleu).toBeGreaterThan(95);
    expect(lossNats).toBeLessThan(0.1);
  });

  test("shows what each step reads and finds likely", async () => {
    const model = await openModel(run.files, { task: "caption" });
    const input = { picture: pictureOf(held[0]), beam: 3, nBest: 2 };
    const { pieces, words, names, said, inputs, answer } = await model.look(input);
    expect(answer).toEqual(await model.predict(input));
    const { logProbability, tokens } = answer as DescribedPicture;
    expect(words).toEqual(tokens);
    expect(pieces.slice(1)).toEqual(words.slice(0, -1));
    const nats = words.map((word, u) => Math.log(said[u * names.length + names.indexOf(word)]));
    expect(nats.reduce((sum, each) => sum + each)).toBeCloseTo(logProbability, 4);
    expect(Object.keys(inputs)).toEqual(["picture", "target"]);
  });

  test("says it of a picture, each token with the shares of all places", async () => {
    const model = await openModel(run.files, { task: "caption" });
    const found = await model.predict({ picture: pictureOf(held[0]), beam: 3, nBest: 2 });
    expect(found.text).toBe(held[0].text);
    expect(found.grid).toEqual([4, 4]);
    expect(found.attention).toHaveLength(found.tokens.length);
    for (const row of found.attention) {
      expect(row).toHaveLength(16);
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    }
    expect(found.alternatives).toHaveLength(1);
    expect(found.alternatives[0].score).toBeLessThanOrEqual(found.score);
  });

  test("says the same of files", async () => {
    const model = await openModel(run.files, { task: "caption" });
    const said: unknown[] = [];
    for await (const each of model.answers({ sources: [0, 1, 2].map((at) => join(folder, `val-${at}.png`)) }))
      said.push((each as { text: string }).text);
    expect(said).toEqual(held.slice(0, 3).map(({ text }) => text));
  });

  test("all pictures that are missing are named at once, and one that is none is refused", async () => {
    const model = await openModel(run.files, { task: "caption" });
    const asked = async (...names: string[]) => {
      const answers = model.answers({ sources: names.map((name) => join(folder, name)) });
      for await (const _ of answers);
    };
    const missing = asked("val-0.png", "none.png", "neither.png");
    await expect(missing).rejects.toMatchObject({ code: "missing-file" });
    await expect(missing).rejects.toThrow(/2 pictures are missing: .*none\.png, .*neither\.png/);
    await expect(asked("val.jsonl")).rejects.toThrow("is no picture, needed a PNG or a JPEG file");
    await expect(asked("")).rejects.toThrow("is a folder, needed a file");
    const { rgba: _, ...noPixels } = pictureOf(held[0]);
    for (const none of [undefined, 3, {}, { picture: undefined }, { ...noPixels, rgba: new Uint8Array(3) }])
      await expect(model.predict(none as never)).rejects.toThrow(/this is no picture, needed \{ width/);
  });
});

test("a picture of several texts counts once, and is right with any of them", async () => {
  const records = scenes(40, 3).flatMap((each, at) =>
    [each.text, "a square"].map((text) => ({ image: String(at), picture: pictureOf(each), text })),
  );
  const { start, end } = await trained({ train: records, val: records }, { budget: { steps: 60 } });
  expect(start).toMatchObject({ trainingPictures: 40, trainingTexts: 80 });
  expect(end.evaluation).toMatchObject({ images: 40 });
  expect((end.evaluation as { exactMatch: number }).exactMatch).toBeGreaterThan(0.5);
});

test("the blind learn what is said, and not of which picture", async () => {
  const records = scenes(200, 4).map((each, at) => ({
    image: String(at),
    picture: pictureOf(each),
    text: each.text,
  }));
  const { end } = await trained({ train: records, val: records }, { blind: true, budget: { steps: 150 } });
  // Three colours and two sides leave ln 6 nats in the seven tokens of a text.
  expect((end.evaluation as { lossNats: number }).lossNats).toBeGreaterThan(0.9 * (Math.log(6) / 7));
});

describe("features of a network in an ONNX file", () => {
  const settings = { image: "file", text: "sentence", featureScale: "signed", budget: { steps: 450 } };
  let path: string;
  let run: Awaited<ReturnType<typeof trained>>;
  const held = scenes(30, 6);
  beforeAll(async () => {
    const device = await openDevice();
    // How red, green and blue each of four times four places is, in the mean; a grey ground is nothing of it.
    const sizes = { inputSize: 3, outputSize: 3, kernelSize: 4, stride: 4, padding: 0, bias: false };
    const network = new Network(
      device,
      checkNetworkConfig({
        inputs: [{ name: "pixels", axes: ["B", 3, SIZE, SIZE], kind: "float" }],
        layers: [
          { name: "mean", inputs: ["pixels"], config: { kind: "conv2d", ...sizes } },
          { name: "relu", inputs: ["mean"], config: { kind: "activation", activation: "relu" } },
        ],
        outputs: [{ name: "maps", from: "relu" }],
      }),
    );
    for (const parameter of network.parameters())
      parameter.assign(
        Float32Array.from({ length: 9 * 16 }, (_, at) => (Math.floor(at / 16) % 4 ? -1 / 8 : 1 / 4)),
      );
    path = join(folder, "eye.onnx");
    const data = { config: network.config, tensors: await network.stateDict() };
    writeFileSync(path, writeOnnx(data as never, { states: "internal", lengths: false }));
    const tables = { train: [written("seen", scenes(200, 5))], val: [written("unseen", held)] };
    run = await trained(tables, { ...settings, features: path });
  }, 180_000);

  test("are learned from, and the folder has the network", async () => {
    // Three colours and two sides: the blind are right once in six.
    expect((run.end.evaluation as { exactMatch: number }).exactMatch).toBeGreaterThan(0.35);
    const model = await openModel(run.files, { task: "caption" });
    expect(Object.keys(await model.files())).toContain("features.onnx");
    const found = await model.predict({ picture: pictureOf(held[0]), beam: 1 });
    expect(found.grid).toEqual([4, 4]);
    for await (const each of model.answers({ sources: [join(folder, "unseen-0.png")] }, { beam: 1 }))
      expect((each as { text: string }).text).toBe(found.text);
    const unseen = { train: [join(folder, "unseen.jsonl")] };
    const measured = await model.evaluate(unseen, { beam: 1, bootstrap: 50 });
    const { intervals, ...evaluated } = measured as unknown as CaptionFound;
    const { lossNats } = run.end.evaluation as { lossNats: number };
    expect(evaluated).toMatchObject({ lossNats: expect.closeTo(lossNats, 5) });
    for (const name of ["bleu", "exactMatch"] as const) {
      expect(intervals![name].low).toBeLessThan(evaluated[name]);
      expect(intervals![name].high).toBeGreaterThan(evaluated[name]);
    }
  });

  test("a folder without it, and what is no such network, are refused by name", async () => {
    const { "features.onnx": _, ...files } = run.files;
    const blind = await openModel(files, { task: "caption" });
    await expect(blind.predict(pictureOf(held[0]))).rejects.toThrow(/features\.onnx/);
    const data = { train: [join(folder, "seen.jsonl")] };
    const given = (more: object) => trained(data, { ...settings, features: path, ...more });
    await expect(given({ features: join(folder, "seen-0.png") })).rejects.toThrow(/seen-0\.png/);
    await expect(given({ features: join(folder, "no.onnx") })).rejects.toMatchObject({
      code: "missing-file",
    });
    await expect(given({ featureOutput: "none" })).rejects.toThrow(/outputs: maps/);
    await expect(given({ blind: true })).rejects.toThrow("features");
  });
});

describe("errors", () => {
  const record = { image: "a", picture: pictureOf(scenes(1, 7)[0]), text: "a red square" };
  const train = [record, { ...record, image: "b" }];

  test("texts to measure on that have another alphabet, before anything is trained", async () => {
    const val = [{ ...record, image: "c", text: "ein rotes Quadrat" }];
    const wrong = /3 of 3 tokens of the texts are not in the model's vocabulary/;
    await expect(trained({ train, val })).rejects.toThrow(wrong);
    await expect(trained({ train, val: train, test: val })).rejects.toThrow(wrong);
  });

  test("an example without a name, a text or pixels", async () => {
    for (const none of [null, { ...record, image: undefined }, { ...record, text: 3 }])
      await expect(trained({ train: [none] })).rejects.toThrow(/an example lacks a part/);
    await expect(trained({ train: [{ ...record, picture: {} }] })).rejects.toThrow(/this is no picture/);
  });

  test("a row that names no picture, and a table of no rows", async () => {
    const path = join(folder, "blank.csv");
    writeFileSync(path, "image,text\nx.png,a\n,b\n");
    await expect(trained({ train: [path] })).rejects.toThrow(
      /blank\.csv, line 3 has nothing in the column image/,
    );
    writeFileSync(path, "image,text\n");
    await expect(trained({ train: [path] })).rejects.toThrow(/there is no row in .*blank\.csv/);
  });

  test("what is said of a network of features, where there is none", async () => {
    for (const given of [{ featureOutput: "maps" }, { featureScale: "unit" }])
      await expect(trained({ train }, given)).rejects.toThrow(
        /feature(Output|Scale) is (maps|unit), needed features/,
      );
  });

  test("missing files of a table are all named, before anything is trained", async () => {
    const path = join(folder, "missing.jsonl");
    writeFileSync(path, '{"image": "x.png", "text": "a"}\n{"image": "y.png", "text": "b"}\n');
    await expect(trained({ train: [path] })).rejects.toThrow(/2 pictures are missing: .*x\.png, .*y\.png/);
  });

  test("a column that is not there is named with those that are", async () => {
    const path = join(folder, "columns.jsonl");
    writeFileSync(path, '{"file": "x.png", "text": "a"}\n');
    await expect(trained({ train: [path] })).rejects.toThrow(/image.*file, text/);
  });

  test("more convolutions than a picture can be halved", async () => {
    await expect(trained({ train: [] }, { convLayers: 5 })).rejects.toThrow("convLayers");
  });
});

test("additive attention has a layer of its own for queries", () => {
  const settings = { ...valuesOf("train", CAPTION_OPTIONS, { cell: "lstm" }), ...QUICK };
  const names = (attention: "general" | "additive") =>
    captionNetwork({ ...settings, attention }, 20).layers.map(({ name }) => name);
  expect(names("additive").filter((name) => !names("general").includes(name))).toEqual(["attention.query"]);
});
