import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RunLog, readRunLog } from "./run-log.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unrolled-log-"));
  path = join(folder, "log.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = (message: string) => expect.unreachable(message);
const stepsIn = (file: string) => [...readRunLog(file)].map(({ type, step }) => step ?? type);

async function writeSteps(first: number, last: number): Promise<void> {
  const log = RunLog.open(path, never);
  void log.write({ type: "start", hiddenSize: 256 });
  for (let step = first; step <= last; step++) void log.write({ type: "step", step, lossNats: 1 / step });
  await log.close();
}

it("holds every record in order, with its time", async () => {
  await writeSteps(1, 5000);
  const lines = readFileSync(path, "utf8").split("\n");
  expect(lines.pop()).toBe("");
  const [start, ...steps] = lines.map((line) => JSON.parse(line));
  expect(start).toEqual({ type: "start", hiddenSize: 256, time: expect.any(String) });
  expect(new Date(start.time).toISOString()).toBe(start.time);
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
});

it("goes on in its folder when that is moved", async () => {
  const log = RunLog.open(path, never);
  await log.write({ type: "start" });
  renameSync(folder, `${folder}-moved`);
  await log.write({ type: "step", step: 1 });
  await log.close();
  renameSync(`${folder}-moved`, folder);
  expect(stepsIn(path)).toEqual(["start", 1]);
});

it("asks whoever writes much to wait, and loses nothing", async () => {
  const log = RunLog.open(path, never);
  const text = "x".repeat(300_000);
  const waits: boolean[] = [];
  for (let step = 1; step <= 5; step++) {
    let done = false;
    void log.write({ type: "sample", step, text }).then(() => {
      done = true;
    });
    await Promise.resolve();
    await Promise.resolve();
    waits.push(!done);
  }
  expect(waits).toEqual([false, false, false, true, true]);
  await log.close();
  expect(stepsIn(path)).toEqual([1, 2, 3, 4, 5]);
});

it("is cut back to the step that a run is resumed from, twice in a row too", async () => {
  await writeSteps(1, 10);
  RunLog.cutBack(path, 7);
  expect(stepsIn(path)).toEqual(["start", 1, 2, 3, 4, 5, 6, 7]);
  await writeSteps(8, 9);
  RunLog.cutBack(path, 4);
  RunLog.cutBack(path, 3);
  await writeSteps(4, 4);
  expect(stepsIn(path)).toEqual(["start", 1, 2, 3, "start", 4]);
});

it("keeps the end of a run that stopped where it is resumed, and drops the end of one that went on", async () => {
  await writeSteps(1, 3);
  appendFileSync(path, '{"type":"end","steps":3}\n');
  RunLog.cutBack(path, 3);
  expect(stepsIn(path)).toEqual(["start", 1, 2, 3, "end"]);
  RunLog.cutBack(path, 2);
  expect(stepsIn(path)).toEqual(["start", 1, 2]);
});

it("loses a last line that a kill left half written, wherever it was cut", async () => {
  await writeSteps(1, 2);
  const whole = readFileSync(path);
  const last = '{"type":"sample","step":3,"text":"größer"}';
  for (let length = 1; length <= Buffer.byteLength(last); length++) {
    writeFileSync(path, Buffer.concat([whole, Buffer.from(last).subarray(0, length)]));
    RunLog.cutBack(path, 100);
    expect(readFileSync(path).equals(whole), `${length} bytes`).toBe(true);
  }
});

it("keeps what came after a damaged line in its middle", async () => {
  await writeSteps(1, 2);
  appendFileSync(path, '{"type":"st\n{"type":"step","step":3}\n{"type":"step","step":4}\n');
  RunLog.cutBack(path, 3);
  expect(stepsIn(path)).toEqual(["start", 1, 2, 3]);
});

it("drops the evaluation that was made only because the run was ended", async () => {
  const log = RunLog.open(path, never);
  for (const record of [
    { type: "step", step: 1 },
    { type: "eval", step: 1 },
    { type: "step", step: 2 },
    { type: "eval", step: 2 },
    { type: "end", steps: 2 },
  ])
    await log.write(record);
  await log.close();
  RunLog.cutBack(path, 2, 1);
  expect([...readRunLog(path)].map(({ type, step }) => [type, step])).toEqual([
    ["step", 1],
    ["eval", 1],
    ["step", 2],
  ]);
});

it("has on the disk what it was given, once that is flushed", async () => {
  const log = RunLog.open(path, never);
  const steps = Array.from({ length: 50 }, (_, step) => step);
  for (const step of steps) void log.write({ type: "step", step });
  await log.flush();
  expect([...readRunLog(path)].map(({ step }) => step)).toEqual(steps);
  await log.close();
});

it("reads lines longer than what it reads at once", async () => {
  const text = "ü".repeat(1_500_000);
  const log = RunLog.open(path, never);
  await log.write({ type: "sample", step: 1, text });
  await log.write({ type: "step", step: 2 });
  await log.close();
  const [sample, step] = [...readRunLog(path)];
  expect(sample.text).toBe(text);
  expect(step.step).toBe(2);
});

it("has nothing to cut where there is no log", () => {
  RunLog.cutBack(path, 1);
  expect(() => readFileSync(path)).toThrow("ENOENT");
});

it.skipIf(process.platform !== "linux")("tells once that the disk is full, and writes no more", async () => {
  const told: string[] = [];
  const log = RunLog.open("/dev/full", (message) => told.push(message));
  for (let step = 1; step <= 3; step++) {
    await log.write({ type: "step", step });
    await vi.waitFor(() => expect(told).toHaveLength(1));
  }
  await log.close();
  expect(told).toEqual(["/dev/full cannot be written any more (ENOSPC)"]);
});
