import { resolve } from "node:path";
import { expect, test } from "vitest";
import { TRANSCRIBE } from "../../tasks/transcribe/transcribe-description.ts";
import type { AskedTask } from "../asked-task.ts";
import { planText, type RunPlan, resumedPlan } from "./run-plan.ts";

const asked = { description: TRANSCRIBE } as unknown as AskedTask;
const plan = {
  ...{ task: "transcribe", files: ["digits"], val: null, test: null, field: null, tokenizerFile: null },
  ...{ from: null, fromHash: null, cache: "cache", keepCheckpoints: 3, tensorboard: null, cell: null },
  settings: { manifest: "digits.csv", noise: ["street.wav", "white"], group: "speaker" },
} as unknown as RunPlan;

test("files that settings name are found from any folder when a run is gone on with", () => {
  const { settings, files } = JSON.parse(planText(plan, null, asked));
  expect(files).toEqual([resolve("digits")]);
  expect(settings).toEqual({
    manifest: resolve("digits.csv"),
    noise: [resolve("street.wav"), "white"],
    group: "speaker",
  });
  const kept = { ...plan, settings } as RunPlan;
  const said = (options: object) =>
    resumedPlan(kept, [], options as Parameters<typeof resumedPlan>[2], asked);
  expect(said({ manifest: "digits.csv", noise: ["street.wav", "white"] }).settings).toEqual(settings);
  expect(() => said({ manifest: "others.csv" })).toThrow(/--manifest.*another run/);
});
