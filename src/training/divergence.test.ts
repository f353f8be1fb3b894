// Steps that went wrong: found, named, and gone on after as --on-divergence says. They are made by checkpoints whose carried
// state, weights or memory of the gradients' norms is not what training left there.
import { describe, expect, it } from "vitest";
import { UnrolledError } from "../errors.ts";
import { languageTask } from "../tasks/language/language-task.ts";
import { type Checkpoint, encodeCheckpoint } from "./checkpoint.ts";
import { decodeCheckpoint } from "./decode-checkpoint.ts";
import type { TrainingEvent } from "./events.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { runTraining } from "./run-training.ts";
import type { PartialSettings } from "./settings.ts";

const text = Array.from({ length: 60 }, (_, line) => `${line}: the cat sat, ${(line * 5) % 7} times.\n`).join(
  "",
);
const STEPS = 12;
const small: PartialSettings = {
  hiddenSize: 10,
  embeddingSize: 6,
  numLayers: 1,
  batchSize: 4,
  seqLength: 12,
  dropout: 0,
  evalEvery: 0,
  sampleEvery: 0,
  lrSchedule: "constant",
  checkpointEvery: { steps: 1 },
  backend: "wasm",
  threads: 2,
  budget: { steps: STEPS },
};

async function eventsOf(settings: PartialSettings, checkpoint?: Uint8Array): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  const resolved = resolveSettings({ ...small, ...settings });
  const { signal } = new AbortController();
  for await (const event of runTraining(languageTask, { text }, resolved, signal, { checkpoint }))
    events.push(event);
  return events;
}

const notesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === "note" ? [event.text] : []));
const stepsOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === "step" ? [event] : []));

/** The checkpoint after a step of a run. */
async function checkpointAfter(step: number): Promise<Checkpoint> {
  const events = await eventsOf({});
  const found = events.find((event) => event.type === "checkpoint" && event.step === step);
  return decodeCheckpoint((found as Extract<TrainingEvent, { type: "checkpoint" }>).file);
}

/** The same checkpoint with other numbers in some tensor. */
function withNumbers({ state, tensors }: Checkpoint, name: string, number: number): Checkpoint {
  const { shape, data } = tensors[name];
  return { state, tensors: { ...tensors, [name]: { shape, data: data.map(() => number) } } };
}

function withState({ state, tensors }: Checkpoint, change: Partial<Checkpoint["state"]>): Checkpoint {
  return { state: { ...state, ...change }, tensors };
}

const withZeroState = (checkpoint: Checkpoint) =>
  withNumbers(withNumbers(checkpoint, "carried.h", 0), "carried.c", 0);

describe("a step with a loss that is not finite", () => {
  it("is skipped: the weights stay, the carried state is zero, and training goes on", async () => {
    const before = await checkpointAfter(4);
    const broken = withNumbers(before, "carried.h", Number.NaN);
    const events = await eventsOf({ onDivergence: "skip" }, await encodeCheckpoint(broken));
    expect(notesOf(events)).toEqual([
      expect.stringMatching(
        /^at step 5 \(batch 5 of epoch 1\) the loss is NaN and the gradient of (encoder|rnn|decoder)\.\w+ is not finite: skipped$/,
      ),
    ]);
    const expected = withState(withZeroState(before), { step: 5, place: { epoch: 0, batch: 5 } });
    const straight = await eventsOf({}, await encodeCheckpoint(expected));
    const comparable = (all: readonly TrainingEvent[]) =>
      stepsOf(all).map(({ step, lossNats, gradientNorm }) => ({ step, lossNats, gradientNorm }));
    expect(comparable(events).length).toBe(STEPS - 5);
    expect(comparable(events)).toEqual(comparable(straight));
  });

  it("stops the training, which names step, batch and parameter", async () => {
    const broken = withNumbers(await checkpointAfter(4), "model.rnn.weight_hh_l0", Number.NaN);
    await expect(eventsOf({}, await encodeCheckpoint(broken))).rejects.toThrow(
      "train: at step 5 (batch 5 of epoch 1) the loss is NaN and rnn.weight_hh_l0 is not finite; " +
        "lower learningRate or gradClip",
    );
  });

  it.each(["skip", "rollback"] as const)("again and again ends the training under %s too", async (how) => {
    const broken = withNumbers(await checkpointAfter(1), "model.decoder.bias", Number.NaN);
    const seen: string[] = [];
    const run = async () => {
      const { signal } = new AbortController();
      const settings = resolveSettings({ ...small, onDivergence: how, budget: { steps: 100 } });
      const start = { checkpoint: await encodeCheckpoint(broken) };
      for await (const event of runTraining(languageTask, { text }, settings, signal, start)) {
        expect(event.type).not.toBe("step");
        if (event.type === "note") seen.push(event.text);
      }
    };
    const failure = await run().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnrolledError);
    expect((failure as UnrolledError).message).toMatch(
      /^train: at step 12 .*decoder\.bias is not finite; lower/,
    );
    expect(seen.length).toBe(10);
  });

  it("counts on where a checkpoint has left off", async () => {
    const broken = withNumbers(await checkpointAfter(1), "model.decoder.bias", Number.NaN);
    const state = { divergence: { ...broken.state.divergence, badSteps: 10 } };
    const checkpoint = await encodeCheckpoint(withState(broken, state));
    await expect(eventsOf({ onDivergence: "skip" }, checkpoint)).rejects.toThrow(/at step 2 /);
  });
});

