import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { Generator, openDevice, openModel } from "../../src/index.ts";
import { LayeredNetwork } from "../../src/networks/layered-network.ts";
import { valuesOf } from "../../src/options/option.ts";
import type { TranscribeEvaluation } from "../../src/tasks/transcribe/transcribe-answers.ts";
import {
  labelsBefore,
  leastSteps,
  stepsOf,
  transcribeLoss,
} from "../../src/tasks/transcribe/transcribe-batch.ts";
import { transcribeNetwork } from "../../src/tasks/transcribe/transcribe-network.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { utterancesOf } from "../../src/tasks/transcribe/transcribe-records.ts";
import { gradientErrors, numbersOf, reference } from "../gradients.ts";
import { QUICK, spoken, trained, utterances, WIDTH } from "./recognisers.ts";

describe.each([
  ["ctc", { convSize: 12, convKernel: 3, stride: 2 }],
  ["ctc", { bidirectional: false, lookAhead: 2, cell: "gru" }],
  ["transducer", { predictionSize: 16, jointSize: 16, batchSize: 8 }],
] as const)("a recogniser, %s %j", (loss, options) => {
  let run: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    const data = { train: utterances(240, 1), val: utterances(20, 2) };
    run = await trained(data, { ...QUICK, ...options, loss, budget: { epochs: 10 } });
  }, 400_000);

  test("learns to write what is said", () => {
    const found = run.end.evaluation as Record<string, number>;
    expect(found.cer).toBeLessThan(0.15);
    expect(found.utterances).toBe(20);
    const { baselines } = JSON.parse(new TextDecoder().decode(run.files["config.json"]));
    expect(baselines.mostFrequentText.cer).toBeGreaterThan(found.cer);
    expect(baselines.mostFrequentText.wer).toBeGreaterThan(0.8);
  });

  test("writes the same of a sound whatever stands beside it, and says when words were said", async () => {
    const model = await openModel(run.files, { task: "transcribe" });
    const [one] = utterances(1, 9);
    const found = await model.predict(one.frames);
    expect(found.words.map(({ word }: { word: string }) => word).join(" ")).toBe(found.text);
    for (const { start, end } of found.words) expect(end).toBeGreaterThan(start);
    const steps = one.frames.values.length / WIDTH;
    expect(found.words.at(-1)!.end).toBeLessThanOrEqual(0.01 * (steps + 2));
    const alone = await model.evaluate({ train: [one] });
    const others = { train: [one, ...utterances(20, 10)] };
    const together = (await model.evaluate(others)) as TranscribeEvaluation;
    expect(alone).toMatchObject({
      utterances: 1,
      words: one.text.split(" ").length,
      withLanguageModel: null,
    });
    expect(together.utterances).toBe(21);
    expect(together.realTimeFactor).toBeGreaterThan(0);
  });
});

test("a transducer goes on from the encoder, the alphabet and the normalisation of a network that CTC has trained", async () => {
  const data = { train: utterances(30, 1), val: utterances(5, 2) };
  const quick = { ...QUICK, budget: { steps: 2 }, evalEvery: 0 };
  const { files } = await trained(data, quick);
  const other = { train: utterances(30, 3), val: utterances(5, 2) };
  const still = { ...quick, loss: "transducer", jointSize: 8, predictionSize: 8, learningRate: 1e-12 };
  const next = await trained(other, still, { model: files });
  const [before, after] = [files, next.files].map((each) => readSafetensors(each["model.safetensors"]));
  for (const name of ["rnn.weight_ih_l0", "rnn.weight_hh_l0_reverse"])
    for (const [at, weight] of after[name].data.entries())
      expect(weight).toBeCloseTo(before[name].data[at], 6);
  const [reading, own] = [files, next.files].map(
    (each) => JSON.parse(new TextDecoder().decode(each["config.json"])).options.reading,
  );
  expect(own).toEqual(reading);
  await expect(trained(data, { ...quick, hiddenSize: 20 }, { model: files })).rejects.toThrow(
    /rnn.weight_ih_l0 is \[80, 6\] by the settings, and \[64, 6\] in the model to go on from/,
  );
});

