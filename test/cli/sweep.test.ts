// `unrolled sweep`: trials in processes of their own, whatever happens to them or to the sweep.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isRunning } from "../../src/cli/run/run-lock.ts";
import {
  BUILD_MS,
  build,
  finished,
  jsonLines,
  started,
  temporaryFolder,
  unrolled,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolled(["sweep", ...parameters], folder.path);
const inFolder = (...path: string[]) => join(folder.path, ...path);

const SMALL =
  "files: [text.txt], hidden_size: 16, embedding_size: 8, num_layers: 1, batch_size: 8, seq_length: 16, threads: 1";

const FOUR =
  "search: random\ntrials: 4\nseed: 3\nparallel: 2\nparameters: {learning_rate: {min: 0.001, max: 0.1, scale: log}, cell: [lstm, gru, elman]}";

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 12_000);
  const config = configuration("whole", "steps: 150", FOUR);
  expect((await run("--config", config, "--out", "whole")).code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

/** Writes a configuration and gives its name. */
function configuration(name: string, train: string, rest: string): string {
  writeFileSync(inFolder(`${name}.yaml`), `train: {${SMALL}, ${train}}\n${rest}\n`);
  return `${name}.yaml`;
}

/** Rows of results.csv, field by field; nothing in these tests is quoted. */
function results(out: string): Record<string, string>[] {
  const [header, ...rows] = readFileSync(inFolder(out, "results.csv"), "utf8").trimEnd().split("\r\n");
  const names = header.split(",");
  return rows.map((row) => Object.fromEntries(row.split(",").map((field, index) => [names[index], field])));
}

/** What must come out the same however often a sweep was interrupted. */
const lasting = (out: string) => results(out).map(({ seconds: _, ...rest }) => rest);

const WILD = "optimizer: sgd, grad_clip: 0, steps: 20";

it("goes on after a trial that fails, and says which was best", async () => {
  const config = configuration("some", WILD, "search: grid\nparameters: {learning_rate: [0.1, 1e30, 0.5]}");
  const { code, stdout, stderr } = await run("--config", config, "--out", "some", "--json");
  expect(code).toBe(0);
  const rows = results("some");
  expect(rows.map(({ trial, learning_rate, state, steps }) => [trial, learning_rate, state, steps])).toEqual([
    ["1", "0.1", "done", "20"],
    ["2", "1e+30", "failed", ""],
    ["3", "0.5", "done", "20"],
  ]);
  expect(rows[1].error).toMatch(/^at step \d+ \(batch \d+ of epoch \d+\) the loss is .* not finite/);
  const best = Number(rows[0].loss_nats) < Number(rows[2].loss_nats) ? 0 : 2;
  const end = jsonLines(stdout).at(-1);
  expect(end).toMatchObject({
    ...{ type: "end", trials: 3, failed: 1, path: "some" },
    best: { trial: best + 1, loss_nats: Number(rows[best].loss_nats) },
  });
  expect(stderr).toMatch(/^trial 2 of 3 {2}learning_rate 1e\+30 {2}failed: at step/m);
  expect(stderr).toMatch(/^Best: trial \d, loss_nats \d\.\d{3}, learning_rate 0\.\d$/m);
  const model = await unrolled(["info", `some/trials/00${best + 1}`, "--json"], folder.path);
  expect(jsonLines(model.stdout)[0]).toMatchObject({
    evaluation: { lossNats: Number(rows[best].loss_nats) },
  });
  const plot = readFileSync(inFolder("some/sweep.svg"), "utf8");
  expect(plot).toMatch(/^<svg .*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(plot.match(/<circle/g)).toHaveLength(4);
});

it("fails where all trials do", async () => {
  const config = configuration("all", WILD, "search: grid\nparameters: {learning_rate: [1e30]}");
  const { code, stderr } = await run("--config", config, "--out", "all");
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: no trial succeeded; the first: at step \d+ [^\n]*\n$/),
  });
});

it("halves: the better half goes on with twice the steps", { tags: "long" }, async () => {
  const config = configuration(
    ...["halving", "lr_schedule: constant"],
    "search: halving\ntrials: 4\nparallel: 2\nhalving: {factor: 2, min: 10, max: 40}\nparameters: {learning_rate: {min: 0.001, max: 0.1, scale: log}}",
  );
  expect((await run("--config", config, "--out", "halving")).code).toBe(0);
  const steps = results("halving").map((row) => Number(row.steps));
  expect(steps.sort((a, b) => a - b)).toEqual([10, 10, 20, 40]);
});

