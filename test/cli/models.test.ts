// `unrolled generate`, `predict` and `info`: what programs that read their output rely on.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUILD_MS,
  build,
  finished,
  jsonLines,
  SMALL,
  started,
  temporaryFolder,
  unrolledHere,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const inFolder = (...path: string[]) => join(folder.path, ...path);
let trained: Record<string, unknown>[];

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 12_000);
  const { stdout } = await run("train", "text.txt", "--out", "models/a", "--steps", "30", "--json", ...SMALL);
  trained = jsonLines(stdout);
}, BUILD_MS);
afterAll(() => folder.remove());

describe("generate", () => {
  it("--json gives one object per sample", async () => {
    const { code, stdout, stderr } = await run(
      "generate",
      "models/a",
      "--prompt",
      "the",
      "--num-samples",
      "2",
      "--max-new-tokens",
      "20",
      "--json",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const samples = jsonLines(stdout);
    expect(samples).toHaveLength(2);
    for (const sample of samples) {
      expect(Object.keys(sample)).toEqual(["prompt", "text", "tokens", "finishReason", "seconds"]);
      expect(sample).toMatchObject({ prompt: "the", tokens: 20, finishReason: "length" });
      expect(sample.text).toHaveLength(20);
    }
    expect(samples[0].text).not.toBe(samples[1].text);
  });

  it("writes nothing but the text, the same for the same seed", async () => {
    const parameters = ["generate", "models/a", "--prompt", "the", "--max-new-tokens", "30", "--seed", "3"];
    const { stdout, stderr } = await run(...parameters);
    const [{ text }] = jsonLines((await run(...parameters, "--json")).stdout);
    expect(stderr).toBe("");
    expect(stdout.replace(/\n$/, "")).toBe((text as string).replace(/\n$/, ""));
  });

  it("goes by the model's generation_config.json, flags before it", async () => {
    cpSync(inFolder("models/a"), inFolder("models/own"), { recursive: true });
    const file = inFolder("models/own/generation_config.json");
    const say = (config: object) => writeFileSync(file, JSON.stringify(config));
    const text = async (...flags: string[]) => {
      const { stdout } = await run("generate", "models/own", "--seed", "3", "--json", ...flags);
      return jsonLines(stdout)[0].text as string;
    };
    say({ do_sample: false, max_new_tokens: 11, transformers_version: "4.50.0" });
    const likeliest = await text();
    expect(likeliest).toHaveLength(11);
    expect(await text("--temperature", "0", "--max-new-tokens", "12")).toMatch(likeliest);
    expect(await text("--temperature", "4")).not.toBe(likeliest);
    say({ top_p: 1.5 });
    const { code, stderr } = await run("generate", "models/own");
    const problem = "models/own: generation_config.json: top_p is 1.5, needed a number above 0 and at most 1";
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${problem}\n` });
  });

  it("ends where a model of several documents ends one, and shows nothing of the end", async () => {
    const documents = Array.from({ length: 300 }, (_, index) =>
      JSON.stringify({ text: "ab".repeat(1 + (index % 3)) }),
    );
    writeFileSync(inFolder("documents.jsonl"), documents.join("\n"));
    await run("train", "documents.jsonl", "--out", "models/ends", "--steps", "30", ...SMALL);
    const endId = JSON.parse(
      readFileSync(inFolder("models/ends/generation_config.json"), "utf8"),
    ).eos_token_id;
    expect(endId).toBe(3);
    const many = ["generate", "models/ends", "--prompt", "a", "--num-samples", "5", "--seed", "1"];
    for (const sample of jsonLines((await run(...many, "--json")).stdout)) {
      expect(sample).toMatchObject({ finishReason: "stop", text: expect.stringMatching(/^[ab]*$/) });
    }
    expect((await run(...many)).stdout).toMatch(/^(--- \d of 5 ---\n[ab]*\n\n?)+$/);
  });

  it("stops before a stop string", async () => {
    const { stdout } = await run(
      "generate",
      "models/a",
      "--stop",
      "e",
      "--stop",
      "o",
      "--temperature",
      "2",
      "--json",
    );
    const [{ text, finishReason }] = jsonLines(stdout);
    expect(finishReason).toBe("stop");
    expect(text).not.toMatch(/[eo]/);
  });

  it("parts samples by a line, and takes an empty prompt for a line break", async () => {
    writeFileSync(inFolder("empty.txt"), "");
    const many = await run("generate", "models/a", "--num-samples", "2", "--max-new-tokens", "5");
    expect(many.stdout).toMatch(/^--- 1 of 2 ---\n[\s\S]*\n--- 2 of 2 ---\n/);
    const greedy = ["--temperature", "0", "--max-new-tokens", "10", "--json"];
    const outputs = await Promise.all([
      run("generate", "models/a", ...greedy),
      run("generate", "models/a", "--prompt", "", ...greedy),
      run("generate", "models/a", "--prompt-file", "empty.txt", ...greedy),
    ]);
    for (const { code, stdout } of outputs) {
      expect(code).toBe(0);
      expect(jsonLines(stdout)[0]).toMatchObject({
        prompt: "\n",
        text: jsonLines(outputs[0].stdout)[0].text,
      });
    }
  });

  it("names characters that the model never saw, and goes on", async () => {
    const { code, stdout, stderr } = await run(
      "generate",
      "models/a",
      "--prompt",
      "the é",
      "--max-new-tokens",
      "5",
    );
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThanOrEqual(5);
    expect(stderr).toBe('note: the model has never seen the character "é" of the prompt, read as <unk>\n');
  });

  it("ends in peace when its reader does", async () => {
    const child = started(["generate", "models/a", "--max-new-tokens", "1000000"], folder.path);
    const end = finished(child);
    child.stdout!.once("data", () => child.stdout!.destroy());
    expect(await end).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("predict", () => {
  it("--json gives tokens and words with their probabilities, likeliest first", async () => {
    const { code, stdout } = await run("predict", "models/a", "the next", "--top", "3", "--json");
    expect(code).toBe(0);
    const [prediction] = jsonLines(stdout) as {
      tokens: { token: string; probability: number }[];
      words: object[];
    }[];
    expect(Object.keys(prediction)).toEqual(["prompt", "tokens", "words"]);
    expect(prediction.tokens.map((entry) => Object.keys(entry).join(" "))).toEqual(
      Array(3).fill("token probability"),
    );
    expect(prediction.words.map((entry) => Object.keys(entry).join(" "))).toEqual(
      Array(3).fill("word probability"),
    );
    const probabilities = prediction.tokens.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((left, right) => right - left));
  });

  it("draws bars", async () => {
    const { stdout } = await run("predict", "models/a", "the", "--top", "4");
    expect(stdout).toMatch(/^Next character\n( {2}\S.* +\d+\.\d\d+ % {2}█.*\n){4}\nNext word\n/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

it("info tells all that config.json, the tensors and the run say", async () => {
  const { stdout } = await run("info", "models/a", "--json");
  const config = JSON.parse(readFileSync(inFolder("models/a/config.json"), "utf8"));
  const [info] = jsonLines(stdout);
  expect(info).toMatchObject({
    cell: config.cell,
    hiddenSize: config.hidden_size,
    vocabSize: config.vocab_size,
  });
  expect(info).toMatchObject({
    parameters: trained[0].parameters,
    training: { seqLength: 16, budget: { steps: 30 } },
  });
  expect((info.evaluation as { lossNats: number }).lossNats).toBe(trained.at(-1)!.lossNats);
  expect(info.tensors).toContainEqual({ name: "rnn.weight_ih_l0", shape: [64, 8] });
  const people = (await run("info", "models/a")).stdout;
  for (const line of [
    /^Model +1-layer LSTM/m,
    /^Parameters +[\d,]+$/m,
    /^Quality +\d/m,
    /rnn.weight_hh_l0 +\[64, 16\]/,
  ]) {
    expect(people).toMatch(line);
  }
});
