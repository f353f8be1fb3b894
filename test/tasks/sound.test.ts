// Recordings that are learned from: labelled one by one, or frame by frame, then asked of whole and as they come.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Generator, type ModelFiles, openModel } from "unrolled";
import { type Sound, writeWav } from "unrolled/audio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { valuesOf } from "../../src/options/option.ts";
import { CLASSIFY_OPTIONS } from "../../src/tasks/classify/classify-options.ts";
import { classifyTask } from "../../src/tasks/classify/classify-task.ts";
import { trainNear } from "./train-near.ts";

const RATE = 8000;
let folder: string;

/** A low or a high tone with noise: `seconds` of it. */
function tone(isHigh: boolean, seed: number, seconds = 0.3): Sound {
  const generator = new Generator(seed);
  const hz = (isHigh ? 1800 : 300) * generator.uniformBetween(0.9, 1.1);
  const samples = Float32Array.from(
    { length: Math.round(seconds * RATE) },
    (_, at) => 0.3 * Math.sin((2 * Math.PI * hz * at) / RATE) + 0.02 * generator.normal(),
  );
  return { sampleRateHz: RATE, channels: [samples] };
}

const joined = (...sounds: Sound[]): Sound => ({
  sampleRateHz: RATE,
  channels: [Float32Array.from(sounds.flatMap(({ channels }) => [...channels[0]]))],
});

type Event = { type: string } & Record<string, unknown>;
const SMALL = { threads: 1, audio: true, filters: 12, hiddenSize: 8, dropout: 0, learningRate: 0.02 };

