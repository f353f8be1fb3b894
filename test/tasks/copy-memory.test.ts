// A task of the user's own, in a module of at most 60 lines, has all that language models have: threads, checkpoints and exact resume,
// the command line.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRunLog } from "../../src/cli/log/run-log.ts";
import { BUILD_MS, build, finished, jsonLines, started, temporaryFolder, unrolled } from "../cli/command.ts";

const TASK = fileURLToPath(new URL("./copy-memory.js", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./train-copies.mjs", import.meta.url));
const folder = temporaryFolder();
beforeAll(() => build(), BUILD_MS);
afterAll(() => folder.remove());

it("is a module of at most 60 lines", () => {
  expect(readFileSync(TASK, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

describe("by train", () => {
  let ran: Record<string, Record<string, unknown>>;
  beforeAll(() => {
    ran = JSON.parse(execFileSync(process.execPath, [PROGRAM], { encoding: "utf8" }));
  }, BUILD_MS);

  it("trains on two threads from a module, and learns more than a guess", () => {
    const { start, end, losses } = ran.longer as Record<string, never>;
    expect(start).toMatchObject({ task: "copy-memory", threads: 2, stepsPerEpoch: 20 });
    expect(end).toMatchObject({ reason: "steps", steps: 600, rowsPerSecond: expect.any(Number) });
    const { baselines } = start as { baselines: Record<string, { lossNats: number }> };
    const { evaluation } = end as { evaluation: { lossNats: number } };
    expect(evaluation.lossNats).toBeLessThan(0.9 * baselines["a guess"].lossNats);
    expect((losses as unknown[]).length).toBe(600);
  });

  it("goes on from a checkpoint to the same bits", () => {
    const { whole, interrupted, resumed } = ran;
    // Asked to end at step 17, it may have made another before it heard.
    const { steps } = interrupted.end as { steps: number };
    expect(steps).toBeGreaterThanOrEqual(17);
    expect(steps).toBeLessThan(45);
    expect((resumed.start as { resumedAt: number }).resumedAt).toBe(steps);
    expect(resumed.losses).toEqual((whole.losses as unknown[]).slice(steps));
    expect(resumed.evals).toEqual((whole.evals as [number][]).filter(([step]) => step > steps));
    expect(resumed.weights).toBe(whole.weights);
    expect(interrupted.weights).not.toBe(whole.weights);
  });

  it("refuses a checkpoint of other data", () => {
    expect(ran.refused).toEqual({
      code: "invalid-argument",
      message: expect.stringContaining("with other data"),
    });
  });

  it("trains on the caller's thread as an object, to the bits of one thread, and says why", () => {
    const { asObject, alone } = ran;
    expect(asObject.start).toMatchObject({
      threads: 1,
      threadsReason: expect.stringContaining("cannot travel to another thread"),
    });
    expect([asObject.losses, asObject.weights]).toEqual([alone.losses, alone.weights]);
  });
});

describe("by the command line", () => {
  const PLAN = ["--steps", "120", "--batch-size", "6", "--threads", "2", "--eval-every", "20"];
  const train = (out: string) => [
    ...["train", "--task", TASK, "--out", out, "--json", "--delay", "4", "--checkpoint-every", "5"],
    ...["--learning-rate", "0.01", ...PLAN],
  ];
  const courseOf = (run: string) =>
    [...readRunLog(join(folder.path, run, "log.jsonl"))]
      .filter(({ type }) => type === "step" || type === "eval")
      .map(({ type, step, lossNats }) => [type, step, lossNats]);

  beforeAll(async () => {
    const whole = await unrolled(train("whole"), folder.path);
    expect(whole.code, whole.stderr).toBe(0);
  }, BUILD_MS);

  it("is trained, killed, and resumed to the same bits", { timeout: BUILD_MS }, async () => {
    const child = started(train("killed"), folder.path);
    const end = finished(child);
    let text = "";
    child.stdout!.on("data", (piece: string) => {
      text += piece;
      if (text.includes('"step":30,')) child.kill("SIGKILL");
    });
    expect((await end).code).not.toBe(0);
    const resumed = await unrolled(["train", "--resume", "killed", "--json"], folder.path);
    expect(resumed.code, resumed.stderr).toBe(0);
    const [start] = jsonLines(resumed.stdout);
    expect(start).toMatchObject({ type: "start", task: "copy-memory", delay: 4 });
    expect(Number(start.resumedAt)).toBeGreaterThan(0);
    expect(courseOf("killed")).toEqual(courseOf("whole"));
    const weights = (run: string) => readFileSync(join(folder.path, run, "model.safetensors"));
    expect(Buffer.compare(weights("killed"), weights("whole"))).toBe(0);
    expect(readFileSync(join(folder.path, "whole", "report.html"), "utf8")).toContain("Rows per second");
  });

  it("has the task's options as flags, in the help too", async () => {
    const { code, stdout } = await unrolled(["train", "--task", TASK, "--help"], folder.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Task copy-memory:\n\s+--length <n>\s+symbols \(default: 3\)/);
    expect(stdout).not.toContain("--tokenizer");
    const refused = await unrolled(["train", "--task", TASK, "--out", "x", "--delay", "0"], folder.path);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      "'--delay <n>' argument '0' is invalid. Needed a whole number of at least 1.",
    );
  });

  it("goes on from a model of the task, and info says what its folder is", { tags: "long" }, async () => {
    const more = [
      "train",
      "--task",
      TASK,
      "--from",
      "whole",
      "--out",
      "more",
      "--steps",
      "3",
      "--delay",
      "4",
    ];
    const began = await unrolled([...more, "--learning-rate", "0.000001", "--json"], folder.path);
    expect(began.code, began.stderr).toBe(0);
    const evalsOf = (events: readonly Record<string, unknown>[]) =>
      events.filter(({ type }) => type === "eval").map(({ lossNats }) => lossNats as number);
    const [found] = evalsOf(jsonLines(began.stdout));
    const log = [...readRunLog(join(folder.path, "whole", "log.jsonl"))];
    expect(found).toBeCloseTo(Math.min(...evalsOf(log as never)), 3);
    const info = await unrolled(["info", "more"], folder.path);
    expect(info.code, info.stderr).toBe(0);
    expect(info.stdout).toContain("weights of a module that a task has made");
    expect(info.stdout).toContain("rnn.weight_hh_l1");
  });

  it("is swept over its own options", { timeout: BUILD_MS, tags: "long" }, async () => {
    writeFileSync(
      join(folder.path, "sweep.yaml"),
      `train: { task: ${TASK}, steps: 12, threads: 1, eval_every: 6, delay: 2 }
search: grid
metric: loss_nats
parameters: { hidden_size: [8, 12], learning_rate: [0.01, 0.001] }
`,
    );
    const swept = await unrolled(
      ["sweep", "--config", "sweep.yaml", "--out", "swept", "--json"],
      folder.path,
    );
    expect(swept.code, swept.stderr).toBe(0);
    const end = jsonLines(swept.stdout).find(({ type }) => type === "end");
    expect(end).toMatchObject({ trials: 4, failed: 0, best: { loss_nats: expect.any(Number) } });
  });

  it("says what is wrong with a task that is none", async () => {
    const nowhere = await unrolled(["train", "--task", "nowhere.js", "--out", "x"], folder.path);
    expect(nowhere).toMatchObject({ code: 2, stdout: "" });
    expect(nowhere.stderr).toMatch(
      /^error: task nowhere.js is neither language(, [a-z]+)* nor a module that is there\n$/,
    );
    const other = await unrolled(["train", "--resume", "whole", "--task", "language"], folder.path);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("option '--task' would make it another run");
  });
});
