// `unrolled train --from`: a run that begins with a trained model.

import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, jsonLines, SMALL } from "./command.ts";
import { folderWithRun, PLAN } from "./folder-with-run.ts";

const folder = folderWithRun();
const { at, run, weightsOf } = folder;

beforeAll(async () => {
  await folder.make();
}, BUILD_MS);
afterAll(() => folder.remove());

describe("--from", () => {
  beforeAll(() => {
    writeFileSync(
      at("strange.txt"),
      `${readFileSync(at("text.txt"), "utf8").slice(0, 8000)}€€€ ${"the word ".repeat(99)}`,
    );
  });

  it("takes vocabulary and sizes over, counts what it does not know, and leaves frozen parameters alone", async () => {
    const options = ["--freeze", "encoder,rnn.*_l0", "--steps", "30", "--learning-rate", "0.02", "--json"];
    const { code, stdout, stderr } = await run(
      "train",
      "strange.txt",
      "--from",
      "whole",
      "--out",
      "tuned",
      ...options,
    );
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({
      hiddenSize: 16,
      embeddingSize: 8,
      numLayers: 1,
      unknownTokens: 3,
    });
    expect(stderr).toMatch(/^Unknown {2}3 characters are not in the vocabulary, read as <unk>$/m);
    expect(readFileSync(at("tuned", "tokenizer.json"))).toEqual(readFileSync(at("whole", "tokenizer.json")));
    const { readSafetensors } = await import("../../src/formats/safetensors.ts");
    const [before, after] = ["whole", "tuned"].map((name) => readSafetensors(weightsOf(name)));
    for (const name of Object.keys(before)) {
      const isFrozen = name.startsWith("encoder") || name.startsWith("rnn");
      expect([
        name,
        Buffer.from(after[name].data.buffer).equals(Buffer.from(before[name].data.buffer)),
      ]).toEqual([name, isFrozen]);
    }
  });

  it("takes over a tokenizer of another kind than the default", async () => {
    const words = ["--tokenizer", "word", "--vocab-size", "10", "--out", "words", ...PLAN, "--steps", "3"];
    expect((await run("train", "text.txt", ...words)).code).toBe(0);
    const options = ["--from", "words", "--out", "more-words", ...SMALL, "--steps", "3", "--json"];
    const { code, stdout } = await run("train", "strange.txt", ...options);
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ tokenizer: "word", vocabSize: 10 });
    expect(jsonLines(stdout)[0].unknownTokens).toBeGreaterThan(0);
    expect(readFileSync(at("more-words", "tokenizer.json"))).toEqual(
      readFileSync(at("words", "tokenizer.json")),
    );
    expect((await run("train", "--resume", "more-words", "--steps", "5")).code).toBe(0);
  });

  it("is gone on with exactly", async () => {
    cpSync(at("whole"), at("teacher"), { recursive: true });
    const options = [
      "--from",
      "teacher",
      "--steps",
      "60",
      "--checkpoint-every",
      "10",
      "--eval-every",
      "20",
      "--threads",
      "1",
    ];
    expect((await run("train", "strange.txt", "--out", "pupil", ...options)).code).toBe(0);
    const expected = weightsOf("pupil");
    const checkpoints = readdirSync(at("pupil", "checkpoints")).sort();
    for (const file of checkpoints.slice(-2)) rmSync(at("pupil", "checkpoints", file));
    expect((await run("train", "--resume", "pupil")).code).toBe(0);
    expect(weightsOf("pupil").equals(expected)).toBe(true);
    rmSync(at("pupil", "checkpoints"), { recursive: true });
    expect((await run("train", "--resume", "pupil")).code).toBe(0);
    expect(weightsOf("pupil").equals(expected)).toBe(true);
    // Without a checkpoint it begins with the model again, which therefore must be the same.
    rmSync(at("pupil", "checkpoints"), { recursive: true });
    cpSync(at("tuned", "model.safetensors"), at("teacher", "model.safetensors"));
    const { code, stderr } = await run("train", "--resume", "pupil");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the model in .*teacher has changed since the run was begun with it$/m);
  });

  it.each([
    [
      ["--hidden-size", "32"],
      2,
      "--hidden-size is 32, but the model in whole has 16, which --from takes over",
    ],
    [
      ["--tie-weights"],
      2,
      "'--tie-weights' cannot be used with the model in whole, whose weights are not tied",
    ],
    [
      ["--tokenizer", "word"],
      2,
      "option '--tokenizer' cannot be used with '--from', which brings the model's own",
    ],
    [["--freeze", "encodr"], 1, 'nothing is named "encodr"; the nearest is "encoder"'],
  ])("refuses %j", async (options, exitCode, message) => {
    const { code, stderr } = await run("train", "text.txt", "--from", "whole", "--out", "never", ...options);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(existsSync(at("never"))).toBe(false);
  });
});
