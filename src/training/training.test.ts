import { describe, expect, it } from "vitest";
import { languageNetwork, logitsOf } from "../../test/language-parts.ts";
import { UnrolledError } from "../errors.ts";
import { openLanguageModel } from "../tasks/language/folder/open-language-model.ts";
import type { TrainingData } from "../tasks/language/language-data.ts";
import { languageTask } from "../tasks/language/language-task.ts";
import { countParameters, trainingBytes } from "../tasks/language/memory.ts";
import { configFor } from "../tasks/language/model-config.ts";
import { splitText } from "../tasks/language/split-text.ts";
import { openDevice } from "../tensor/device.ts";
import type { TrainingEvent } from "./events.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { runTraining } from "./run-training.ts";
import type { PartialSettings } from "./settings.ts";

const text = Array.from(
  { length: 400 },
  (_, line) => `line ${line}: the cat sat on the mat, ${line % 7} times.\n`,
).join("");
const small: PartialSettings = {
  hiddenSize: 24,
  embeddingSize: 8,
  numLayers: 2,
  batchSize: 6,
  seqLength: 20,
  evalEvery: 20,
  sampleEvery: 30,
  backend: "wasm",
  budget: { steps: 40 },
};

async function collect(
  data: TrainingData,
  settings: PartialSettings,
  signal = new AbortController().signal,
): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of runTraining(languageTask, data, resolveSettings(settings), signal))
    events.push(event);
  return events;
}
const only = <Type extends TrainingEvent["type"]>(events: readonly TrainingEvent[], type: Type) =>
  events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);

