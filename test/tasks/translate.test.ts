import { beforeAll, describe, expect, it, test } from "vitest";
import { NetworkStepper } from "../../src/decoding/network-stepper.ts";
import { Generator, type ModelFiles, openDevice, openModel } from "../../src/index.ts";
import { traceEncoderDecoder } from "../../src/inspect/trace-encoder-decoder.ts";
import { LayeredNetwork } from "../../src/networks/layered-network.ts";
import { valuesOf } from "../../src/options/option.ts";
import type { Translation } from "../../src/tasks/translate/translate-answers.ts";
import { translateLoss } from "../../src/tasks/translate/translate-batch.ts";
import { TRANSLATE } from "../../src/tasks/translate/translate-description.ts";
import type { TranslateFound } from "../../src/tasks/translate/translate-measure.ts";
import { translateNetwork } from "../../src/tasks/translate/translate-network.ts";
import { TRANSLATE_OPTIONS } from "../../src/tasks/translate/translate-options.ts";
import { logSoftmax } from "../../src/tensor/operations/rows.ts";
import { ints } from "../../src/tensor/tensor.ts";
import { gradientErrors, reference } from "../gradients.ts";
import { trainNear } from "./train-near.ts";

type Event = { type: string } & Record<string, unknown>;

async function trained(data: object, settings: object, from: object = {}) {
  const events: Event[] = [];
  const run = { task: "translate", data: data as never, settings: settings as never, ...from } as const;
  for await (const event of trainNear(run as never)) events.push(event as Event);
  const last = (type: string) => events.findLast((event) => event.type === type)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles, events };
}

const QUICK = {
  tokenizer: "whitespace",
  ...{ embeddingSize: 16, hiddenSize: 32, dropout: 0 },
  labelSmoothing: 0,
  learningRate: 0.01,
  batchSize: 32,
  threads: 1,
};

/** Strings of 1 to 6 letters, and the same backwards. */
function reversed(count: number, seed: number) {
  const generator = new Generator(seed);
  return Array.from({ length: count }, () => {
    const letters = Array.from({ length: 1 + generator.integer(6) }, () => "abcdefgh"[generator.integer(8)]);
    return { source: letters.join(" "), target: letters.toReversed().join(" ") };
  });
}

