// A run that goes on from any of its checkpoints ends as if it had never stopped, bit for bit.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { prepareCorpus } from "../data/corpus/prepare-corpus.ts";
import { textSources } from "../data/corpus/text-source.ts";
import type { TrainingData } from "../tasks/language/language-data.ts";
import { languageTask } from "../tasks/language/language-task.ts";
import { decodeCheckpoint } from "./decode-checkpoint.ts";
import type { TrainingEvent } from "./events.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { runTraining } from "./run-training.ts";
import type { PartialSettings, TrainingStart } from "./settings.ts";

const text = Array.from({ length: 24 }, (_, line) => `${line}: the cat sat, ${(line * 5) % 7} times.\n`).join(
  "",
);
const STEPS = 18;
const small: PartialSettings = {
  hiddenSize: 10,
  embeddingSize: 6,
  numLayers: 2,
  batchSize: 6,
  seqLength: 12,
  dropout: 0.2,
  evalEvery: 4,
  sampleEvery: 0,
  checkpointEvery: { steps: 1 },
  backend: "wasm",
  threads: 1,
  budget: { steps: STEPS },
};

type EventOf<Type> = Extract<TrainingEvent, { type: Type }>;

interface Told {
  readonly events: readonly TrainingEvent[];
  of<Type extends TrainingEvent["type"]>(type: Type): EventOf<Type>[];
}

async function told(
  data: TrainingData,
  settings: PartialSettings,
  start: TrainingStart = {},
  signal = new AbortController().signal,
): Promise<Told> {
  const events: TrainingEvent[] = [];
  const resolved = resolveSettings({ ...small, ...settings });
  for await (const event of runTraining(languageTask, data, resolved, signal, start)) events.push(event);
  return {
    events,
    of: (type) => events.filter((event): event is EventOf<typeof type> => event.type === type),
  };
}

/** What has been learned and found after a step. */
function outcome(step: number, { of }: Told) {
  return {
    losses: of("step")
      .filter((event) => event.step > step)
      .map(({ step, lossNats, gradientNorm, learningRate }) => [step, lossNats, gradientNorm, learningRate]),
    evaluations: of("eval")
      .filter((event) => event.step > step)
      .map(({ step, lossNats, best }) => [step, lossNats, best]),
    notes: of("note").filter((event) => event.step > step),
    end: { ...of("end")[0], seconds: 0, tokensPerSecond: 0 },
    weights: Buffer.from(of("model").at(-1)!.files["model.safetensors"]).toString("base64"),
  };
}

/** Goes on from every checkpoint of a run, and gives back the run that never stopped. */
async function expectExact(settings: PartialSettings, data: TrainingData = { text }): Promise<Told> {
  const whole = await told(data, settings);
  const checkpoints = whole.of("checkpoint");
  expect(checkpoints.length).toBeGreaterThanOrEqual(5);
  for (const { step, file } of checkpoints) {
    const resumed = await told(data, settings, { checkpoint: file });
    expect(resumed.of("start")[0].resumedAt).toBe(step);
    expect({ step, ...outcome(step, resumed) }).toEqual({ step, ...outcome(step, whole) });
  }
  return whole;
}