test("the loss of a batch does not depend on what its sequences are filled up with, and its gradients are right", () => {
  const settings = valuesOf("train", TRANSCRIBE_OPTIONS, {});
  const shape = { convSize: 2, convKernel: 2, stride: 2, bidirectional: false, lookAhead: 2, dropout: 0 };
  const rows = [9, 5].map((steps, seed) => ({
    file: "",
    text: "",
    frames: new Float32Array(steps * 2).map((_, at) => Math.sin(at * (seed + 2))),
    steps,
    target: Int32Array.of(1, 2).subarray(0, 2 - seed),
  }));
  for (const loss of ["ctc", "transducer"] as const) {
    const own = { ...settings, ...shape, loss, hiddenSize: 2, numLayers: 1, predictionSize: 2, jointSize: 2 };
    const model = new LayeredNetwork(reference, transcribeNetwork(own, { width: 2, classes: 3 }));
    const batching = { width: 2, joined: 1, stride: 2, blank: 0, loss, meanLabels: 1, isInfinite: false };
    const of = (examples: typeof rows) =>
      reference.scope(() => numbersOf(transcribeLoss(model, examples, batching))[0]);
    expect(of(rows)).toBeCloseTo((of([rows[0]]) + of([rows[1]])) / 2, 10);
    expect(gradientErrors(model.namedParameters(), () => transcribeLoss(model, rows, batching))).toBe("");
  }
});

test("steps and labels are counted as the losses count them", async () => {
  expect(leastSteps([1, 1, 2, 2, 2])).toBe(8);
  expect([1, 2, 3, 4].map((frames) => stepsOf(frames, { joined: 1, stride: 3 }))).toEqual([1, 1, 1, 2]);
  expect(stepsOf(7, { joined: 2, stride: 2 })).toBe(2);
  const labels = labelsBefore(await openDevice(), [Int32Array.of(3, 4), Int32Array.of()], 0);
  expect(Array.from(labels.read())).toEqual([0, 3, 4, 0, 0, 0]);
});

