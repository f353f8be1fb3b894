// A language model with a condition on the command line, from a folder of names to texts of one category.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolledHere } from "./command.ts";

const { path: folder, remove } = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder);
const SMALL = [
  "--hidden-size",
  "12",
  "--num-layers",
  "1",
  "--batch-size",
  "8",
  "--threads",
  "1",
  "--backend",
  "wasm",
];

beforeAll(async () => {
  build();
  mkdirSync(join(folder, "names"));
  for (const [category, letter] of [
    ["high", "h"],
    ["low", "l"],
  ])
    writeFileSync(
      join(folder, "names", `${category}.txt`),
      Array.from(
        { length: 40 },
        (_, row) => `${letter.repeat(1 + (row % 5))}${"aeiou"[row % 5]}${row}\n`,
      ).join(""),
    );
  const { code, stderr } = await run(
    ...["train", "names", "--condition", "label", "--out", "model", "--steps", "30", ...SMALL],
  );
  expect(stderr).toBe("");
  expect(code).toBe(0);
}, BUILD_MS);
afterAll(remove);

describe("unrolled train --condition", () => {
  it("makes a model that generate and predict give a category", async () => {
    const { stdout, code } = await run(
      ...["generate", "model", "--condition", "low", "--num-samples", "2", "--seed", "1", "--json"],
    );
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).prompt),
    ).toEqual(["", ""]);
    const predicted = await run("predict", "model", "", "--condition", "high", "--json", "--top", "3");
    expect(JSON.parse(predicted.stdout)).toMatchObject({ prompt: "", tokens: [{}, {}, {}] });
  });

  it.each(["generate", "predict"])("%s names the nearest category and all", async (command) => {
    const words = command === "predict" ? ["h"] : [];
    const { stderr, code } = await run(command, "model", ...words, "--condition", "hihg");
    expect(stderr).toBe('error: --condition is "hihg", needed one of label: high, low; did you mean high?\n');
    expect(code).not.toBe(0);
  });

  it("is measured with the category and without", async () => {
    const { stdout } = await run("eval", "model", "names", "--json");
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ unknownTokens: 0, lossNats: expect.any(Number) });
    expect(found.lossNatsWithoutCondition).toBeGreaterThan(found.lossNats);
    expect((await run("eval", "model", "names")).stdout).toMatch(
      /Without condition +\d\.\d{4} nats per token/,
    );
    writeFileSync(join(folder, "other.csv"), "name,label\nha,hi\nhe,hi\nho,hi\n");
    expect((await run("eval", "model", "other.csv")).stderr).toContain("did you mean high?");
    expect((await run("eval", "model", "names", "--dynamic")).stderr).toContain("models without a condition");
  });

  it("is told of by info, its card and config.json", async () => {
    expect((await run("info", "model")).stdout).toMatch(/Condition +label, 2 categories: high, low/);
    expect(readFileSync(join(folder, "model", "README.md"), "utf8")).toContain(
      'generate . --condition "high"',
    );
    const { condition, evaluation } = JSON.parse(readFileSync(join(folder, "model", "config.json"), "utf8"));
    expect(condition).toEqual({ name: "label", categories: ["high", "low"], size: 16 });
    expect(evaluation.loss_nats_without_condition).toEqual(expect.any(Number));
  });

  it("is looked into under a category, and converted", { tags: "long" }, async () => {
    writeFileSync(join(folder, "text.txt"), "hha1hhe2hhi3hho4");
    const inspected = ["inspect", "model", "text.txt", "--what", "surprise", "--json"];
    const { stdout, code, stderr } = await run(...inspected, "--condition", "high", "--out", "inside");
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).report).toBe(join("inside", "report.html"));
    expect((await run("convert", "model", "model.onnx")).code).toBe(0);
    expect((await run("info", "model.onnx")).stdout).toContain("condition");
  });

  it("goes on with a run that was stopped to the same weights", async () => {
    const train = [
      "train",
      "names",
      "--condition",
      "label",
      "--checkpoint-every",
      "5",
      "--lr-schedule",
      "constant",
      ...SMALL,
    ];
    expect((await run(...train, "--out", "half", "--steps", "15")).code).toBe(0);
    expect((await run("train", "--resume", "half", "--steps", "30", "--backend", "wasm")).code).toBe(0);
    expect((await run(...train, "--out", "whole", "--steps", "30")).code).toBe(0);
    const weights = (name: string) => readFileSync(join(folder, name, "model.safetensors"));
    expect(weights("half").equals(weights("whole"))).toBe(true);
  });

  it("takes numbers, and says what they are", async () => {
    const rows = Array.from(
      { length: 60 },
      (_, row) => `${"h".repeat(1 + (row % 3))}${row},${row % 3},${row / 4}`,
    );
    writeFileSync(join(folder, "goods.csv"), `text,size,price\n${rows.join("\n")}\n`);
    const { stdout, code } = await run(
      ...["train", "goods.csv", "--condition", "size,price", "--out", "goods", "--steps", "5", ...SMALL],
    );
    expect(stdout).toMatch(/read as numbers: size 0\.\d+ ± 0\.\d+, price/);
    expect(code).toBe(0);
    const generated = await run(
      "generate",
      "goods",
      "--condition",
      "1,5",
      "--seed",
      "1",
      "--max-new-tokens",
      "4",
    );
    expect(generated.code).toBe(0);
    expect(JSON.parse((await run("eval", "goods", "goods.csv", "--json")).stdout)).toMatchObject({
      lossNats: expect.any(Number),
      lossNatsWithoutCondition: expect.any(Number),
    });
    expect((await run("info", "goods")).stdout).toMatch(
      /Condition +numbers: size 0\.\d+ ± 0\.\d+, price 7\.\d+ ± /,
    );
    expect((await run("predict", "goods", "h", "--condition", "low")).stderr).toBe(
      'error: --condition is "low", needed 2 numbers with commas: size, price\n',
    );
  });

  it.each([
    [["names", "--condition-size", "3"], "--condition-size is 3, needed none without --condition"],
    [["names", "--test", "names"], "needs --condition"],
    [["names", "--condition", "label", "--field", "x"], "--text names the column"],
    [["other.csv", "--condition", "lable"], "did you mean label?"],
    [["other.csv", "--condition", "label"], "needed two or more"],
  ])("%j is an error, and nothing is written", async (words, message) => {
    const { stderr, code } = await run("train", ...words, "--out", "none");
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n +at /);
    expect(code).not.toBe(0);
  });
});
