// What `predict` says of a translator to people.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolledHere } from "./command.ts";

const { path: folder, remove } = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder);
const TINY = ["--tokenizer", "word", "--hidden-size", "4", "--embedding-size", "4", "--steps", "2"];
const PLACE = ["--threads", "1", "--backend", "wasm", "--val-fraction", "0", "--max-length", "4"];

beforeAll(async () => {
  build();
  writeFileSync(join(folder, "pairs.tsv"), "a b\tx y\nb a\ty x\n");
  for (const attention of ["general", "none"]) {
    const task = ["--task", "translate", "--attention", attention, "--out", attention];
    const { code, stderr } = await run("train", "pairs.tsv", ...task, ...TINY, ...PLACE);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
}, BUILD_MS);
afterAll(remove);

it("notes once, on stderr, what of the sources the model has never seen", async () => {
  const { stdout, stderr } = await run("predict", "general", "a zebra", "zebra b", "c", "--max-length", "2");
  expect(stdout.split("\n")).toHaveLength(4);
  expect(stderr).toBe('note: the model has never seen "zebra", "c", read as <unk>\n');
  const asJson = await run("predict", "general", "a zebra", "--json");
  expect(JSON.parse(asJson.stdout)).toMatchObject({ source: "a zebra", unknown: ["zebra"] });
  expect(JSON.parse((await run("predict", "general", "a b", "--json")).stdout)).not.toHaveProperty("unknown");
});

it("shows scores beside several targets, and charts apart from one another", async () => {
  const best = await run("predict", "general", "a b", "--n-best", "2");
  expect(best.stdout).toMatch(/^-\d+\.\d{3} {2}.*\n-\d+\.\d{3} {2}.*\n$/);
  const charts = await run("predict", "general", "a b", "b a", "--alignment", "--min-length", "2");
  expect(charts.stdout.split("\n\n")).toHaveLength(4);
  const { stdout } = await run("predict", "none", "a b", "--alignment");
  expect(stdout).toMatch(/\n\n\(the model has no attention to show\)\n$/);
});

it("names the line of a file whose source is too long", async () => {
  writeFileSync(join(folder, "long.txt"), "a b\n\na b a b a b\n");
  const { code, stdout, stderr } = await run("predict", "general", "--input", "long.txt");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "error: long.txt, line 3 has 6 tokens, needed at most 4 (maxLength of the training): a b a b a b\n",
  );
});
