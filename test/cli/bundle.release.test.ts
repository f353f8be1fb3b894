// `unrolled bundle` with a model of each task: the file says what the folder says.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openDevice, openModel } from "unrolled";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runBundleCommand } from "../../src/cli/commands/bundle.ts";
import { BUILD_MS, build, temporaryFolder, unrolled } from "./command.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
/** A model of any task. */
interface Predicting {
  predict(given: unknown): Promise<unknown>;
}

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

beforeAll(() => {
  build();
  writeFileSync(
    at("classify.tsv"),
    `label\ttext\n${lines(60, (i) => (i % 2 ? `good\tso fine ${i}` : `bad\tawful one ${i}`))}\n`,
  );
  writeFileSync(
    at("tag.conll"),
    lines(20, (i) => `the O\ncat${i % 3} B\nsat O\n`),
  );
  writeFileSync(at("forecast.csv"), `t,v\n${lines(200, (i) => `${i},${i % 7}`)}\n`);
  writeFileSync(at("translate.tsv"), `${lines(60, (i) => `a b c d${i}\tx y z w${i}`)}\n`);
}, BUILD_MS);
afterAll(() => folder.remove());

test.each([
  { task: "classify", file: "classify.tsv", options: [], input: "so fine", dtype: "float16" },
  { task: "tag", file: "tag.conll", options: [], input: "the cat sat", dtype: "int8" },
  {
    task: "forecast",
    file: "forecast.csv",
    options: ["--horizon", "4", "--context", "8"],
    input: [1, 2, 3, 4, 5, 6, 0, 1, 2],
    dtype: undefined,
  },
  { task: "translate", file: "translate.tsv", options: [], input: "a b c d1", dtype: undefined },
] as const)("$task", async ({ task, file, options, input, dtype }) => {
  const trained = await unrolled(
    ["train", file, "--task", task, "--out", task, "--steps", "3", "--threads", "1", ...options],
    folder.path,
  );
  expect(trained).toMatchObject({ code: 0 });
  if (dtype) await unrolled(["convert", task, `${task}-${dtype}`, "--dtype", dtype], folder.path);
  await runBundleCommand(at(task), { out: at(`${task}.mjs`), json: true, ...(dtype ? { dtype } : {}) });
  expect(readFileSync(at(`${task}.d.mts`), "utf8")).toContain(`task: "${task}"`);
  const bundled = await import(pathToFileURL(at(`${task}.mjs`)).href);
  const device = await openDevice({ backend: "wasm" });
  const model = await openModel(at(dtype ? `${task}-${dtype}` : task), { task, device });
  expect(await bundled.predict(input)).toEqual(await (model as unknown as Predicting).predict(input));
  expect(await bundled.predictAll([input, input])).toHaveLength(2);
});
