import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { TrainingEvent } from "../../training/events.ts";
import { readRunLog } from "../log/run-log.ts";
import { TrainingView } from "../screen/training-view.ts";
import { RunFolder } from "./run-folder.ts";
import type { RunPlan } from "./run-plan.ts";
import { RunRecorder } from "./run-recorder.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-recorder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nowhere = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
const plan = { tensorboard: null, keepCheckpoints: 3 } as RunPlan;
const stepAt = (step: number): TrainingEvent => ({
  type: "step",
  step,
  epoch: step / 10,
  lossNats: 1 / step,
  gradientNorm: 1,
  learningRate: 0.1,
  tokensPerSecond: 1,
  secondsLeft: 1,
  memoryBytes: 1,
});

it("has all steps in the log before it saves their checkpoint", async () => {
  const run = new RunFolder(folder, folder);
  const seen: unknown[][] = [];
  run.saveCheckpoint = async () => {
    seen.push([...readRunLog(run.at("log.jsonl"))].map(({ step }) => step));
  };
  const recorder = new RunRecorder(plan, run, false, new TrainingView(nowhere));
  recorder.open();
  const steps = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const step of steps) await recorder.take(stepAt(step));
  await recorder.take({ type: "checkpoint", step: 20, file: new Uint8Array() });
  expect(seen).toEqual([steps]);
  await recorder.close();
});

it.skipIf(process.platform !== "linux")("saves no checkpoint that the log has a gap before", async () => {
  const run = new RunFolder(folder, folder);
  run.at = () => "/dev/full";
  run.saveCheckpoint = () => Promise.reject(new Error("a checkpoint was saved"));
  const recorder = new RunRecorder(plan, run, false, new TrainingView(nowhere));
  recorder.open();
  await recorder.take(stepAt(1));
  await expect(recorder.take({ type: "checkpoint", step: 1, file: new Uint8Array() })).rejects.toThrow(
    /^\/dev\/full cannot be written any more \(ENOSPC\); once it can, --resume .* goes on from the last checkpoint$/,
  );
  await recorder.close();
});