describe("a translator", () => {
  let run: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    run = await trained(
      { train: reversed(3000, 1), val: reversed(100, 2) },
      { ...QUICK, budget: { epochs: 6 } },
    );
  }, 120_000);

  it("learns to write strings backwards", () => {
    const { exactMatch, tokenErrorRate } = run.end.evaluation as Record<string, number>;
    expect(exactMatch).toBeGreaterThan(0.9);
    expect(tokenErrorRate).toBeLessThan(0.05);
  });

  it("says where figures lie if pairs are drawn again", async () => {
    const model = await openModel(run.files, { task: "translate" });
    const pairs = { train: [...reversed(20, 3), { source: "a b c", target: "a b c" }] };
    const all = await model.evaluate(pairs, { beam: 2, bootstrap: 50 });
    const { intervals, ...found } = all as unknown as TranslateFound;
    expect(Object.keys(found)).toEqual(
      `pairs lossNats perplexity bleu chrf signature exactMatch tokenErrorRate tokenAccuracy`.split(" "),
    );
    const figures = found as unknown as Record<string, number>;
    const named = Object.entries(intervals!);
    expect(named.map(([name]) => name)).toEqual(
      Object.keys(found).filter((name) => /bleu|chrf|exact|token/.test(name)),
    );
    for (const [name, { low, high }] of named) {
      expect(low, name).toBeLessThan(high);
      expect(low, name).toBeLessThanOrEqual(figures[name]);
      expect(high, name).toBeGreaterThanOrEqual(figures[name]);
    }
    expect(await model.evaluate(pairs, { beam: 2 })).toEqual(found);
  });

  it("says which source token each target token looked at", async () => {
    const model = await openModel(run.files, { task: "translate" });
    const found = await model.predict("a b c d");
    expect(found).toMatchObject({ source: "a b c d", target: "d c b a" });
    expect(found.sourceTokens.slice(0, -1)).toEqual(["a", "b", "c", "d"]);
    expect(found.targetTokens.slice(0, -1)).toEqual(["d", "c", "b", "a"]);
    const most = found.alignment.slice(0, 4).map((row) => row.indexOf(Math.max(...row)));
    expect(most).toEqual([3, 2, 1, 0]);
    for (const row of found.alignment) expect(row.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
    expect(Math.exp(found.score)).toBeGreaterThan(0.5);
  });

  it("says the same of a text whatever stands beside it", async () => {
    const model = await openModel(run.files, { task: "translate" });
    const texts = ["a b", "h g f e d c", "a", "c c c"];
    const together = [];
    for await (const each of model.answers({ texts }))
      together.push(each as { target: string; score: number });
    for (const [at, text] of texts.entries()) {
      const alone = await model.predict(text);
      expect(together[at].target).toBe(alone.target);
      expect(together[at].score).toBeCloseTo(alone.score, 4);
    }
    const lines = [];
    for await (const each of model.answers({ sources: [{ title: "a.txt", text: "a b\n \nc c c\n" }] }))
      lines.push((each as { target: string }).target);
    expect(lines).toEqual(["b a", "", "c c c"]);
    expect(await model.predict("")).toMatchObject({ target: "", targetTokens: [], alternatives: [] });
  });

  it("tells a target piece by piece, and then all of it", async () => {
    const model = await openModel(run.files, { task: "translate" });
    for (const how of [{ beam: 1 }, { beam: 3, nBest: 2 }, { temperature: 2, nBest: 2, seed: 3 }]) {
      const pieces: string[] = [];
      let answer: unknown;
      for await (const event of model.predictEvents({ source: "a b c d", ...how }))
        if (event.type === "text") pieces.push(event.text);
        else answer = event.answer;
      expect(answer).toEqual(await model.predict({ source: "a b c d", ...how }));
      expect(pieces.join("")).toBe((answer as { target: string }).target);
      if (!("beam" in how) || how.beam === 1) expect(pieces.length).toBeGreaterThan(1);
    }
  });

  it("shows what each step reads and finds likely, and what its layers compute on the way", async () => {
    const model = await openModel(run.files, { task: "translate" });
    const { pieces, words, names, said, inputs, answer } = await model.look("a b c");
    expect(words.slice(0, -1)).toEqual(["c", "b", "a"]);
    expect(pieces.slice(1)).toEqual(words.slice(0, -1));
    const nats = words.map((word, u) => Math.log(said[u * names.length + names.indexOf(word)]));
    const { logProbability, alignment } = answer as Translation;
    expect(nats.reduce((sum, each) => sum + each)).toBeCloseTo(logProbability, 4);
    const { layers, attention } = traceEncoderDecoder(model.network, inputs);
    expect(layers.map(({ direction, steps }) => [direction, steps])).toEqual([
      ["forward", 4],
      ["backward", 4],
      ["forward", 4],
    ]);
    const [{ heads, queries, entries }] = attention;
    expect([queries, entries, heads.length]).toEqual([4, 4, 1]);
    for (const [at, share] of alignment.flat().entries()) expect(heads[0][at]).toBeCloseTo(share, 5);
  });

  it("gives the best targets by falling score, and targets that begin as asked or are drawn", async () => {
    const model = await openModel(run.files, { task: "translate" });
    const source = "a b c d e";
    const { score, alternatives } = await model.predict({ source, beam: 4, nBest: 3 });
    const scores = [score, ...alternatives.map((each) => each.score)];
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
    expect(new Set(alternatives.map(({ target }) => target)).size).toBe(2);
    expect((await model.predict({ source, prefix: "c" })).target).toMatch(/^c/);
    expect((await model.predict({ source, maxLength: 2 })).target.split(" ")).toHaveLength(2);
    const drawn = async (seed: number) =>
      (await model.predict({ source, temperature: 3, nBest: 8, seed })).alternatives.map(
        ({ target }) => target,
      );
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
  });

  it("refuses a source that is longer than those it has learned from", async () => {
    const model = await openModel(run.files, { task: "translate" });
    for (const none of [undefined, 3, {}, { source: 3 }])
      await expect(model.predict(none as never)).rejects.toThrow(/nothing to translate, needed a text/);
    await expect(model.predict("a ".repeat(101))).rejects.toThrow(/has 101 tokens, needed at most 100/);
  });

  it("is measured on other pairs", async () => {
    const model = await openModel(run.files, { task: "translate" });
    const found = await model.evaluate({ train: reversed(50, 3) });
    expect(found).toMatchObject({ pairs: 50, exactMatch: expect.any(Number), lossNats: expect.any(Number) });
    const counted = await model.evaluate({ train: reversed(5, 3) }, { bleuTokenize: "intl" });
    expect(counted).toMatchObject({ signature: expect.stringContaining("tok:intl|smooth:exp") });
    expect(model.madeBy!.data).toMatchObject({ example: expect.stringMatching(/^[a-z ]+$/) });
  });
});

