// What `predict` and `eval` say of models of tasks, and of the .onnx files that `convert` made of them: the same.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolledHere } from "./command.ts";

const { path: folder, remove } = temporaryFolder();
const run = async (...parameters: string[]) => {
  const { code, stdout, stderr } = await unrolledHere(parameters, folder);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
};
const SMALL = ["--hidden-size", "6", "--steps", "3", "--threads", "1", "--backend", "wasm"];

beforeAll(() => {
  build();
  const rows = Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? "a fine film,1" : "a dull film,0"));
  writeFileSync(join(folder, "mood.csv"), `text,label\n${rows.join("\n")}\n`);
  const sentences = rows.map((_, row) => `Kim\tB-person\nin\tO\n${row}\tO\n`);
  writeFileSync(join(folder, "names.conll"), `${sentences.join("\n")}\n`);
  const values = Array.from({ length: 80 }, (_, row) => (row % 4) + row / 10);
  writeFileSync(join(folder, "sales.csv"), `sales\n${values.join("\n")}\n`);
}, BUILD_MS);
afterAll(remove);

describe.each([
  ["classify", "mood.csv", [], ["a fine film"], ["baselines", "bagOfWords"]],
  ["tag", "names.conll", [], ["Kim in Rome"], []],
  [
    "forecast",
    "sales.csv",
    ["--context", "8", "--horizon", "4", "--season", "4"],
    ["sales.csv"],
    ["baselines", "ridge"],
  ],
])("a model of the task %s as ONNX", (task, data, more, asked, [outer, missing]) => {
  it("predicts and is measured as in its folder", async () => {
    const [model, file] = [`${task}-model`, `${task}.onnx`];
    await unrolledHere(["train", data, "--task", task, "--out", model, ...SMALL, ...more], folder);
    await run("convert", model, file);
    const answers = await Promise.all(
      [model, file].map((place) => run("predict", place, ...asked, "--json")),
    );
    expect(rounded(answers[1])).toEqual(rounded(answers[0]));
    const [own, other] = (
      await Promise.all([model, file].map((place) => run("eval", place, data, "--json")))
    ).map((line) => JSON.parse(line));
    // What was fitted to the training part beside the model stays in its folder.
    if (outer !== undefined) delete own[outer][missing];
    expect(rounded(JSON.stringify(other))).toEqual(rounded(JSON.stringify(own)));
    expect(await run("eval", file, data)).not.toMatch(/undefined|NaN/);
  });
});

it("a picture in a file has the answers beside it", async () => {
  const answers = await run("predict", "forecast-model", "sales.csv");
  expect(await run("predict", "forecast-model", "sales.csv", "--plot-file", "fan.svg")).toBe(answers);
  expect(readFileSync(join(folder, "fan.svg"), "utf8")).toMatch(/^<svg /);
});

it("a file that is no model of a task, or is not there, is an error that says so", async () => {
  writeFileSync(join(folder, "other.onnx"), "\x08\x07 no graph");
  for (const [name, message] of [
    ["other.onnx", "is a file, needed a model's folder"],
    ["none.onnx", "does not exist"],
  ]) {
    const { code, stderr } = await unrolledHere(["eval", name, "mood.csv"], folder);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n +at /);
  }
});

/** JSON lines with their numbers to five digits. */
function rounded(lines: string): unknown[] {
  const short = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value;
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line, short));
}