async function trained(task: "classify" | "tag", data: object, settings: object) {
  const events: Event[] = [];
  const given = { ...SMALL, budget: { epochs: 8 }, ...settings } as never;
  for await (const event of trainNear({ task, data: data as never, settings: given as never }))
    events.push(event as Event);
  const last = (type: string) => events.findLast((event) => event.type === type)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sound-"));
  for (const label of ["low", "high"]) {
    mkdirSync(join(folder, "tones", label), { recursive: true });
    for (let at = 0; at < 20; at++)
      writeFileSync(
        join(folder, "tones", label, `${label}_anna_${at}.wav`),
        writeWav(tone(label === "high", at)),
      );
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = () =>
  ["high", "low"].flatMap((label) =>
    Array.from({ length: 20 }, (_, at) => join(folder, "tones", label, `${label}_anna_${at}.wav`)),
  );
/** What is found out before the first step. */
async function prepared(data: object, settings: object) {
  const all = { ...valuesOf("train", CLASSIFY_OPTIONS, { audio: true, ...settings }), seed: 1, batchSize: 8 };
  const { facts } = await classifyTask.prepare({
    ...({ data, settings: all, threads: 1 } as unknown as Parameters<typeof classifyTask.prepare>[0]),
  });
  return facts;
}

const manifest = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("recordings with a label each", () => {
  const records = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      sound: tone(at % 2 === 1, from + at, 0.2 + 0.01 * (at % 5)),
      label: at % 2 === 1 ? "high" : "low",
    }));

  it("are learned, and asked of a sound, of samples, and of sound that comes in pieces", async () => {
    const data = { train: records(100, 40), val: records(200, 10), test: records(300, 10) };
    const { start, end, files: made } = await trained("classify", data, { bidirectional: false, deltas: 1 });
    expect(start).toMatchObject({ classes: 2, trainingExamples: 40 });
    expect(end).toMatchObject({ evaluation: { accuracy: 1 }, test: { accuracy: 1 } });

    const model = await openModel(made, { task: "classify" });
    const sound = tone(true, 7);
    const whole = await model.predict(sound);
    expect(whole.label).toBe("high");
    expect(await model.predict(sound.channels[0])).toEqual(whole);
    for (const [input, got] of [
      [undefined, "undefined"],
      ["some.wav", "a text"],
      [{}, "an object"],
      [[], "empty"],
    ])
      await expect(model.predict(input as never)).rejects.toThrow(
        `predict: the input is ${got}, needed a sound { sampleRateHz, channels }, or rows of`,
      );

    const listening = model.listen();
    const [samples] = sound.channels;
    const heard = [0, 111, 1000, samples.length].flatMap((to, at, all) =>
      listening.push(samples.subarray(all[at - 1] ?? 0, to)),
    );
    const all = [...heard, ...listening.finish()] as (typeof whole & { frame: number; seconds: number })[];
    expect(all.map(({ frame }) => frame)).toEqual(all.map((_, at) => at));
    expect(all.at(-1)!.seconds).toBeCloseTo((all.length - 1) / 100, 12);
    expect(all.at(-1)!.probabilities.high).toBeCloseTo(whole.probabilities.high, 5);
    // After the end it begins anew.
    expect(listening.push(samples)[0]).toEqual(all[0]);
  });

  it("are varied by seed, epoch and example alone", async () => {
    const data = { train: records(100, 12), val: records(200, 4) };
    const settings = {
      ...{ speeds: ["0.9", "1", "1.1"], noise: ["white"], noiseSnr: ["10", "20"] },
      ...{ timeMasks: 1, timeMaskWidth: 4, frequencyMasks: 1, frequencyMaskWidth: 3, budget: { epochs: 2 } },
    };
    const weights = async (given: object) => {
      const { files: made } = await trained("classify", data, { ...settings, ...given });
      return Buffer.from(made["model.safetensors"] as Uint8Array).toString("base64");
    };
    const once = await weights({});
    expect(await weights({})).toBe(once);
    expect(await weights({ frequencyMasks: 0 })).not.toBe(once);
  });

  it.each([
    ["their folders", () => ({ train: files() }), { label: "folder" }],
    ["their names", () => ({ train: files() }), { label: "{label}_{speaker}_{index}" }],
    [
      "a manifest",
      () => ({ train: files() }),
      {
        manifest: () =>
          manifest(
            "some.csv",
            `file,label\n${files()
              .map((file) => `${file.split("/").at(-1)},${file.includes("/high/") ? "up" : "down"}`)
              .join("\n")}\n`,
          ),
      },
    ],
    [
      "tables alone, which files lie beside",
      () => ({
        train: [
          manifest(
            "beside.jsonl",
            files()
              .map(
                (file) =>
                  `${JSON.stringify({ path: file.slice(folder.length + 1), pitch: file.length % 2 })}\n`,
              )
              .join(""),
          ),
        ],
      }),
      { label: "pitch" },
    ],
  ])("are labelled by %s", async (_, data, settings) => {
    const said = Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === "string" ? value : value(),
    ]);
    expect(await prepared(data(), Object.fromEntries(said))).toMatchObject({
      classes: 2,
      trainingExamples: 36,
      validationExamples: 4,
    });
  });

  it("stay together with those of their speaker", async () => {
    const group = "speaker";
    const named = (speaker: string, at: number, file: string) => `${file},${at % 2},${speaker}`;
    const rows = files().map((file, at) => named(["anna", "bert", "cleo", "dora"][at % 4], at, file));
    const table = manifest("speakers.csv", `file,label,speaker\n${rows.join("\n")}\n`);
    expect(await prepared({ train: [table] }, { group, valFraction: 0.25 })).toMatchObject({
      trainingExamples: 30,
      validationExamples: 10,
    });
  });
});

