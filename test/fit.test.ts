// fit and what goes with it: learning from examples, measuring, predicting, the learning rate's range test.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { accuracy, crossEntropy, type Device, fit, ints, measure, openDevice, predictions } from "unrolled";
import { findLearningRate, progressLine } from "unrolled/training";
import { beforeAll, describe, expect, test } from "vitest";
import { BUILD_MS, build } from "./cli/command.ts";
import { Echo, evalsOf, examples, learning, run, SYMBOLS, stepsOf } from "./fit/echo-model.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

describe("a model of one's own", () => {
  test("learns, is measured after each epoch, and has its best weights at the end", async () => {
    const model = new Echo(device);
    const events = await run(model, { ...learning, metrics: { accuracy: accuracy() } });
    const [start] = events;
    expect(start).toMatchObject({
      ...{ type: "start", threads: 1, stepsPerEpoch: 8, totalSteps: 200 },
      ...{ trainingExamples: 96, validationExamples: 24 },
    });
    expect((start as { threadsReason?: string }).threadsReason).toMatch(/cannot travel/);
    const evals = evalsOf(events);
    expect(evals).toHaveLength(25);
    const best = Math.max(...evals.map((event) => event.accuracy));
    expect(best).toBeGreaterThan(0.9);
    expect(events.at(-1)).toMatchObject({ type: "end", evaluation: { accuracy: best } });
    const found = await measure(model, {
      ...{ data: examples.slice(96), loss: crossEntropy, metrics: { accuracy: accuracy() } },
    });
    expect(found.accuracy).toBe(best);
    expect(model.training).toBe(true);
  });

  test("keeps its last weights where it is told to", async () => {
    const [kept, last] = [new Echo(device), new Echo(device)];
    const events = await run(kept, { ...learning, epochs: 9, learningRate: 0.3 });
    await run(last, { ...learning, epochs: 9, learningRate: 0.3, restoreBest: false });
    const evals = evalsOf(events).map(({ loss }) => loss);
    const held = { data: examples.slice(96), loss: crossEntropy };
    expect((await measure(kept, held)).loss).toBeCloseTo(Math.min(...evals), 6);
    expect((await measure(last, held)).loss).toBeCloseTo(evals.at(-1)!, 6);
    expect(Math.min(...evals)).toBeLessThan(evals.at(-1)!);
  });

  test("goes on from a checkpoint to the same bits", async () => {
    const options = { ...learning, epochs: 3, checkpointEvery: { steps: 7 } };
    const [whole, resumed] = [new Echo(device), new Echo(device, 9)];
    const events = await run(whole, options);
    const checkpoint = events.find((event) => event.type === "checkpoint")!;
    const again = await run(resumed, { ...options, checkpoint: checkpoint.file });
    expect(again[0]).toMatchObject({ resumedAt: 7 });
    expect(stepsOf(again).map(({ loss }) => loss)).toEqual(
      stepsOf(events)
        .slice(7)
        .map(({ loss }) => loss),
    );
    expect(await resumed.stateDict()).toEqual(await whole.stateDict());
    const other = { ...options, data: examples.slice(1), checkpoint: checkpoint.file };
    await expect(run(new Echo(device), other)).rejects.toThrow(/examples to learn from|other data/);
  });

  test("reads a batch in several goes to the same step, in less room", async () => {
    const found = await Promise.all(
      [1, 3].map(async (accumulate) => {
        const own = await openDevice({ backend: "reference" });
        const data = examples.map(({ inputs, targets }) => ({
          inputs: Array.from({ length: 250 + targets }, (_, t) => inputs[t % inputs.length]),
          targets,
        }));
        const still = { ...learning, data, batchSize: 120, epochs: 2, validation: 0, accumulate };
        const events = await run(new Echo(own, 1, 0), still);
        const steps = stepsOf(events).flatMap(({ loss, gradientNorm }) => [loss, gradientNorm]);
        return { steps, bytes: own.heap.use().totalBytes };
      }),
    );
    const [whole, cut] = found;
    expect(cut.steps).toHaveLength(whole.steps.length);
    for (const [at, figure] of cut.steps.entries()) expect(figure).toBeCloseTo(whole.steps[at], 9);
    expect(cut.bytes).toBeLessThan(whole.bytes);
    await expect(run(new Echo(device), { ...learning, accumulate: 0 })).rejects.toThrow("accumulate is 0");
  });

  test("ends once nothing improves, and when it is aborted", async () => {
    const still = await run(new Echo(device), { ...learning, learningRate: 1e-9, patience: 2 });
    expect(still.at(-1)).toMatchObject({ type: "end", reason: "early-stopping" });
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const event of fit(new Echo(device), { ...learning, signal: abort.signal })) {
      seen.push(event.type);
      if (event.type === "step" && event.step === 3) abort.abort();
    }
    expect(seen.filter((type) => type === "step")).toHaveLength(3);
  });

  test("puts out what it learned, for inputs in any order and of any length", async () => {
    const model = new Echo(device);
    await run(model, learning);
    const asked = [[3], [1, 0, 2, 4, 0], [0, 4]];
    const found = await predictions(model, asked, { batchSize: 2 });
    expect(found.map(({ shape }) => shape)).toEqual([[SYMBOLS], [SYMBOLS], [SYMBOLS]]);
    model.eval();
    const alone = device.withoutGradients(() => model.forward(ints(device, [1, 0, 2, 4, 0], [1, 5])));
    expect(Array.from(found[1].data)).toEqual(
      Array.from(await alone.toArray(), (logit) => expect.closeTo(logit, 5)),
    );
  });
});

