// A run of which version 1 of the format wrote the folder, interrupted after step 20 of 60, goes on as if nothing had happened: its
// losses from there on are those that the run had which was not interrupted.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolled } from "./command.ts";

const fixture = fileURLToPath(new URL("../fixtures/folders/run", import.meta.url));
const folder = temporaryFolder();

interface Line {
  readonly type: string;
  readonly step: number;
  readonly lossNats: number;
}
const linesOf = (path: string): Line[] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const measured = (lines: readonly Line[]) =>
  lines.filter(({ type, step }) => (type === "step" || type === "eval") && step > 20);

beforeAll(build, BUILD_MS);
afterAll(() => folder.remove());

test("resumed, it has the losses of before", async () => {
  cpSync(fixture, folder.path, { recursive: true });
  const plan = `${folder.path}/whole/run.json`;
  writeFileSync(plan, readFileSync(plan, "utf8").replaceAll("FOLDER", folder.path));
  const resumed = await unrolled(["train", "--resume", "whole"], folder.path);
  expect(resumed).toMatchObject({ code: 0 });
  const before = measured(linesOf(`${fixture}/whole/log.jsonl`));
  const after = measured(linesOf(`${folder.path}/whole/log.jsonl`));
  expect(before.length).toBe(42);
  expect(after.map(({ type, step }) => [type, step])).toEqual(before.map(({ type, step }) => [type, step]));
  for (const [index, { type, step, lossNats }] of after.entries())
    expect(Math.abs(lossNats - before[index].lossNats), `${type} ${step}`).toBeLessThan(1e-6);
});
