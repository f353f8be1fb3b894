// `unrolled train`: what programs that read its output rely on, and what it leaves behind.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, jsonLines, SMALL, temporaryFolder, unrolledHere, writeText } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const inFolder = (...path: string[]) => join(folder.path, ...path);

const MODEL_FILES = [
  "README.md",
  "config.json",
  "generation_config.json",
  "model.safetensors",
  "tokenizer.json",
];
const RUN_FILES = ["checkpoints", "log.jsonl", "report.html", "run.json", "settings.yaml"];
let trained: Awaited<ReturnType<typeof unrolledHere>>;
let events: Record<string, unknown>[];

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 12_000);
  writeText(inFolder("held-out.txt"), 1_500);
  const budget = ["--steps", "30", "--eval-every", "10", "--sample-every", "15"];
  trained = await run(
    "train",
    "text.txt",
    "--val",
    "held-out.txt",
    "--out",
    "models/a",
    "--json",
    ...SMALL,
    ...budget,
  );
  events = jsonLines(trained.stdout);
}, BUILD_MS);
afterAll(() => folder.remove());

const eventsOf = (type: string) => events.filter((event) => event.type === type);

describe("train --json", () => {
  it("begins with the resolved settings", () => {
    expect(trained.code).toBe(0);
    expect(events[0]).toMatchObject({
      type: "start",
      cell: "lstm",
      nonlinearity: "tanh",
      hiddenSize: 16,
      numLayers: 1,
      embeddingSize: 8,
      dropout: 0.3,
      tieWeights: false,
      tokenizer: "char",
      vocabSize: expect.any(Number),
      seqLength: 16,
      batchSize: 8,
      steps: 30,
      optimizer: "adamw",
      learningRate: 0.005,
      lrSchedule: "cosine",
      gradClip: 1,
      weightDecay: 0.01,
      evalEvery: 10,
      sampleEvery: 15,
      seed: 1,
      parameters: expect.any(Number),
      memoryBytes: expect.any(Number),
      backend: expect.stringMatching(/^(native-|wasm)/),
      backendReason: expect.any(String),
      secondsPerEpoch: expect.any(Number),
    });
  });

  it("tells steps, evaluations, samples, savings and the end with exactly the keys promised", () => {
    const keys = (type: string) => [...new Set(eventsOf(type).map((event) => Object.keys(event).join(" ")))];
    expect(keys("step")).toEqual(["type step epoch lossNats gradientNorm learningRate tokensPerSecond"]);
    expect(keys("eval")).toEqual(["type step lossNats perplexity bitsPerCharacter"]);
    expect(keys("sample")).toEqual(["type step text"]);
    expect(keys("saved")).toEqual(["type step path"]);
    expect(keys("end")).toEqual(["type reason steps seconds tokensPerSecond lossNats bitsPerCharacter path"]);
    expect(eventsOf("step").map(({ step }) => step)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    expect(eventsOf("eval").map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(eventsOf("saved").at(-1)).toEqual({ type: "saved", step: 30, path: "models/a" });
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "steps", steps: 30, path: "models/a" });
  });

  it("writes progress for people to stderr", () => {
    expect(trained.stderr).toMatch(/^Model {4}1-layer LSTM of 16 units/);
    expect(trained.stderr).toMatch(/^Memory /m);
    expect(trained.stderr).toMatch(/^Backend /m);
    expect(trained.stderr).toMatch(/^Time {5}about .* per epoch/m);
  });

  it("leaves a model's folder, complete, and nothing else", () => {
    expect(readdirSync(inFolder("models"))).toEqual(["a"]);
    expect(readdirSync(inFolder("models/a")).sort()).toEqual([...MODEL_FILES, ...RUN_FILES].sort());
    for (const name of MODEL_FILES) expect(statSync(inFolder("models/a", name)).size).toBeGreaterThan(0);
  });
});