const folder = mkdtempSync(join(tmpdir(), "unrolled-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a resumed run equals the uninterrupted one", () => {
  const expectWhole = async (settings: PartialSettings) => {
    const whole = await expectExact(settings);
    // Checkpoints stand at an epoch's end too, where the carried state begins anew.
    const { stepsPerEpoch } = whole.of("start")[0];
    expect(stepsPerEpoch).toBeLessThan(STEPS);
  };
  it.each<[string, PartialSettings]>([
    ["lstm", { cell: "lstm" }],
    ["adamw", { optimizer: "adamw", weightDecay: 0.1 }],
    ["tied weights", { tieWeights: true, embeddingSize: 10 }],
    ["an exponential average", { averageDecay: 0.9 }],
    ["dropped weights", { weightDrop: 0.4 }],
    ["locked dropout", { lockedDropout: true, inputDropout: 0.4, outputDropout: 0.1 }],
    ["two threads", { threads: 2, checkpointEvery: { steps: 3 } }],
  ])("with %s", (_, settings) => expectWhole(settings));
  it.each<[string, PartialSettings]>([
    ["gru", { cell: "gru" }],
    ["elman", { cell: "elman" }],
    ["adam", { optimizer: "adam" }],
    ["rmsprop", { optimizer: "rmsprop" }],
    ["sgd", { optimizer: "sgd" }],
    ["a frozen part", { freeze: ["encoder"] }],
    ["dropped words", { embeddingDropout: 0.3 }],
    ["penalties on activations", { activationRegularization: 2, temporalActivationRegularization: 1 }],
    ["another course of the learning rate", { lrSchedule: "decay", lrDecayFrom: 1, lrWarmup: 5 }],
    ["no validation", { valFraction: 0 }],
    ["samples", { sampleEvery: 3 }],
    ["evaluation at the end alone", { evalEvery: 0 }],
    ["three threads", { threads: 3, checkpointEvery: { steps: 3 }, averageDecay: 0.8, weightDrop: 0.2 }],
  ])("with %s", { tags: "long" }, (_, settings) => expectWhole(settings));

  it("with averaging that the held-out loss sets off in the middle", async () => {
    const whole = await expectExact({
      optimizer: "nt-asgd",
      learningRate: 40,
      evalEvery: 2,
      asgdPatience: 1,
    });
    const begun = whole.of("note").find((note) => note.text.includes("averaged"))!.step;
    expect(begun).toBeGreaterThan(2);
    expect(begun).toBeLessThan(STEPS - 2);
  });

  it("with a rate that the held-out loss reduces", async () => {
    const whole = await expectExact({
      lrSchedule: "plateau",
      lrPatience: 2,
      evalEvery: 1,
      optimizer: "sgd",
      learningRate: 60,
      gradClip: 0,
    });
    expect(whole.of("note").some((note) => note.text.includes("rate is reduced"))).toBe(true);
  });

  it("with early stopping, and a best model that was found before the checkpoint and never again", async () => {
    const whole = await expectExact({
      earlyStopping: 6,
      evalEvery: 1,
      optimizer: "sgd",
      learningRate: 30,
      gradClip: 0,
    });
    const end = whole.of("end")[0];
    expect(end.reason).toBe("early-stopping");
    expect(end.steps).toBeLessThan(STEPS);
    const best = whole.of("eval").findLast((found) => found.best)!.step;
    expect(whole.of("checkpoint").filter(({ step }) => step > best).length).toBeGreaterThan(3);
  });

  it("with documents in another order in each epoch", async () => {
    const path = join(folder, "documents.jsonl");
    const lines = text.split("\n").filter((line) => line !== "");
    writeFileSync(path, lines.map((line) => `${JSON.stringify({ text: line })}\n`).join(""));
    const corpus = await prepareCorpus({
      sources: await textSources([path]),
      valFraction: 0.1,
      tokenizer: { kind: "char" },
      cacheFolder: join(folder, "cache"),
    });
    const whole = await expectExact({ shuffle: "documents" }, corpus);
    const inOrder = await told(corpus, { shuffle: "none" });
    expect(outcome(0, whole).losses).not.toEqual(outcome(0, inOrder).losses);
  });
});

it("another thread count goes on close by", async () => {
  const whole = await told({ text }, { threads: 1, checkpointEvery: { steps: 5 } });
  for (const { step, file } of whole.of("checkpoint")) {
    const resumed = await told({ text }, { threads: 3 }, { checkpoint: file });
    const [ours, theirs] = [outcome(step, resumed), outcome(step, whole)];
    expect(ours.losses.length).toBe(theirs.losses.length);
    for (const [index, [at, loss]] of ours.losses.entries()) {
      expect(at).toBe(theirs.losses[index][0]);
      expect(loss).toBeCloseTo(theirs.losses[index][1], 3);
    }
    expect(ours.end.evaluation!.lossNats).toBeCloseTo(theirs.end.evaluation!.lossNats, 3);
  }
});

it("an interruption at any step, that of an evaluation too, changes nothing", async () => {
  const settings: PartialSettings = { evalEvery: 2, checkpointEvery: { seconds: 1e6 } };
  const whole = await told({ text }, settings);
  for (let stop = 1; stop < STEPS; stop++) {
    const abort = new AbortController();
    let checkpoint: Uint8Array | undefined;
    for await (const event of runTraining(
      languageTask,
      { text },
      resolveSettings({ ...small, ...settings }),
      abort.signal,
    )) {
      if (event.type === "step" && event.step === stop) abort.abort();
      if (event.type === "checkpoint") checkpoint = event.file;
    }
    const resumed = await told({ text }, settings, { checkpoint });
    // The evaluation of the very step is made up for; what follows it is as it was.
    const before = stop - 1;
    const { losses, ...expected } = outcome(before, whole);
    expect({ stop, ...outcome(before, resumed) }).toEqual({
      stop,
      ...expected,
      losses: losses.slice(1),
    });
  }
});

it("a larger budget goes on as a run that was begun with it", async () => {
  const settings: PartialSettings = { lrSchedule: "constant", evalEvery: 4, budget: { steps: 8 } };
  const short = await told({ text }, settings);
  const longer = { ...settings, budget: { steps: STEPS } };
  const resumed = await told({ text }, longer, { checkpoint: short.of("checkpoint").at(-1)!.file });
  const whole = await told({ text }, longer);
  expect(outcome(8, resumed)).toEqual(outcome(8, whole));
  expect(resumed.of("eval")[0].step).toBe(8);
});

it("refuses a budget that is used up already, and another text", async () => {
  const checkpoint = (await told({ text }, {})).of("checkpoint").at(-1)!.file;
  await expect(told({ text }, { budget: { steps: 5 } }, { checkpoint })).rejects.toThrow(
    `budget is 5 steps in all, but the checkpoint comes after ${STEPS} already`,
  );
  await expect(told({ text: `${text}more` }, {}, { checkpoint })).rejects.toThrow(
    /checkpoint is from a run with \d+ tokens to learn from, now there are \d+/,
  );
});

it("refuses batches of another size, and says which other settings a run goes on under", async () => {
  const first = await told({ text }, { budget: { steps: 3 } });
  expect(first.of("note")).toEqual([]);
  const checkpoint = first.of("checkpoint").at(-1)!.file;
  await expect(told({ text }, { batchSize: 7 }, { checkpoint })).rejects.toThrow(
    "the checkpoint is from a run with batchSize 6, now it is 7; it can go on only with the same",
  );
  await expect(told({ text }, { seqLength: 11 }, { checkpoint })).rejects.toThrow(
    /seqLength 12, now it is 11/,
  );
  const same = { sampleEvery: 9, checkpointEvery: null };
  expect((await told({ text }, same, { checkpoint })).of("note")).toEqual([]);
  const other = await told({ text }, { learningRate: 0.5, optimizer: "adam" }, { checkpoint });
  expect(other.of("note").map(({ step, text: note }) => ({ step, note }))).toEqual([
    {
      step: 3,
      note: "the run goes on under other settings than its checkpoint's: optimizer was adamw and is adam; learning rate was 0.005 and is 0.5",
    },
  ]);
});

it("a short run is measured more than once where nothing is said of how often", async () => {
  const unsaid = { evalEvery: null, checkpointEvery: null };
  const steps = async (budget: PartialSettings["budget"]) =>
    (await told({ text }, { ...unsaid, budget })).of("eval").map(({ step }) => step);
  expect(await steps({ steps: 12 })).toEqual([12]);
  expect(await steps({ steps: 50 })).toEqual([20, 40, 50]);
  expect(await steps({ steps: 300 })).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300]);
});

