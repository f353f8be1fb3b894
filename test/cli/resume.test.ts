// `unrolled train --resume`: an interrupted run ends as if nothing had been, whatever interrupted it.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { required } from "../required.ts";
import { BUILD_MS, type Finished, finished, jsonLines, started, unrolledHere } from "./command.ts";
import { folderWithRun, PLAN } from "./folder-with-run.ts";

const folder = folderWithRun();
const { at, run, weightsOf, stepsIn, copyAfter } = folder;
let weights: Buffer;
beforeAll(async () => {
  await folder.make();
  weights = weightsOf("whole");
}, BUILD_MS);
afterAll(() => folder.remove());

const isBeingMade = (name: string) => name.startsWith(".");

/** Feeds a process what it reads from standard input. */
function fed(text: string, ...parameters: string[]): Promise<Finished> {
  const child = started(parameters, folder.path);
  child.stdin!.end(text);
  return finished(child);
}

/** Stops a run by a signal once it has learned a while. */
async function stopped(
  name: string,
  signal: NodeJS.Signals,
  parameters: readonly string[],
): Promise<Finished> {
  const child = started([...parameters, "--json"], folder.path);
  const end = finished(child);
  let seen = "";
  child.stdout!.on("data", (text: string) => {
    seen += text;
    if (/"step":[3-9]\d,/.test(seen)) child.kill(signal);
  });
  const result = await end;
  expect(existsSync(at(name, "run.json"))).toBe(true);
  return result;
}

describe("SIGINT and SIGTERM", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s saves and ends with 130; the rest follows exactly",
    async (signal) => {
      const begun = await stopped(signal, signal, ["train", "text.txt", "--out", signal, ...PLAN]);
      expect(begun.code).toBe(130);
      expect(jsonLines(begun.stdout).at(-1)).toMatchObject({ type: "end", reason: "aborted" });
      expect(stepsIn(signal).length).toBeLessThan(400);
      const { code, stdout, stderr } = await run("train", "--resume", signal, "--json");
      expect({ code, stderr: stderr.match(/error|note: /g) }).toEqual({ code: 0, stderr: null });
      const [start] = jsonLines(stdout);
      expect(start).toMatchObject({ type: "start", resumedAt: expect.any(Number) });
      expect(weightsOf(signal).equals(weights)).toBe(true);
      expect(stepsIn(signal)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
      expect(stderr).toMatch(new RegExp(`^Resumed {2}after step ${start.resumedAt}$`, "m"));
    },
  );

  it("while texts are read leaves nothing", async () => {
    const child = started(["train", "-", "--out", "nothing", ...PLAN], folder.path);
    const end = finished(child);
    child.stdin!.write("the next word ");
    const cache = `${folder.path}-cache/unrolled`;
    const begun = () => readdirSync(cache, { recursive: true, encoding: "utf8" }).filter(isBeingMade);
    await expect.poll(() => begun().some((name) => /stream-\d+$/.test(name))).toBe(true);
    child.kill("SIGINT");
    expect(await end).toMatchObject({ code: 130, stdout: "", stderr: "" });
    expect(existsSync(at("nothing"))).toBe(false);
    expect(begun()).toEqual([]);
  });

  it("tells on resumption of the best model that there was", async () => {
    copyAfter(350, "best");
    const child = started(["train", "--resume", "best", "--json", "--steps", "1000000"], folder.path);
    const end = finished(child);
    child.stdout!.once("data", () => child.kill("SIGINT"));
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      type: "end",
      path: "best",
      lossNats: expect.any(Number),
    });
  });
});