describe("what is wrong with recordings is said", () => {
  const from = (train: readonly string[], settings = {}) => prepared({ train }, settings);

  it("all that are missing at once, with their lines", async () => {
    const table = manifest(
      "missing.csv",
      "file,label\ngone.wav,a\ntones/low/low_anna_0.wav,b\nlost/too.wav,a\n",
    );
    await expect(from([table])).rejects.toThrow(
      `2 of 3 recordings are not there:\n  ${folder}/gone.wav (${table}, line 2)\n  ${folder}/lost/too.wav (${table}, line 4)`,
    );
  });

  it("a file that is damaged, by its name", async () => {
    const file = join(folder, "cut.wav");
    writeFileSync(file, writeWav(tone(true, 1)).slice(0, 400));
    await expect(from([file], { label: "folder" })).rejects.toThrow(
      `${file}: the file is cut: its samples take`,
    );
    writeFileSync(file, writeWav(tone(true, 1, 0.01)));
    await expect(from([file], { label: "folder" })).rejects.toThrow(
      "has 80 samples at 8000 a second, needed a frame of 25 ms",
    );
    rmSync(file);
  });

  it.each([
    [
      { label: "{label}-{speaker}" },
      "needed a pattern that all files' names have, such as {label}_{speaker}",
    ],
    [{ label: "pitch" }, 'label is "pitch", needed folder, a pattern of names'],
    [{ group: "speaker" }, 'group is "speaker", needed one of label'],
    [{ speeds: ["3"] }, "speeds is 3, needed factors from 0.5 to 2"],
    [{ speeds: ["1.1"], window: 5 }, "vary whole recordings, without window"],
    [{ noise: ["nowhere.wav"] }, "1 of 1 recordings are not there:\n  nowhere.wav"],
    [{ frontEnd: "mfcc", filters: 12 }, "coefficients is 12, needed fewer than filters, 12"],
  ])("%j", async (settings, message) => {
    await expect(from(files(), settings)).rejects.toThrow(message);
  });

  it("files among which no recording is", async () => {
    const text = manifest("notes.txt", "nothing");
    await expect(from([text])).rejects.toThrow("no recording is among the files (.txt), needed .wav");
    const table = manifest("names.csv", "name,label\na,b\n");
    await expect(from([table])).rejects.toThrow("has the columns name, label, needed one that names files");
  });
});

describe("recordings with a label for each stretch of time", () => {
  /** Silence, a tone, silence: and when the tone sounds. */
  const recording = (seed: number) => {
    const generator = new Generator(seed);
    const lead = 0.2 + 0.3 * generator.uniform();
    const silence = (seconds: number): Sound => ({
      sampleRateHz: RATE,
      channels: [Float32Array.from({ length: Math.round(seconds * RATE) }, () => 0.005 * generator.normal())],
    });
    return {
      sound: joined(silence(lead), tone(true, seed, 0.3), silence(0.3)),
      segments: [{ startSeconds: lead, endSeconds: lead + 0.3, label: "tone" }],
    };
  };
  const some = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => recording(from + at));

  it("are learned, and heard as they come", async () => {
    const data = { train: some(1, 20), val: some(100, 5) };
    const { end, files: made } = await trained("tag", data, { bidirectional: false, budget: { epochs: 15 } });
    expect((end.evaluation as { accuracy: number }).accuracy).toBeGreaterThan(0.95);
    const model = await openModel(made, { task: "tag" });
    const { sound } = recording(200);
    const { tags } = await model.predict(sound);
    expect(new Set(tags)).toEqual(new Set(["none", "tone"]));
    const listening = model.listen({ sampleRateHz: RATE });
    const heard = listening.push(sound.channels[0]) as { tag: string }[];
    expect(heard.map(({ tag }) => tag)).toEqual(tags);
  });

  it("are read from files of labels beside them, by the command's own reader", async () => {
    const paths = some(1, 4).map(({ sound, segments }, at) => {
      const path = join(folder, `take${at}.wav`);
      writeFileSync(path, writeWav(sound));
      const [{ startSeconds, endSeconds, label }] = segments;
      writeFileSync(path.replace("wav", "txt"), `${startSeconds}\t${endSeconds}\t${label}\n\\\t100\t200\n`);
      return path;
    });
    const { start } = await trained("tag", { train: paths }, { valFraction: 0.25, budget: { steps: 1 } });
    expect(start).toMatchObject({ tags: 2 });
    writeFileSync(join(folder, "take0.txt"), "here is no time\n");
    await expect(trained("tag", { train: paths }, { budget: { steps: 1 } })).rejects.toThrow(
      `take0.txt, line 1 is "here is no time", needed a begin and an end in seconds and a label`,
    );
  });
});

describe("what cannot listen says so", () => {
  const data = {
    train: Array.from({ length: 20 }, (_, at) => ({ sound: tone(at % 2 === 1, at), label: String(at % 2) })),
  };
  it.each([
    [{}, "layer rnn (lstm) reads both ways"],
    [{ bidirectional: false, normalize: "utterance" }, "the model normalises over whole recordings"],
  ])("%j", async (settings, message) => {
    const { files: made } = await trained("classify", data, { ...settings, budget: { steps: 1 } });
    const model = await openModel(made, { task: "classify" });
    expect(() => model.listen()).toThrow(message);
  });
});
