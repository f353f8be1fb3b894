// What a page fetches to train a plain language model is a smaller WebAssembly file. Every option of such a training is tried with
// it alone (those of cells in every-cell.test.ts), and gives the bits that all kernels give.
import { readFileSync } from "node:fs";
import { openDevice, type PartialSettings } from "unrolled";
import { resolveSettings } from "unrolled/training";
import { expect, test } from "vitest";
import { Heap } from "../src/heap/heap.ts";
import { RESERVED_BYTES } from "../src/kernels/wasm.ts";
import { Generator } from "../src/random/philox.ts";
import { languageTask } from "../src/tasks/language/language-task.ts";
import { runTraining } from "../src/training/run-training.ts";
import type { TrainingStart } from "../src/training/settings.ts";

const text = "the cat sat on the mat, and the dog sat by it. ".repeat(8);
const small: PartialSettings = {
  ...{ hiddenSize: 6, embeddingSize: 6, numLayers: 2, batchSize: 4, seqLength: 6, dropout: 0.1 },
  ...{ backend: "wasm", evalEvery: 2, sampleEvery: 2, budget: { steps: 4 } },
};

async function weightsOf(settings: PartialSettings, start: TrainingStart): Promise<Uint8Array> {
  let weights: Uint8Array | undefined;
  const resolved = resolveSettings({ ...small, ...settings });
  const { signal } = new AbortController();
  for await (const event of runTraining(languageTask, { text }, resolved, signal, start))
    if (event.type === "model") weights = event.files["model.safetensors"];
  return weights!;
}

test.each<[string, PartialSettings]>([
  ["as it is", {}],
  ...(["adam", "sgd", "rmsprop", "nt-asgd"] as const).map((optimizer): [string, PartialSettings] => [
    optimizer,
    { optimizer, weightDecay: 0.1, gradClip: 0.1 },
  ]),
  ["means of weights", { averageDecay: 0.9 }],
  ["plateaus and early stopping", { lrSchedule: "plateau", earlyStopping: 3 }],
  [
    "every dropout",
    { inputDropout: 0.2, layerDropout: 0.2, outputDropout: 0.2, embeddingDropout: 0.2, weightDrop: 0.2 },
  ],
  ["locked dropout", { lockedDropout: true, embeddingDropout: 0.2 }],
  ["both penalties", { activationRegularization: 2, temporalActivationRegularization: 1 }],
  ["tied weights", { tieWeights: true }],
  ["a last layer of its own width", { lastHiddenSize: 4 }],
  ["a range of embeddings", { embeddingRange: 0.1 }],
  ["words", { tokenizer: "word" }],
  ["byte pairs", { tokenizer: "bpe", vocabSize: 270 }],
  ["bytes on two threads", { tokenizer: "byte", threads: 2 }],
])("a plain language model trains with the core's kernels to the same bits: %s", async (_, settings) => {
  const one = { threads: 1, seed: 1, ...settings };
  const whole = await openDevice({ backend: "wasm", generator: new Generator(1).fork(0) });
  expect(await weightsOf(one, {})).toEqual(await weightsOf(one, { device: whole }));
});

test("the core is without the rest, which stops at once what asks for it", async () => {
  const core = await openDevice({ backend: "wasm", kernels: "core" });
  const whole = await openDevice({ backend: "wasm" });
  const missing = Object.keys(whole.table).filter((name) => !(name in core.table));
  expect(missing).toContain("softmax");
  expect(missing).toContain("ctcForward");
  expect(Object.keys(core.table)).toContain("gemm");
  // Operations that the core leaves out are no silent nothing.
  const EXP = 1;
  expect(() => core.kernels.unary(EXP, core.allocate(1).offset, core.allocate(1).offset, 1)).toThrow(
    WebAssembly.RuntimeError,
  );
});

test("kernels that are neither all nor the core's are refused", async () => {
  await expect(openDevice({ kernels: "some" as "core" })).rejects.toThrow(
    'openDevice: kernels is some, needed "all" or "core"',
  );
});

test("data and stack of the kernels have the room that is kept for them", async () => {
  for (const name of ["kernels", "kernels-core"]) {
    const { memory } = new Heap(4, RESERVED_BYTES);
    const bytes = readFileSync(new URL(`../build/${name}.wasm`, import.meta.url));
    const { instance } = await WebAssembly.instantiate(bytes, {
      env: { memory: memory as WebAssembly.Memory },
    });
    const heapBase = instance.exports.__heap_base as WebAssembly.Global;
    expect(heapBase.value).toBeLessThanOrEqual(RESERVED_BYTES);
  }
});