describe("runTraining", () => {
  it("tells of start, steps, evaluations, samples, models and the end, and learns", async () => {
    const events = await collect(
      { text },
      { ...small, budget: { steps: 120 }, dropout: 0, learningRate: 0.01 },
    );
    expect(events[0].type).toBe("start");
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "steps", steps: 120 });
    const steps = only(events, "step");
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect(steps[119].lossNats).toBeLessThan(0.75 * steps[0].lossNats);
    expect(only(events, "eval").map(({ step }) => step)).toEqual([20, 40, 60, 80, 100, 120]);
    expect(only(events, "sample").map(({ step }) => step)).toEqual([30, 60, 90, 120]);
    expect(only(events, "model").length).toBeGreaterThan(1);
  });

  it("gives the same bits for the same seed, other numbers for another", async () => {
    const last = async (seed: number) =>
      only(await collect({ text }, { ...small, dropout: 0.3, seed }), "model").at(-1)!.files[
        "model.safetensors"
      ];
    const [a, b, c] = [await last(1), await last(1), await last(2)];
    expect(Buffer.compare(a, b)).toBe(0);
    expect(Buffer.compare(a, c)).not.toBe(0);
  });

  it("saves the best model with the exact figure that the end tells", async () => {
    const events = await collect({ text }, small);
    const end = only(events, "end")[0];
    const { files } = only(events, "model").at(-1)!;
    const opened = await openLanguageModel(
      await openDevice({ backend: "wasm" }),
      async (name) => files[name],
    );
    expect(opened.evaluation).toEqual(end.evaluation);
    const estimates = only(events, "eval").map(({ lossNats }) => lossNats);
    expect(Math.abs(end.evaluation!.lossNats - Math.min(...estimates))).toBeLessThan(0.1);
  });

  it("carries the state across sequences: with memory it learns what a cut one cannot", async () => {
    // Twelve letters, each for eight steps: what follows a run of eight is known only from before the sequence of four.
    const runs = Array.from({ length: 3000 }, (_, index) => "abcdefghijkl"[index % 12].repeat(8)).join("");
    const settings: PartialSettings = {
      ...small,
      seqLength: 4,
      batchSize: 8,
      numLayers: 1,
      hiddenSize: 48,
      budget: { steps: 1500 },
      dropout: 0,
      evalEvery: 0,
      sampleEvery: 0,
      learningRate: 0.01,
    };
    const events = await collect({ text: runs }, settings);
    // Without a state, a letter seen for four steps may be followed by itself or the next: about ln 8 / 8 and more per step.
    expect(only(events, "end")[0].evaluation!.lossNats).toBeLessThan(0.1);
  });

  it("ends early and keeps the model when aborted", async () => {
    const abort = new AbortController();
    const events: TrainingEvent[] = [];
    for await (const event of runTraining(
      languageTask,
      { text },
      resolveSettings({ ...small, budget: { steps: 100_000 } }),
      abort.signal,
    )) {
      events.push(event);
      if (event.type === "step" && event.step === 7) abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "aborted", steps: 7 });
    expect(only(events, "model").at(-1)).toMatchObject({ step: 7 });
  });

  it("stops at a loss that is not finite and names step and parameter", async () => {
    const diverging: PartialSettings = {
      ...small,
      cell: "elman",
      nonlinearity: "relu",
      optimizer: "sgd",
      learningRate: 1e30,
      gradClip: 0,
    };
    const failure = await collect({ text }, diverging).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnrolledError);
    expect((failure as UnrolledError).code).toBe("not-finite");
    expect((failure as UnrolledError).message).toMatch(
      /at step \d+ \(batch \d+ of epoch 1\) the loss is NaN and .*(encoder|rnn|decoder)\.\w+ is not finite/,
    );
  });

  it("refuses a held-out text with nothing to predict before the first step", async () => {
    await expect(collect({ text, validation: "x" }, small)).rejects.toThrow(/held-out text has 1 tokens/);
  });

  it("saves the last model where nothing is held out", async () => {
    const events = await collect({ text }, { ...small, valFraction: 0 });
    expect(only(events, "eval")).toEqual([]);
    expect(only(events, "model").at(-1)).toMatchObject({ step: 40 });
    expect(only(events, "end")[0].evaluation).toBeNull();
  });

  it("takes bytes that are no text", async () => {
    const bytes = Uint8Array.from({ length: 4000 }, (_, index) => (index * 7) % 256);
    const events = await collect({ text: bytes }, { ...small, tokenizer: "byte" });
    expect(only(events, "start")[0].vocabularySize).toBe(256);
  });

  it("refuses a text that is too short, and one that is too large for the memory", async () => {
    await expect(collect({ text: "short" }, small)).rejects.toThrow(/valFraction|seqLength/);
    await expect(collect({ text }, { ...small, hiddenSize: 40_000 })).rejects.toThrow(
      /GiB are needed.*hidden size 40000/,
    );
  });
});

describe("trainingBytes", () => {
  it.each<[PartialSettings["cell"] & {}, number, PartialSettings]>([
    ["elman", 0, {}],
    ["gru", 0, {}],
    ["lstm", 0, {}],
    ["lstm", 0.5, {}],
    ["mgu", 0, {}],
    ["ugrnn", 0, {}],
    ["gru", 0, { resetAfter: false, bias: "none" }],
    ["lstm", 0, { layerNorm: true, peepholes: true }],
    ["lstm", 0, { projectionSize: 48 }],
    ["lstm", 0, { zoneout: 0.1, recurrentDropout: 0.1 }],
    ["gru", 0, { weightNoise: 0.1 }],
  ])(
    "bounds what training with %s cells and weight drop %d takes, within twice, with %j",
    async (cell, weightDrop, options) => {
      const settings = resolveSettings({
        cell,
        weightDrop,
        ...options,
        hiddenSize: 96,
        embeddingSize: weightDrop > 0 ? 8 : 64,
        // Few tokens, so that masked weights are a good part of it.
        batchSize: weightDrop > 0 ? 1 : 16,
        seqLength: weightDrop > 0 ? 2 : 40,
        backend: "wasm",
        budget: { steps: 1 },
      });
      const { seqLength, batchSize } = settings;
      const config = configFor(settings, { vocabularySize: 300, kind: "char" });
      const device = await openDevice({ backend: "wasm" });
      const { AdamW } = await import("../optimisers/adam.ts");
      const { crossEntropy } = await import("../losses/cross-entropy.ts");
      const { ints } = await import("../tensor/tensor.ts");
      const model = languageNetwork(device, config);
      expect(model.parameterCount()).toBe(countParameters(config));
      const optimiser = new AdamW(model.parameters());
      let most = 0;
      device.scope(() => {
        const ids = ints(device, new Int32Array(seqLength * batchSize), [seqLength, batchSize]);
        crossEntropy(logitsOf(model, ids), ids).backward();
        optimiser.step();
        most = device.heap.use().usedBytes;
      });
      const bound = trainingBytes(config, settings);
      expect(most).toBeLessThan(bound);
      expect(most).toBeGreaterThan(bound / 2);
    },
  );
});