test.each([
  ["lstm", { attention: "general" }],
  ["lstm", { attention: "dot", attentionHeads: 2 }],
  ["gru", { attention: "additive" }],
  ["lstm", { attention: "none" }],
  ["elman", { attention: "general", bidirectional: false }],
  ["lstm", { attention: "general", feeding: "output" }],
  ["gru", { attention: "additive", feeding: "context" }],
  ["lstm", { attention: "additive", feeding: "output", coverage: true, locationFilters: 3 }],
])(
  "%s with %o: step by step it gives what the teacher-forced pass gives",
  async (cell: string, attention: object) => {
    const device = await openDevice();
    const given = { cell, ...attention, embeddingSize: 12, hiddenSize: 16, numLayers: 2 } as never;
    const settings = TRANSLATE.settle(given, valuesOf("train", TRANSLATE_OPTIONS, given));
    const config = translateNetwork(settings, { source: 11, target: 9 });
    const model = new LayeredNetwork(device, config, {
      generator: new Generator(3),
    }).eval() as LayeredNetwork;
    const source = ints(device, [1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 9, 10], [3, 4]);
    const lengths = [4, 3, 1];
    const tokens = [
      [0, 3, 5, 1, 2],
      [0, 8, 8, 7, 6],
      [0, 1, 1, 2, 4],
    ];
    const target = ints(device, tokens.flat(), [3, 5]);
    const { logits } = model.forward({ source, target }, { lengths }).outputs;
    const whole = logSoftmax(logits).read();
    const stepper = new NetworkStepper(model);
    let { state } = stepper.start({ inputs: { source }, lengths, first: 0 });
    for (let u = 0; u < 5; u++) {
      const { state: after, logProbabilities } = stepper.step(
        state,
        tokens.map((row) => row[u]),
      );
      for (let b = 0; b < 3; b++)
        for (let v = 0; v < 9; v++)
          expect(logProbabilities[b * 9 + v]).toBeCloseTo(whole[(b * 5 + u) * 9 + v], 5);
      // Rows that are taken in another order and back are as they were.
      state = stepper.select(stepper.select(after, [2, 0, 1]), [1, 2, 0]);
    }
  },
);

test.each([{ attention: "general" }, { attention: "additive", feeding: "output", coverage: true }])(
  "gradients of the whole with %o are central differences",
  (attention: object) => {
    const given = { ...attention, embeddingSize: 3, hiddenSize: 4, attentionHeads: 2, dropout: 0 } as never;
    const settings = TRANSLATE.settle(given, valuesOf("train", TRANSLATE_OPTIONS, given));
    const config = translateNetwork(settings, { source: 6, target: 5 });
    const model = new LayeredNetwork(reference, config, { generator: new Generator(3) });
    const examples = [
      { source: Int32Array.of(1, 2, 3, 0), target: Int32Array.of(4, 2, 0) },
      { source: Int32Array.of(5, 0), target: Int32Array.of(1, 3, 3, 0) },
    ];
    const loss = () =>
      translateLoss(model, examples, { end: 0, labelSmoothing: 0.1, coverageLoss: 0.7 }).loss;
    expect(gradientErrors(new Map(model.namedParameters()), loss)).toBe("");
  },
);

test("a run goes on from a checkpoint to the same bits, on two threads", async () => {
  const data = { train: reversed(200, 1), val: reversed(20, 2) };
  const settings = {
    ...QUICK,
    threads: 2,
    dropout: 0.3,
    budget: { steps: 12 },
    checkpointEvery: { steps: 5 },
  };
  const whole = await trained(data, settings);
  const checkpoint = whole.events.find(({ type }) => type === "checkpoint")!.file;
  const resumed = await trained(data, settings, { checkpoint });
  expect(resumed.files["model.safetensors"]).toEqual(whole.files["model.safetensors"]);
});

test("pairs that are empty or too long are not learned from, and a note says how many", async () => {
  const pairs = [...reversed(40, 1), { source: "", target: "a" }, { source: "a ".repeat(9), target: "a" }];
  const { start, events } = await trained(
    { train: pairs, val: reversed(4, 2) },
    { ...QUICK, budget: { steps: 1 }, maxLength: 8 },
  );
  expect(start).toMatchObject({ trainingPairs: 40, leftOut: 2 });
  expect(JSON.stringify(events)).toMatch(/2 of 42 pairs/);
});

test.each(["val", "test"])(
  "targets of another alphabet in %s are refused before anything is trained",
  async (part) => {
    const data = { train: reversed(20, 1), val: reversed(4, 2), [part]: [{ source: "a b", target: "x y" }] };
    const events: string[] = [];
    const run = { task: "translate", data, settings: { ...QUICK, budget: { steps: 1 } } };
    const training = async () => {
      for await (const { type } of trainNear(run as never)) events.push(type);
    };
    await expect(training()).rejects.toThrow(
      /2 of 2 tokens of the targets are not in the model's vocabulary/,
    );
    expect(events).toEqual([]);
  },
);
