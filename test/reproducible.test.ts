// Same seed, same backend, same bits: of two runs, and of AVX2 and AVX-512. All backends begin as float64 does.

import type { BackendName, PartialSettings } from "unrolled";
import { resolveSettings } from "unrolled/training";
import { beforeAll, describe, expect, test } from "vitest";
import { openEveryBackend } from "../src/kernels/conformance/open.ts";
import { loadReference } from "../src/kernels/load-reference.ts";
import { languageTask } from "../src/tasks/language/language-task.ts";
import { runTraining } from "../src/training/run-training.ts";

const text = Array.from({ length: 400 }, (_, line) => `${line} lambs jump over ${line % 7} fences\n`).join(
  "",
);
const settings: PartialSettings = {
  hiddenSize: 37,
  embeddingSize: 19,
  numLayers: 2,
  dropout: 0.3,
  seqLength: 21,
  batchSize: 5,
  budget: { steps: 50 },
  evalEvery: 0,
  sampleEvery: 0,
  lrSchedule: "constant",
  seed: 11,
};

interface Run {
  readonly losses: readonly number[];
  /** Bytes of model.safetensors. */
  readonly weights: Uint8Array;
}

async function run(backend: BackendName, changes: PartialSettings = {}): Promise<Run> {
  const losses: number[] = [];
  let weights: Uint8Array | undefined;
  const resolved = resolveSettings({ ...settings, backend, ...changes });
  const { signal } = new AbortController();
  for await (const event of runTraining(languageTask, { text }, resolved, signal, {}, loadReference)) {
    if (event.type === "step") losses.push(event.lossNats);
    if (event.type === "model") weights = event.files["model.safetensors"];
  }
  if (!weights) throw new Error("the run handed out no model");
  return { losses, weights };
}

const isEqual = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

const backends = (await openEveryBackend()).map(({ name }) => name);

describe.each(["lstm", "gru", "elman"] as const)("%s", (cell) => {
  const runs = new Map<BackendName, Run>();

  beforeAll(async () => {
    for (const backend of backends) runs.set(backend, await run(backend, { cell }));
  });

  test.each(backends)("%s gives the same bits again", async (backend) => {
    const [first, again] = [runs.get(backend)!, await run(backend, { cell })];
    expect(again.losses).toEqual(first.losses);
    expect(isEqual(again.weights, first.weights)).toBe(true);
  });

  test("the bits depend on the seed", async () => {
    const other = await run("wasm", { cell, seed: 12 });
    expect(isEqual(other.weights, runs.get("wasm")!.weights)).toBe(false);
  });

  test.skipIf(!backends.includes("native-avx512"))("AVX2 and AVX-512 give the same bits", () => {
    const [narrow, wide] = [runs.get("native-avx2")!, runs.get("native-avx512")!];
    expect(wide.losses).toEqual(narrow.losses);
    expect(isEqual(wide.weights, narrow.weights)).toBe(true);
  });

  test("every backend begins as the float64 reference does", async () => {
    const { losses: expected } = await run("reference", { cell, budget: { steps: 10 } });
    const wrong = [...runs].flatMap(([backend, { losses }]) =>
      expected.flatMap((loss, step) =>
        Math.abs(losses[step] - loss) < 1e-5
          ? []
          : [`step ${step + 1}: ${backend} ${losses[step]}, reference ${loss}`],
      ),
    );
    expect(wrong.join("\n")).toBe("");
  });

  test("training gets somewhere in fifty steps", () => {
    for (const { losses } of runs.values()) expect(losses[49]).toBeLessThan(losses[0] - 0.3);
  });
});