it("train without --json writes plain lines off a terminal, and no control characters", async () => {
  const { code, stdout, stderr } = await run(
    "train",
    "text.txt",
    "--out",
    "plain",
    "--steps",
    "40",
    ...SMALL,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(stdout.match(/^step /gm)!.length).toBeLessThan(10);
  expect(stdout).toMatch(/^Held out \d\.\d{3} bits per character/m);
  expect(stdout).toMatch(/^Saved {4}plain$/m);
});

describe("eval", () => {
  it("finds what training found on the same text, by the definition in the documentation", async () => {
    const { code, stdout } = await run("eval", "models/a", "held-out.txt", "--json");
    expect(code).toBe(0);
    const [found] = jsonLines(stdout);
    expect(Object.keys(found)).toEqual([
      "tokens",
      "characters",
      "lossNats",
      "perplexity",
      "bitsPerCharacter",
      "standardErrorNats",
      "unknownTokens",
    ]);
    expect(found).toMatchObject({ tokens: 1499, characters: 1499, unknownTokens: 0 });
    const end = events.at(-1)!;
    expect(found.lossNats).toBeCloseTo(end.lossNats as number, 6);
    expect(found.bitsPerCharacter).toBeCloseTo((found.lossNats as number) / Math.LN2, 9);
    expect(found.perplexity).toBeCloseTo(Math.exp(found.lossNats as number), 9);
  });

  it("--dynamic goes on learning, says so, and leaves the model as it was", async () => {
    const weights = readFileSync(inFolder("models/a/model.safetensors"));
    const evaluated = async (...parameters: string[]) =>
      jsonLines((await run("eval", "models/a", "held-out.txt", "--json", ...parameters)).stdout)[0];
    const [plain, dynamic] = [await evaluated(), await evaluated("--dynamic")];
    expect(Object.keys(dynamic)).toEqual([...Object.keys(plain), "dynamic"]);
    expect(dynamic).toMatchObject({ tokens: 1499, characters: 1499, dynamic: true });
    expect(dynamic.lossNats as number).toBeLessThan((plain.lossNats as number) - 0.05);
    const slow = await evaluated("--dynamic", "--dynamic-rate", "1e-9", "--dynamic-decay", "0");
    expect(slow.lossNats).toBeCloseTo(plain.lossNats as number, 4);
    const held = await evaluated("--dynamic", "--dynamic-decay", "1");
    expect(held.lossNats).toBeCloseTo(plain.lossNats as number, 4);
    expect((await run("eval", "models/a", "held-out.txt", "--dynamic")).stdout).toMatch(/^Learning /m);
    expect(readFileSync(inFolder("models/a/model.safetensors"))).toEqual(weights);
  });

  it("counts what was never seen", async () => {
    writeFileSync(inFolder("unseen.txt"), "the ünïcode");
    const { stdout } = await run("eval", "models/a", "held-out.txt", "unseen.txt", "--json");
    expect(jsonLines(stdout)[0]).toMatchObject({ tokens: 1499 + 10, unknownTokens: 2 });
    expect((await run("eval", "models/a", "unseen.txt")).stdout).toMatch(/^Unknown tokens +2$/m);
  });
});

it("trains on any bytes and on words", async () => {
  writeFileSync(
    inFolder("any.bin"),
    Uint8Array.from({ length: 3000 }, (_, index) => (index * index) % 251),
  );
  const bytes = await run(
    "train",
    "any.bin",
    "--out",
    "bytes",
    "--tokenizer",
    "byte",
    "--steps",
    "2",
    ...SMALL,
  );
  expect(bytes).toMatchObject({ code: 0, stderr: "" });
  expect(jsonLines((await run("eval", "bytes", "any.bin", "--json")).stdout)[0]).toMatchObject({
    tokens: 2999,
  });
  const words = await run(
    "train",
    "text.txt",
    "--out",
    "words",
    "--tokenizer",
    "word",
    "--vocab-size",
    "8",
    "--steps",
    "2",
    "--json",
    ...SMALL,
  );
  expect(words.code).toBe(0);
  expect(jsonLines(words.stdout).at(-1)).toMatchObject({ type: "end", bitsPerCharacter: null });
  expect(jsonLines((await run("predict", "words", "the next", "--json")).stdout)[0]).toMatchObject({
    words: [],
  });
  expect((await run("generate", "words", "--prompt", "carries")).stderr).toMatch(
    /never seen the word "carries"/,
  );
});