describe("splitText", () => {
  it("holds out the last part and cuts between characters", () => {
    const settings = resolveSettings({ valFraction: 0.5 });
    const { text: kept, validation } = splitText({ text: `${"a".repeat(9)}😀${"b".repeat(10)}` }, settings);
    expect([kept, validation]).toEqual(["a".repeat(9), `😀${"b".repeat(10)}`]);
    const bytes = new TextEncoder().encode("aé");
    const cut = splitText({ text: Uint8Array.of(...bytes, 98, 98) }, { ...settings, valFraction: 0.6 });
    expect(Array.from(cut.text as Uint8Array)).toEqual([97]);
  });
});

describe("resolveSettings", () => {
  it("fills in what suits: rates by optimiser, the embedding of tied weights", () => {
    expect(resolveSettings({ optimizer: "sgd" }).learningRate).toBe(1);
    expect(resolveSettings({ tieWeights: true, hiddenSize: 99 }).embeddingSize).toBe(99);
    expect(resolveSettings({ tieWeights: true, projectionSize: 7 }).embeddingSize).toBe(7);
  });

  it("has the options of its own cell alone, and reads rnn as elman", () => {
    expect(resolveSettings({ cell: "mgu" })).toMatchObject({
      activations: ["sigmoid", "tanh"],
      bias: "double",
    });
    expect(resolveSettings({ cell: "mgu" }).peepholes).toBeUndefined();
    expect(resolveSettings({ cell: "rnn" as "elman" })).toMatchObject({
      cell: "elman",
      nonlinearity: "tanh",
    });
  });

  it.each([
    [{ hiddenSize: 0 }, /hiddenSize is 0, needed a whole number of at least 1/],
    [{ dropout: 1.5 }, /dropout is 1\.5, needed a number from 0 to below 1/],
    [{ tieWeights: true, embeddingSize: 5 }, /tieWeights needs embeddingSize = hiddenSize, got 5 and 256/],
    [{ budget: { steps: 0 } }, /budget is .*needed one of steps, epochs or minutes/],
    [{ vocabSize: 100 }, /vocabSize is 100, needed .* word, whitespace or bpe tokenizer/],
    [{ cell: "lsmt" as "lstm" }, /cell is "lsmt", needed one of elman, lstm, gru, mgu, ugrnn/],
    [
      { cell: "gru" as const, peepholes: true },
      /peepholes is true, needed none with cell gru, since lstm alone has it/,
    ],
    [
      { cell: "gru" as const, activations: ["tanh", "tanh", "tanh"] as const },
      /activations is a list of 3, needed a list of 2/,
    ],
    [{ cell: "ugrnn" as const, gateClip: 1 }, /gateClip is 1, needed none: this cell has no bounds/],
    [{ cell: "gru" as const, zoneout: { c: 0.1 } }, /zoneout\.c is 0\.1, needed 0: this cell has no c/],
    [
      { tieWeights: true, projectionSize: 5, embeddingSize: 6 },
      /tieWeights needs embeddingSize = projectionSize, got 6 and 5/,
    ],
  ])("refuses %o", (settings, message) => {
    expect(() => resolveSettings(settings)).toThrow(message);
  });
});