describe("what may change", () => {
  it.each([
    ["threads", ["--threads", "2"], /not bit for bit.*: 1 thread before, 2 now/],
    ["the backend", ["--backend", "wasm"], /not bit for bit.*: native-\w+ before, wasm now/],
  ])("%s, with a note", async (name, options, note) => {
    copyAfter(350, name);
    const before = jsonLines(readFileSync(at(name, "log.jsonl"), "utf8"))[0];
    if (name === "the backend" && !String(before.backend).startsWith("native")) return;
    const { code, stderr } = await run("train", "--resume", name, ...options);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: the run goes on, but /);
    expect(stderr).toMatch(note);
  });

  it("a larger budget, samples, checkpoints, and what was given already", async () => {
    copyAfter(350, "larger");
    const options = ["--steps", "420", "--sample-every", "10", "--checkpoint-every", "30", "--seed", "1"];
    const { code, stderr } = await run("train", "--resume", "larger", ...options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stepsIn("larger")).toEqual(Array.from({ length: 420 }, (_, index) => index + 1));
    expect(JSON.parse(readFileSync(at("larger", "run.json"), "utf8")).settings).toMatchObject({
      budget: { steps: 420 },
      sample_every: 10,
    });
  });

  it("what a kill has cut off, which is said", async () => {
    copyAfter(350, "killed");
    const { stdout } = await run("train", "--resume", "killed");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Resumed after step 350; 50 steps after it had no checkpoint and are made again (never more than 50 steps: --checkpoint-every)",
    );
  });

  it("the folder that it is called from, and the folder's place", { tags: "long" }, async () => {
    copyAfter(350, "moved");
    mkdirSync(at("elsewhere"));
    renameSync(at("moved"), at("elsewhere", "moved"));
    const { code, stderr } = await unrolledHere(["train", "--resume", "moved"], at("elsewhere"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(weightsOf("elsewhere/moved").equals(weights)).toBe(true);
    rmSync(`${at("elsewhere")}-cache`, { recursive: true, force: true });
  });

  it("standard input, which is not there any more", { tags: "long" }, async () => {
    const text = readFileSync(at("text.txt"), "utf8");
    const begun = await fed(text, "train", "-", "--out", "piped", ...PLAN);
    expect(begun.code).toBe(0);
    for (const file of readdirSync(at("piped", "checkpoints")).slice(-2))
      rmSync(at("piped", "checkpoints", file));
    const resumed = await fed("other words", "train", "--resume", "piped");
    expect(resumed).toMatchObject({ code: 0, stderr: "" });
    expect(weightsOf("piped").equals(weights)).toBe(true);
    const gone = await fed("", "train", "--resume", "piped", "--cache", "no-cache");
    expect(gone).toMatchObject({ code: 1, stdout: "" });
    expect(gone.stderr).toMatch(/standard input, whose tokens are no longer in .*no-cache/);
  });

  it("nothing: a run without a checkpoint begins at its start, and one that has ended ends the same", async () => {
    copyAfter(0, "fresh");
    const fresh = await run("train", "--resume", "fresh");
    expect(fresh).toMatchObject({
      code: 0,
      stderr: "note: fresh has no checkpoint yet, so the run begins at its start\n",
    });
    expect(weightsOf("fresh").equals(weights)).toBe(true);
    expect((await run("train", "--resume", "fresh")).code).toBe(0);
    expect(weightsOf("fresh").equals(weights)).toBe(true);
    expect(stepsIn("fresh")).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  });

  it("a damaged checkpoint is named, and the one before it used", async () => {
    copyAfter(400, "damaged");
    writeFileSync(at("damaged", "checkpoints", "step-000000400.safetensors"), "damaged");
    const { code, stderr } = await run("train", "--resume", "damaged");
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: damaged\/checkpoints\/step-000000400.safetensors is damaged and left aside \(/,
    );
    expect(weightsOf("damaged").equals(weights)).toBe(true);
  });

  it("checkpoints that are all damaged are said to be, each and together", async () => {
    copyAfter(400, "ruined");
    const names = readdirSync(at("ruined", "checkpoints")).sort().reverse();
    for (const name of names) writeFileSync(at("ruined", "checkpoints", name), "damaged");
    const { code, stderr } = await run("train", "--resume", "ruined");
    expect(code).toBe(0);
    const notes = stderr.trimEnd().split("\n");
    expect(notes.slice(0, -1).map((note) => /step-\d+\.safetensors is damaged/.test(note))).toEqual(
      names.map(() => true),
    );
    expect(notes.at(-1)).toBe("note: ruined has only damaged checkpoints, so the run begins at its start");
    expect(weightsOf("ruined").equals(weights)).toBe(true);
  });
});

const disk = at("disk");
const mounted = (() => {
  mkdirSync(disk);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
  return required(status === 0, "a small file system, which root can mount");
})();
afterAll(() => {
  if (mounted) spawnSync("umount", [disk]);
});

it("a full disk ends the run with a clear error, and it goes on once there is room", async (test) => {
  if (!mounted) test.skip("a small file system cannot be mounted here, which takes root");
  writeFileSync(join(disk, "ballast"), Buffer.alloc(720_000));
  const options = ["--keep-checkpoints", "1000"];
  const { code, stderr } = await run("train", "text.txt", "--out", "disk/run", ...PLAN, ...options);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  const [, step] = stderr.match(
    /cannot be written.*no space left on the device.*; once it can, --resume disk\/run goes on from step (\d+)$/m,
  )!;
  const checkpoints = readdirSync(at("disk/run/checkpoints")).sort();
  expect(checkpoints.at(-1)).toBe(`step-${step.padStart(9, "0")}.safetensors`);
  expect((await run("info", "disk/run")).code).toBe(0);
  rmSync(join(disk, "ballast"));
  const resumed = await run("train", "--resume", "disk/run", "--keep-checkpoints", "1");
  expect(resumed).toMatchObject({ code: 0, stderr: "" });
  expect(weightsOf("disk/run").equals(weights)).toBe(true);
  expect(stepsIn("disk/run")).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
});
