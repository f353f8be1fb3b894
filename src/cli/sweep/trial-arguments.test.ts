import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeEach, expect, it } from "vitest";
import type { SweepPlan } from "./plan.ts";
import { trialArguments } from "./trial-arguments.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-trial-"));
const place = join(folder, "001");
beforeEach(() => mkdirSync(place, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const train = () =>
  new Command("train")
    .option("--steps <n>")
    .option("--hidden-size <n>")
    .option("--tie-weights")
    .option("--freeze <name...>")
    .option("--shuffle")
    .option("--no-shuffle");
const plan: SweepPlan = {
  files: ["-a.txt", "b.txt"],
  fixed: { hidden_size: 16, freeze: ["rnn.*", "decoder.*"] },
  ...{ parameters: [], search: "halving", trials: 1, metric: "loss_nats", parallel: 1, seed: 1 },
  halving: { factor: 2, budget: "steps", min: 10, max: 20 },
};
const trial = { number: 1, settings: { tie_weights: true, shuffle: false }, results: [], error: null };

it("begins a trial with all its options, in an empty place", () => {
  writeFileSync(join(place, "half-written"), "");
  expect(trialArguments(train(), plan, trial, 10, place).join(" ")).toBe(
    `train --out ${place} --json --hidden-size 16 --freeze rnn.* --freeze decoder.* --tie-weights --no-shuffle --steps 10 -- -a.txt b.txt`,
  );
  expect(existsSync(place)).toBe(false);
  const off = { ...trial, settings: { tie_weights: false } };
  expect(trialArguments(train(), plan, off, null, place)).not.toContain("--tie-weights");
});

it("goes on with a run that is there, up to the larger budget", () => {
  writeFileSync(join(place, "run.json"), "{}");
  expect(trialArguments(train(), plan, trial, 20, place)).toEqual([
    ...["train", "--resume", place, "--json", "--steps", "20"],
  ]);
  expect(existsSync(place)).toBe(true);
});