describe("a norm far above the average", () => {
  /** A checkpoint after whose next step, but not before, the norm is above the average that it remembers. */
  async function beforeTheRise(): Promise<Checkpoint> {
    const norms = stepsOf(await eventsOf({})).map(({ gradientNorm }) => gradientNorm);
    const rise = norms.findIndex(
      (norm, index) => index > 1 && index < STEPS - 3 && norm > 1.02 * norms[index - 1],
    );
    expect(rise).toBeGreaterThan(0);
    const checkpoint = await checkpointAfter(rise - 1);
    const averageNorm = (norms[rise - 1] + norms[rise]) / 2;
    return withState(checkpoint, { divergence: { steps: 1000, averageNorm, badSteps: 0 } });
  }

  it("rolls back: weights and optimiser of the last checkpoint, a state of zero, half the rate", async () => {
    const before = await beforeTheRise();
    const { step } = before.state;
    const settings: PartialSettings = {
      onDivergence: "rollback",
      divergenceFactor: 1,
      checkpointEvery: { seconds: 1e6 },
    };
    const events = await eventsOf(settings, await encodeCheckpoint(before));
    expect(notesOf(events)[0]).toMatch(
      new RegExp(
        `^at step ${step + 2} \\(batch .* has the largest gradient: rolled back to step ${step} with 0.5 times the learning rate$`,
      ),
    );
    const expected = withState(withZeroState(before), {
      step: step + 2,
      place: { epoch: 0, batch: step + 2 },
      rateScale: 0.5,
    });
    const straight = await eventsOf({ divergenceFactor: 0 }, await encodeCheckpoint(expected));
    const [first, second] = [events, straight].map(
      (all) => stepsOf(all).find((made) => made.step === step + 3)!,
    );
    expect([first.lossNats, first.gradientNorm]).toEqual([second.lossNats, second.gradientNorm]);
    const rate = resolveSettings(small).learningRate;
    expect([first.learningRate, second.learningRate]).toEqual([rate / 2, rate / 2]);
  });

  it("is nothing to care about where the factor is 0, or before there is an average", async () => {
    const before = await beforeTheRise();
    const early = withState(before, { divergence: { steps: 3, averageNorm: 1e-9, badSteps: 0 } });
    expect(notesOf(await eventsOf({ divergenceFactor: 0 }, await encodeCheckpoint(before)))).toEqual([]);
    expect(notesOf(await eventsOf({ divergenceFactor: 1 }, await encodeCheckpoint(early)))).toEqual([]);
  });
});

it("rolls back an average that began after the checkpoint to nothing", async () => {
  // Averaging begins at the second evaluation; then the weights become so large that the next step is bad.
  const settings: PartialSettings = {
    optimizer: "nt-asgd",
    asgdPatience: 0,
    evalEvery: 1,
    learningRate: 1e25,
    gradClip: 0,
    cell: "elman",
    nonlinearity: "relu",
    onDivergence: "rollback",
    checkpointEvery: { seconds: 1e6 },
    budget: { steps: 200 },
  };
  const events = await eventsOf(settings);
  const notes = notesOf(events);
  const begun = notes.findIndex((note) => note.includes("weights are averaged"));
  expect(begun).toBeGreaterThanOrEqual(0);
  expect(notes.slice(begun).some((note) => note.includes("rolled back to step 0"))).toBe(true);
  const end = events.findLast((event) => event.type === "eval")!;
  expect(end.type === "eval" && Number.isFinite(end.lossNats)).toBe(true);
});
