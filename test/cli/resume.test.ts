// `unrolled train --resume`: what an interrupted run may be gone on with, what it refuses, and that it ends as if nothing had been.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRunLog } from "../../src/cli/run-log.ts";
import {
  BUILD_MS,
  build,
  type Finished,
  finished,
  jsonLines,
  SMALL,
  started,
  temporaryFolder,
  unrolled,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const run = (...parameters: string[]) => unrolled(parameters, folder.path);

const PLAN = [
  ...SMALL,
  ...["--steps", "400", "--checkpoint-every", "50", "--eval-every", "80", "--sample-every", "0"],
  ...["--threads", "1"],
];
let weights: Buffer;

beforeAll(async () => {
  build();
  writeText(at("text.txt"), 9_000);
  writeText(at("held-out.txt"), 1_000);
  expect(await run("train", "text.txt", "--out", "whole", ...PLAN)).toMatchObject({ code: 0, stderr: "" });
  weights = weightsOf("whole");
}, BUILD_MS);
afterAll(() => folder.remove());

const weightsOf = (name: string) => readFileSync(at(name, "model.safetensors"));
const stepsIn = (name: string) =>
  [...readRunLog(at(name, "log.jsonl"))].filter(({ type }) => type === "step").map(({ step }) => step);

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

/** A copy of the whole run as it was after a step: with the checkpoints up to there. */
function asAfter(step: number, name: string): void {
  rmSync(at(name), { recursive: true, force: true });
  cpSync(at("whole"), at(name), { recursive: true });
  for (const file of readdirSync(at(name, "checkpoints"))) {
    if (Number(file.match(/\d+/)![0]) > step) rmSync(at(name, "checkpoints", file));
  }
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
    await new Promise((resume) => setTimeout(resume, 1500));
    child.kill("SIGINT");
    expect(await end).toMatchObject({ code: 130, stdout: "", stderr: "" });
    expect(existsSync(at("nothing"))).toBe(false);
    expect(readdirSync(`${folder.path}-cache/unrolled`).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("tells on resumption of the best model that there was", async () => {
    asAfter(350, "best");
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
    ["threads", ["--threads", "2"], /not bit for bit.*: 1 threads before, 2 now/],
    ["the backend", ["--backend", "wasm"], /not bit for bit.*: native-\w+ before, wasm now/],
  ])("%s, with a note", async (name, options, note) => {
    asAfter(350, name);
    const before = jsonLines(readFileSync(at(name, "log.jsonl"), "utf8"))[0];
    if (name === "the backend" && !String(before.backend).startsWith("native")) return;
    const { code, stderr } = await run("train", "--resume", name, ...options);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: the run goes on, but /);
    expect(stderr).toMatch(note);
  });

  it("a larger budget, samples, checkpoints, and what was given already", async () => {
    asAfter(350, "larger");
    const options = ["--steps", "420", "--sample-every", "10", "--checkpoint-every", "30", "--seed", "1"];
    const { code, stderr } = await run("train", "--resume", "larger", ...options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stepsIn("larger")).toEqual(Array.from({ length: 420 }, (_, index) => index + 1));
    expect(JSON.parse(readFileSync(at("larger", "run.json"), "utf8")).settings).toMatchObject({
      budget: { steps: 420 },
      sample_every: 10,
    });
  });

  it("the folder that it is called from, and the folder's place", async () => {
    asAfter(350, "moved");
    mkdirSync(at("elsewhere"));
    renameSync(at("moved"), at("elsewhere", "moved"));
    const { code, stderr } = await unrolled(["train", "--resume", "moved"], at("elsewhere"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(weightsOf("elsewhere/moved").equals(weights)).toBe(true);
    rmSync(`${at("elsewhere")}-cache`, { recursive: true, force: true });
  });

  it("standard input, which is not there any more", async () => {
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
    asAfter(0, "fresh");
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
    asAfter(400, "damaged");
    writeFileSync(at("damaged", "checkpoints", "step-000000400.safetensors"), "damaged");
    const { code, stderr } = await run("train", "--resume", "damaged");
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: damaged\/checkpoints\/step-000000400.safetensors is damaged and left aside \(/,
    );
    expect(weightsOf("damaged").equals(weights)).toBe(true);
  });
});

describe("what is refused", () => {
  beforeAll(() => asAfter(350, "refusing"));

  it.each([
    [["--cell", "gru"], "option '--cell' would make it another run: it was begun with \"lstm\""],
    [["--hidden-size", "32"], "option '--hidden-size' would make it another run: it was begun with 16"],
    [["--dropout", "0.1"], "option '--dropout' would make it another run"],
    [["--optimizer", "sgd"], "option '--optimizer' would make it another run"],
    [["--learning-rate", "0.1"], "option '--learning-rate' would make it another run"],
    [["--batch-size", "4"], "option '--batch-size' would make it another run"],
    [["--eval-every", "3"], "option '--eval-every' would make it another run: it was begun with 80"],
    [["--early-stopping", "3"], "option '--early-stopping' would make it another run"],
    [["--tokenizer", "word"], "option '--tokenizer' would make it another run: it was begun with \"char\""],
    [["--val", "held-out.txt"], "option '--val' would make it another run"],
    [["--seed", "2"], "option '--seed' would make it another run: it was begun with 1"],
    [["--freeze", "encoder"], "option '--freeze' would make it another run"],
    [["--steps", "10"], "option '--steps' is 10 in all, but the run has made 350 already"],
    [["--minutes", "0.0001"], "option '--minutes' is 0.0001 in all, but the run has taken"],
    [["--out", "other"], "option '--resume <dir>' cannot be used with option '--out <dir>'"],
    [["--from", "whole"], "option '--resume <dir>' cannot be used with option '--from <dir>'"],
    [["text.txt"], "--resume goes on with the run's own texts, so it takes no files"],
  ])("%j", async (options, message) => {
    const { code, stdout, stderr } = await run("train", "--resume", "refusing", ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(existsSync(at("refusing", "run.lock"))).toBe(false);
  });

  it("a text that has changed or is gone", async () => {
    mkdirSync(at("texts"), { recursive: true });
    cpSync(at("text.txt"), at("texts", "own.txt"));
    expect((await run("train", "texts/own.txt", "--out", "own", ...PLAN, "--steps", "20")).code).toBe(0);
    writeText(at("texts", "own.txt"), 9_100);
    const changed = await run("train", "--resume", "own", "--steps", "30");
    expect(changed).toMatchObject({ code: 1, stdout: "" });
    expect(changed.stderr).toMatch(/^error: the run's texts have changed since it was begun/);
    rmSync(at("texts", "own.txt"));
    const gone = await run("train", "--resume", "own");
    expect(gone).toMatchObject({ code: 1, stdout: "" });
    expect(gone.stderr).toMatch(/own\.txt does not exist any more, and the run learns from it/);
    cpSync(at("text.txt"), at("texts", "own.txt"));
    expect((await run("train", "--resume", "own")).code).toBe(0);
  });

  it.each([
    ["null", /has format_version/],
    ["{", /cannot be read/],
    ['{"format_version": 2}', /has format_version 2, needed 1/],
    ['{"format_version": 1, "settings": {}}', /is damaged/],
    ['{"format_version": 1, "files": [3], "settings": null}', /is damaged/],
  ])("a run.json that is %s", async (content, message) => {
    asAfter(350, "unreadable");
    writeFileSync(at("unreadable", "run.json"), content);
    const { code, stderr } = await run("train", "--resume", "unreadable");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: unreadable\/run\.json [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  it("a run.json whose settings are none", async () => {
    asAfter(350, "unsettled");
    const plan = JSON.parse(readFileSync(at("unsettled", "run.json"), "utf8"));
    plan.settings.hidden_size = -1;
    writeFileSync(at("unsettled", "run.json"), JSON.stringify(plan));
    expect((await run("train", "--resume", "unsettled")).stderr).toMatch(
      /run\.json is damaged: hiddenSize is -1, needed/,
    );
  });

  it("a folder that has no run, or that another process trains in", async () => {
    expect((await run("train", "--resume", "nowhere")).stderr).toMatch(/nowhere does not exist/);
    expect((await run("train", "--resume", "texts")).stderr).toMatch(/texts has no run\.json/);
    asAfter(350, "busy");
    const child = started(["train", "--resume", "busy", "--steps", "1000000", "--json"], folder.path);
    const end = finished(child);
    await new Promise((resume) => child.stdout!.once("data", resume));
    for (const parameters of [
      ["--resume", "busy"],
      ["text.txt", "--out", "busy", "--force", ...PLAN],
    ]) {
      const second = await run("train", ...parameters);
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(new RegExp(`^error: busy is being trained by process ${child.pid}`));
    }
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
    expect(existsSync(at("busy", "run.lock"))).toBe(false);
    expect(stepsIn("busy").length).toBeGreaterThan(350);
  });
});

describe("--force", () => {
  it("leaves the old model until there is a new one", async () => {
    cpSync(at("whole"), at("forced"), { recursive: true });
    const child = started(
      [
        "train",
        "text.txt",
        "--out",
        "forced",
        "--force",
        ...PLAN,
        "--steps",
        "1000000",
        "--eval-every",
        "0",
        "--json",
      ],
      folder.path,
    );
    const end = finished(child);
    await new Promise((resume) => child.stdout!.once("data", resume));
    child.kill("SIGKILL");
    await end;
    expect(weightsOf("forced").equals(weights)).toBe(true);
    expect((await run("info", "forced")).code).toBe(0);
    const resumed = await run("train", "--resume", "forced", "--steps", "30");
    expect(resumed.code).toBe(0);
    expect(weightsOf("forced").equals(weights)).toBe(false);
    expect(stepsIn("forced").length).toBe(30);
  });
});

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
    [["--hidden-size", "32"], 2, "hiddenSize is 32, but the model in whole has 16, which --from takes over"],
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

const disk = at("disk");
const mounted = (() => {
  mkdirSync(disk);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
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
  expect(dirname(at("disk/run"))).toBe(disk);
});