describe("recordings in files", () => {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const generator = new Generator(3);
  /** A file of Sphinx: a count, and numbers, the highest byte first. */
  const write = (name: string, values: Float32Array) => {
    const view = new DataView(new ArrayBuffer(4 + 4 * values.length));
    view.setInt32(0, values.length);
    for (const [at, value] of values.entries()) view.setFloat32(4 + 4 * at, value);
    const path = join(folder, name);
    writeFileSync(path, new Uint8Array(view.buffer));
    return path;
  };
  const texts = ["ab", "c d", "ee a", "b"];
  const sounds = texts.map((text, at) => write(`s${at}.mfc`, spoken(text, generator).values));
  const words = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const columns = { manifest: null, file: null, text: null, group: null, delimiter: null };

  test("are found by a table, by a transcription of Sphinx, or by the text beside them", async () => {
    const table = join(folder, "all.csv");
    writeFileSync(table, `path,text\n${texts.map((text, at) => `s${at}.mfc,${text}`).join("\n")}\n`);
    const list = join(folder, "all.transcription");
    writeFileSync(list, texts.map((text, at) => `<s> ${text} </s> (s${at})`).join("\n"));
    const expected = texts.map((text, at) => ({ file: sounds[at], text }));
    expect(await utterancesOf([table], columns)).toEqual(expected);
    expect(await utterancesOf(sounds, columns, { manifest: table })).toEqual(expected);
    expect(await utterancesOf([...sounds, list], columns)).toMatchObject(expected);
    writeFileSync(join(folder, "s0.txt"), "ab\n");
    expect(await utterancesOf([sounds[0]], columns)).toEqual([expected[0]]);
  });

  test("that are not there are all named at once", async () => {
    const source = { title: join(folder, "m.csv"), text: "path,text\ns0.mfc,ab\nx.wav,b\ny.wav,c\n" };
    await expect(utterancesOf([source], columns)).rejects.toThrow(
      /2 files of the manifest are not there: x.wav, y.wav/,
    );
    await expect(utterancesOf([sounds[1]], columns)).rejects.toThrow(/s1.mfc has no .*s1.txt beside it/);
    await expect(utterancesOf([{ title: "m.csv", text: "path\ns0.mfc\n" }], columns)).rejects.toThrow(
      /one of texts/,
    );
  });

  test("with targets that do not fit are left out and named, infinite, or refused", async () => {
    const long = { file: "long.wav", text: "abcdeabcde", frames: spoken("a", generator) };
    const data = { train: [...utterances(20, 5), long], val: utterances(5, 6) };
    const quick = { ...QUICK, budget: { steps: 1 }, evalEvery: 0 };
    const { notes } = await trained(data, quick);
    expect(notes).toEqual([
      "1 of 21 utterances are longer than the steps of their sounds, and are not learned from: long.wav",
    ]);
    await expect(trained(data, { ...quick, misfits: "refuse" })).rejects.toThrow(
      /1 target is longer .*long.wav/,
    );
    await expect(trained(data, { ...quick, batchSize: 32, misfits: "infinite" })).rejects.toThrow(
      /Infinity|not finite/i,
    );
  });

  test("are answered with texts, times and other texts", async () => {
    const data = { train: utterances(150, 1), val: utterances(10, 2) };
    const settings = { ...QUICK, featureWidth: WIDTH, deltas: 0, budget: { epochs: 4 } };
    const { files } = await trained(data, settings);
    const model = await openModel(files, { task: "transcribe" });
    const answers = [];
    for await (const each of model.answers(
      { texts: [], sources: [sounds[2]] },
      { alternatives: 2, times: true },
    ))
      answers.push(each);
    expect(answers).toHaveLength(1);
    expect(Object.keys(answers[0])).toEqual(["file", "text", "score", "words", "alternatives"]);
    expect(answers[0]).toMatchObject({
      file: sounds[2],
      words: expect.any(Array),
      alternatives: expect.any(Array),
    });
    const textsWith = async (options: Readonly<Record<string, unknown>>) => {
      const said: string[] = [];
      const asked = { texts: [], sources: sounds };
      for await (const each of model.answers(asked, options)) said.push((each as { text: string }).text);
      return said;
    };
    // A model of words that knows two of them says no others.
    const lm = join(folder, "words.arpa");
    writeFileSync(lm, "\\data\\\nngram 1=4\n\n\\1-grams:\n-99 <s>\n-1 </s>\n-0.5 EE\n-0.5 B\n\n\\end\\\n");
    const known = await textsWith({ lm, lmWeight: 1, lexicon: words("only.txt", "EE\nB\n") });
    for (const text of known) expect(text).toMatch(/^((ee|b)( |$))*$/);
    // A word that nothing speaks for is said once it is worth enough.
    const hot = await textsWith({ hotWords: ["cab"], beam: 16 });
    expect(hot).not.toEqual(await textsWith({ beam: 16 }));
    const lexicon = join(folder, "words.txt");
    writeFileSync(lexicon, "AB\nC(2)  K\nD\nEE\nA\nB\n");
    const source = {
      title: join(folder, "all.csv"),
      text: `path,text\n${texts.map((text, at) => `s${at}.mfc,${text}`).join("\n")}`,
    };
    const found = (await model.evaluate({ train: [source] }, { lexicon })) as TranscribeEvaluation;
    expect(found).toMatchObject({ utterances: 4, words: 6, characters: 10 });
    expect(found.withLanguageModel!.wer).toBeLessThanOrEqual(found.wer);
    expect(Object.keys(found.withLanguageModel!)).toEqual(["wer", "cer"]);
    const more = { lexicon, bootstrap: 50, confusions: 2 };
    const told = (await model.evaluate({ train: [source] }, more)) as TranscribeEvaluation;
    const { wer, intervals, confusions } = told.withLanguageModel!;
    expect(intervals!.wer.low).toBeLessThanOrEqual(wer);
    expect(intervals!.wer.high).toBeGreaterThanOrEqual(wer);
    expect(told.confusions!.length).toBeLessThanOrEqual(2);
    expect(confusions!.every(({ count }) => count > 0)).toBe(true);
  });
});