test("the learning rate's range test finds where the loss falls, and changes nothing", async () => {
  const model = new Echo(device);
  const before = await model.stateDict();
  const { suggestion, rates, losses } = await findLearningRate(model, {
    ...learning,
    from: 1e-6,
    to: 10,
    steps: 60,
  });
  expect(await model.stateDict()).toEqual(before);
  expect(rates.length).toBe(losses.length);
  expect(suggestion).toBeGreaterThan(1e-4);
  expect(suggestion).toBeLessThan(1);
  await expect(findLearningRate(model, { ...learning, from: 1, to: 0.1 })).rejects.toThrow("0 < from < to");
});

test("the range test reads a batch in as many goes as fit", async () => {
  const found = async (accumulate: number) => {
    let most = 0;
    const loss: typeof crossEntropy = (outputs, targets) => {
      most = Math.max(most, outputs.shape[0]);
      return crossEntropy(outputs, targets);
    };
    const model = new Echo(await openDevice({ backend: "reference" }), 1, 0);
    const { losses } = await findLearningRate(model, {
      ...learning,
      loss,
      batchSize: 12,
      steps: 8,
      accumulate,
    });
    return { losses, most };
  };
  const [whole, cut] = [await found(1), await found(3)];
  expect([whole.most, cut.most]).toEqual([12, 4]);
  expect(cut.losses).toHaveLength(8);
  for (const [at, figure] of cut.losses.entries()) expect(figure).toBeCloseTo(whole.losses[at], 6);
});

test("metrics without anything held out are said not to be measured", async () => {
  const notes = async (options: object) => {
    const events = await run(new Echo(device), { ...learning, steps: 1, epochs: undefined, ...options });
    return events.flatMap((event) => (event.type === "note" ? [event.text] : []));
  };
  const metrics = { accuracy: accuracy() };
  expect(await notes({ metrics, validation: undefined })).toEqual([
    "nothing is held out, so accuracy will not be measured; validation says what to hold out",
  ]);
  expect(await notes({ metrics })).toEqual([]);
  expect(await notes({ validation: undefined })).toEqual([]);
});

test("progress is a line for each event that says something", async () => {
  const events = await run(new Echo(device), { ...learning, epochs: 1, metrics: { accuracy: accuracy() } });
  const lines = events.map((event) => progressLine(event as never));
  expect(lines[0]?.text).toMatch(/^[\d,]+ parameters, 8 steps an epoch, wasm/);
  expect(lines.find((line) => line?.passes)?.text).toMatch(/^epoch 0\.13 {2}step 1 {2}loss \d/);
  expect(
    lines.some((line) => /^step 8 {2}loss [\d.]+ {2}accuracy [\d.]+ {2}best$/.test(line?.text ?? "")),
  ).toBe(true);
});

describe("a model that a module makes", () => {
  let ran: Record<string, { losses: number[]; evals: number[][]; weights: string; start: object }>;
  beforeAll(() => {
    build();
    const program = fileURLToPath(new URL("./fit/on-threads.mjs", import.meta.url));
    ran = JSON.parse(execFileSync(process.execPath, [program], { encoding: "utf8" }));
  }, BUILD_MS);

  test("learns on two threads, and goes on from a checkpoint to the same bits", () => {
    const { whole, resumed } = ran;
    expect(whole.start).toEqual({ threads: 2, resumedAt: null });
    expect(resumed.start).toEqual({ threads: 2, resumedAt: 10 });
    expect(resumed.losses).toEqual(whole.losses.slice(10));
    expect(resumed.weights).toBe(whole.weights);
    expect(Math.max(...ran.longer.evals.map(([, share]) => share))).toBeGreaterThan(0.9);
  });

  test("is asked for by the name of its export", async () => {
    await expect(fit(new URL("./fit/echo.js", import.meta.url), { data: examples }).next()).rejects.toThrow(
      "does not say which export of the module is meant; add #NAME",
    );
  });
});