it("damage anywhere in a checkpoint is found", async () => {
  const { file } = (await told({ text }, { averageDecay: 0.9, hiddenSize: 4, embeddingSize: 3 })).of(
    "checkpoint",
  )[4];
  await decodeCheckpoint(file);
  const headerBytes = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const region = (from: number, to: number, count: number) =>
    Array.from({ length: count }, (_, index) => from + Math.floor(((to - from) * index) / count));
  const places = [
    ...region(0, 8, 8),
    ...region(8, 8 + headerBytes, 400),
    ...region(8 + headerBytes, file.length, 400),
    file.length - 1,
  ];
  for (const [index, place] of places.entries()) {
    const damaged = file.slice();
    damaged[place] ^= 1 << (index % 8);
    const failure = await decodeCheckpoint(damaged).catch((error: unknown) => error);
    expect(failure, `byte ${place} of ${file.length}`).toMatchObject({ code: "invalid-file" });
  }
  for (const length of [0, 7, 8, 100, 8 + headerBytes, file.length - 4, file.length - 1]) {
    const failure = await decodeCheckpoint(file.slice(0, length)).catch((error: unknown) => error);
    expect(failure, `cut to ${length} bytes`).toMatchObject({ code: "invalid-file" });
  }
  const longer = new Uint8Array(file.length + 8);
  longer.set(file);
  await expect(decodeCheckpoint(longer)).rejects.toMatchObject({ code: "invalid-file" });
});