it("killed at any instant and resumed, it ends with the same trials and results", {
  tags: "long",
}, async () => {
  const config = configuration("killed", "steps: 150", FOUR);
  const child = started(["sweep", "--config", config, "--out", "killed", "--json"], folder.path);
  const end = finished(child);
  await new Promise<void>((resolve) => {
    child.stdout!.on("data", (text: string) => {
      if (text.includes('"type":"trial-end"')) resolve();
    });
  });
  child.kill("SIGKILL");
  await end;
  copyFileSync(inFolder("killed/sweep.json"), inFolder("before.json"));
  const resumed = await run("--resume", "killed", "--parallel", "1", "--json");
  expect(resumed.code).toBe(0);

  // What was done stayed as it was, to the second it took; what was not is done now.
  const trials = (path: string) => JSON.parse(readFileSync(inFolder(path), "utf8")).trials;
  const before = trials("before.json").filter(({ results }: { results: unknown[] }) => results.length > 0);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(4);
  for (const trial of before) expect(trials("killed/sweep.json")[trial.number - 1]).toEqual(trial);
  expect(jsonLines(resumed.stdout).filter(({ type }) => type === "trial-end")).toHaveLength(
    4 - before.length,
  );
  expect(lasting("killed")).toEqual(lasting("whole"));
});

it("a trial ends with its sweep", async () => {
  const config = configuration(
    "orphans",
    "minutes: 5, eval_every: 5",
    "search: grid\nparameters: {seed: [1]}",
  );
  const child = started(["sweep", "--config", config, "--out", "orphans"], folder.path);
  const model = inFolder("orphans/trials/001");
  await expect.poll(() => existsSync(join(model, "run.lock"))).toBe(true);
  const trial = Number.parseInt(readFileSync(join(model, "run.lock"), "utf8"), 10);
  expect(isRunning(trial)).toBe(true);
  child.kill("SIGKILL");
  await expect.poll(() => isRunning(trial)).toBe(false);
  expect(readdirSync(inFolder("orphans/trials"))).toEqual(["001", "001.log"]);
});

it("Ctrl-C stops in good order, and the sweep can be gone on with", { tags: "long" }, async () => {
  const config = configuration("stopped", "steps: 150", FOUR);
  const child = started(["sweep", "--config", config, "--out", "stopped", "--json"], folder.path);
  const end = finished(child);
  child.stdout!.once("data", () => child.kill("SIGINT"));
  const { code, stdout, stderr } = await end;
  expect(code).toBe(130);
  expect(stderr).toMatch(/^Stopping: /m);
  expect(stderr).toMatch(/^Go on with: unrolled sweep --resume stopped$/m);
  const lines = jsonLines(stdout);
  expect(lines.at(-1)).toMatchObject({ type: "end", failed: 0 });
  expect(lines.find(({ type }) => type === "trial-end")).toMatchObject({ outcome: "stopped" });
  expect(results("stopped").map(({ state }) => state)).toContain("waiting");
  expect((await run("--resume", "stopped")).code).toBe(0);
  expect(lasting("stopped")).toEqual(lasting("whole"));
});

it.each([
  [2, ["--out", "new"], "required option '--config <file>' not specified (or --resume DIR)"],
  [2, ["--config", "some.yaml"], "required option '--out <dir>' not specified (or --resume DIR)"],
  [2, ["--config", "some.yaml", "--resume", "some"], "cannot be used with option"],
  [2, ["--config", "nowhere.yaml", "--out", "new"], "nowhere.yaml: does not exist"],
  [2, ["--config", "text.txt", "--out", "new"], "text.txt"],
  [2, ["--config", "some.yaml", "--out", "new", "--parallel", "0"], "Needed a whole number of at least 1."],
  [
    1,
    ["--config", "some.yaml", "--out", "some"],
    "some exists; give --out another name, or --resume to go on",
  ],
  [1, ["--resume", "nowhere"], "nowhere has no sweep to resume: sweep.json is missing"],
])("ends with %i for %j", async (exitCode, parameters, message) => {
  const { code, stdout, stderr } = await run(...parameters);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  expect(existsSync(inFolder("new"))).toBe(false);
});
