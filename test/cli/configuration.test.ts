// `unrolled train --config`: a file of settings, flags on top, printed and passed back in.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, jsonLines, temporaryFolder, unrolledHere, writeText } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(["train", ...parameters], folder.path);
const inFolder = (...path: string[]) => join(folder.path, ...path);

beforeAll(() => {
  build();
  writeText(inFolder("text.txt"), 12_000);
  const lines = ["files: [text.txt]", "hidden_size: 16", "embedding-size: 8", "numLayers: 1", "steps: 7"];
  writeFileSync(
    inFolder("run.yaml"),
    [...lines, "batch_size: 8", "seq_length: 16", "dropout: 0.1"].join("\n"),
  );
  writeFileSync(inFolder("wrong.yaml"), "hiden_size: 16\n");
}, BUILD_MS);
afterAll(() => folder.remove());

describe("train --config", () => {
  it("trains as the file says, flags on top", async () => {
    const { code, stdout } = await run("--config", "run.yaml", "--out", "a", "--json", "--dropout", "0.25");
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ hiddenSize: 16, numLayers: 1, steps: 7, dropout: 0.25 });
  });

  it("prints a configuration that, passed back in, is printed again and trains the same model", async () => {
    const flags = ["--config", "run.yaml", "--dropout", "0.25", "--optimizer", "sgd"];
    const printed = await run(...flags, "--print-config");
    expect(printed).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("learning_rate: 1\n"),
    });
    writeFileSync(inFolder("printed.yaml"), printed.stdout);
    expect(await run("--config", "printed.yaml", "--print-config")).toEqual(printed);
    const end = async (out: string, ...parameters: string[]) =>
      jsonLines((await run("--out", out, "--json", ...parameters)).stdout).at(-1)!.lossNats;
    expect(await end("b", "--config", "printed.yaml")).toBe(await end("c", ...flags));
  });

  it("prints a preset's settings", async () => {
    const { stdout } = await run("--preset", "tiny", "--print-config");
    expect(stdout).toMatch(/^hidden_size: 128$/m);
  });

  it("needs texts and a folder from somewhere", async () => {
    expect(await run("--config", "run.yaml")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--out"),
    });
    expect(await run("--out", "new")).toMatchObject({ code: 2, stderr: expect.stringContaining("file") });
  });

  it("says what is wrong with the file, and leaves nothing behind", async () => {
    const line = "error: wrong.yaml, line 1: unknown key 'hiden_size' (did you mean hidden_size?)\n";
    const { code, stdout, stderr } = await run("text.txt", "--config", "wrong.yaml", "--out", "new");
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: line });
    expect(existsSync(inFolder("new"))).toBe(false);
  });
});
