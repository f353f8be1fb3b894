// A run goes on from a checkpoint with any number of threads, and with the weights of the checkpoint on all of them.
import type { ModelFiles, PartialSettings } from "unrolled";
import { resolveSettings } from "unrolled/training";
import { expect, test } from "vitest";
import { findTask } from "../../src/tasks/find-task.ts";
import { TASKS } from "../../src/tasks/task-table.ts";
import { runTraining } from "../../src/training/run-training.ts";
import type { TrainingStart } from "../../src/training/settings.ts";

const text = Array.from({ length: 300 }, (_, line) => `${line} goats near ${line % 7} gates\n`).join("");
const settings: PartialSettings = {
  hiddenSize: 24,
  embeddingSize: 16,
  numLayers: 2,
  dropout: 0.2,
  weightDrop: 0.2,
  seqLength: 16,
  batchSize: 5,
  averageDecay: 0.9,
  budget: { steps: 30 },
  checkpointEvery: { steps: 15 },
  evalEvery: 10,
  sampleEvery: 0,
  seed: 4,
  backend: "wasm",
};

interface Ran {
  /** By step. */
  readonly losses: Record<number, number>;
  /** Made after step 15. */
  readonly checkpoint: Uint8Array | undefined;
  readonly files: ModelFiles | undefined;
}

async function run(changes: PartialSettings, start: TrainingStart = {}): Promise<Ran> {
  const losses: Record<number, number> = {};
  let checkpoint: Uint8Array | undefined;
  let files: ModelFiles | undefined;
  const resolved = resolveSettings({ ...settings, ...changes });
  for await (const event of runTraining(
    await findTask("language", TASKS),
    { text },
    resolved,
    new AbortController().signal,
    start,
  )) {
    if (event.type === "step") losses[event.step] = event.lossNats as number;
    if (event.type === "checkpoint" && event.step === 15) checkpoint = event.file;
    if (event.type === "model") files = event.files;
    if (event.type === "start") expect(event.threads).toBe(changes.threads);
  }
  return { losses, checkpoint, files };
}

function expectSameLosses(actual: Ran, expected: Ran, tolerance: number): void {
  const wrong = Object.entries(actual.losses).filter(
    ([step, loss]) => !(Math.abs(loss - expected.losses[Number(step)]) <= tolerance),
  );
  expect(Object.keys(actual.losses).map(Number)).toEqual(
    Array.from({ length: 15 }, (_, index) => 16 + index),
  );
  expect(
    wrong.map(([step, loss]) => `step ${step}: ${loss}, ${expected.losses[Number(step)]}`).join("\n"),
  ).toBe("");
}

test("with as many threads it goes on to the bit, with others within rounding", async () => {
  const two = await run({ threads: 2 });
  expectSameLosses(await run({ threads: 2 }, { checkpoint: two.checkpoint }), two, 0);
  for (const threads of [1, 3]) {
    expectSameLosses(await run({ threads }, { checkpoint: two.checkpoint }), two, 1e-4);
  }
});

test("frozen weights that came from another model are the checkpoint's on all threads", async () => {
  const { files } = await run({ threads: 1, seed: 5 });
  const freeze = ["rnn.*_l0"];
  const first = await run({ threads: 2, freeze }, { model: files });
  // Without the model, whose frozen weights nothing but the checkpoint holds now.
  expectSameLosses(await run({ threads: 2, freeze }, { checkpoint: first.checkpoint }), first, 0);
});
