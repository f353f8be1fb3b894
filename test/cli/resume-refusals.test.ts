// What a run is not gone on with, and what it does not replace.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, finished, started, writeText } from "./command.ts";
import { folderWithRun, PLAN } from "./folder-with-run.ts";

const folder = folderWithRun();
const { at, run, weightsOf, stepsIn, copyAfter } = folder;
let weights: Buffer;
beforeAll(async () => {
  await folder.make();
  weights = weightsOf("whole");
}, BUILD_MS);
afterAll(() => folder.remove());

describe("what is refused", () => {
  beforeAll(() => copyAfter(350, "refusing"));

  const refused = async (options: readonly string[], message: string) => {
    const { code, stdout, stderr } = await run("train", "--resume", "refusing", ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(existsSync(at("refusing", "run.lock"))).toBe(false);
  };
  it.each<[string[], string]>([
    [["--cell", "gru"], "option '--cell' would make it another run: it was begun with \"lstm\""],
    [["--eval-every", "3"], "option '--eval-every' would make it another run: it was begun with 80"],
    [["--val", "held-out.txt"], "option '--val' would make it another run"],
    [["--steps", "10"], "option '--steps' is 10 in all, but the run has made 350 already"],
    [["--minutes", "0.0001"], "option '--minutes' is 0.0001 in all, but the run has taken"],
    [["--out", "other"], "option '--resume <dir>' cannot be used with option '--out <dir>'"],
    [["--from", "whole"], "option '--resume <dir>' cannot be used with option '--from <dir>'"],
    [["text.txt"], "--resume goes on with the run's own texts, so it takes no files"],
  ])("%j", refused);
  it.each<[string[], string]>([
    [["--hidden-size", "32"], "option '--hidden-size' would make it another run: it was begun with 16"],
    [["--dropout", "0.1"], "option '--dropout' would make it another run"],
    [["--optimizer", "sgd"], "option '--optimizer' would make it another run"],
    [["--learning-rate", "0.1"], "option '--learning-rate' would make it another run"],
    [["--batch-size", "4"], "option '--batch-size' would make it another run"],
    [["--early-stopping", "3"], "option '--early-stopping' would make it another run"],
    [["--tokenizer", "word"], "option '--tokenizer' would make it another run: it was begun with \"char\""],
    [["--seed", "2"], "option '--seed' would make it another run: it was begun with 1"],
    [["--freeze", "encoder"], "option '--freeze' would make it another run"],
  ])("%j", { tags: "long" }, refused);

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
    ['{"format_version": 3}', /has format_version 3, needed 2 or 1/],
    ['{"format_version": 1, "settings": {}}', /is damaged/],
    ['{"format_version": 1, "files": [3], "settings": null}', /is damaged/],
  ])("a run.json that is %s", async (content, message) => {
    copyAfter(350, "unreadable");
    writeFileSync(at("unreadable", "run.json"), content);
    const { code, stderr } = await run("train", "--resume", "unreadable");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: unreadable\/run\.json [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  it.each([
    ["settings", null, "some of what a run is made from is missing there"],
    ["settings", [], "some of what a run is made from is missing there"],
    ["budget", null, "budget is null, needed one of steps, epochs or minutes, above 0"],
    ["freeze", null, "freeze is null, needed a list"],
  ])("a run.json with %s %j", async (name, value, message) => {
    copyAfter(350, "emptied");
    const plan = JSON.parse(readFileSync(at("emptied", "run.json"), "utf8"));
    if (name === "settings") plan.settings = value;
    else plan.settings[name] = value;
    writeFileSync(at("emptied", "run.json"), JSON.stringify(plan));
    const { code, stderr } = await run("train", "--resume", "emptied");
    expect(code).toBe(1);
    expect(stderr).toBe(`error: emptied/run.json is damaged: ${message}\n`);
  });

  it("a run.json whose settings are none", async () => {
    copyAfter(350, "unsettled");
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
    copyAfter(350, "busy");
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
