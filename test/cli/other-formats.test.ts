// `unrolled info`, `convert` and `generate` with models of ml5's charRNN, RTNeural, NumPy, and Keras' weights with an optimiser's memory.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { charRNNFolder } from "../char-rnn-folder.ts";
import { BUILD_MS, build, jsonLines, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

beforeAll(() => {
  build();
  mkdirSync(join(folder.path, "char-rnn"));
  for (const [name, bytes] of Object.entries(charRNNFolder()))
    writeFileSync(join(folder.path, "char-rnn", name), bytes);
  const [{ model }] = JSON.parse(readFileSync(fixture("keras/rtneural.json"), "utf8"));
  writeFileSync(join(folder.path, "amp.json"), JSON.stringify(model));
}, BUILD_MS);
afterAll(() => folder.remove());

test("a charRNN becomes a language model's folder, which is generated from", async () => {
  expect(await run("convert", "char-rnn", "model")).toMatchObject({ code: 0, stderr: "" });
  const { code, stdout } = await run(
    "generate",
    "model",
    "--prompt",
    "ab",
    "--max-new-tokens",
    "20",
    "--json",
  );
  expect(code).toBe(0);
  const [{ text }] = jsonLines(stdout);
  expect(text).toMatch(/^[\n abc]{20}$/);
});

test.each([
  ["char-rnn", "basic-lstm"],
  ["amp.json", "rtneural"],
  [fixture("numpy/model.npz"), "numpy"],
])("info of %s", async (path, format) => {
  const { code, stdout, stderr } = await run("info", path, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [facts] = jsonLines(stdout);
  expect(facts).toMatchObject({ format });
  expect(facts.layers).toEqual(expect.arrayContaining([expect.objectContaining({ kind: "lstm" })]));
});

test("info of weights counts no optimiser's memory", async () => {
  const { stdout } = await run("info", fixture("keras/library/trained.weights.h5"), "--json");
  expect(jsonLines(stdout)).toMatchObject([{ format: "keras", parameters: 289 }]);
});
