import { describe, expect, test } from "vitest";
import { FrontEnd } from "../../audio/front-end.ts";
import { trainTokenizer } from "../../data/tokenizers/train-tokenizer.ts";
import { ctcDecoder } from "../../decoding/ctc/ctc-decoder.ts";
import { NetworkModel } from "../../models/network-model.ts";
import { Network } from "../../networks/network.ts";
import { valuesOf } from "../../options/option.ts";
import { Generator } from "../../random/philox.ts";
import { openDevice } from "../../tensor/device.ts";
import { recogniserSession } from "./recogniser-session.ts";
import type { TranscribeBatching } from "./transcribe-batch.ts";
import { transcribeNetwork } from "./transcribe-network.ts";
import { TRANSCRIBE_OPTIONS } from "./transcribe-options.ts";
import { hearingOf, TranscribeReader, type TranscribeReading } from "./transcribe-reading.ts";

const device = await openDevice({ backend: "wasm" });
const tokenizer = trainTokenizer({ kind: "char", text: "one two" });
const RATE_HZ = 8000;

/** A recogniser whose weights were drawn. */
function recogniser(
  more: Partial<Parameters<typeof transcribeNetwork>[0]> = {},
  batch: Partial<TranscribeBatching> = {},
) {
  const settings = valuesOf("test", TRANSCRIBE_OPTIONS, {
    ...{ sampleRate: RATE_HZ, filters: 12, energy: false, deltas: 1, stride: 3, bidirectional: false },
    ...{ hiddenSize: 10, numLayers: 2, ...more },
  });
  const hearing = hearingOf(settings);
  const { width, framesPerSecond } = new FrontEnd(hearing.frontEnd);
  const [means, rates] = [4, 0.4].map((value) => new Array<number>(width).fill(value));
  const { normalize, lowercase } = settings;
  const moments = normalize === "training" ? { means, rates } : null;
  const reading: TranscribeReading = {
    hearing,
    width,
    moments,
    normalize,
    tokenizer: tokenizer.toJSON(),
    lowercase,
  };
  const { classes, blank, tokens } = new TranscribeReader(reading);
  const batching: TranscribeBatching = {
    ...{ width, joined: 3, stride: 1, blank, loss: "ctc", meanLabels: 5, isInfinite: false },
    ...batch,
  };
  const network = transcribeNetwork(settings, { width: width * batching.joined, classes });
  const model = new NetworkModel(
    new Network(device, network, { generator: new Generator(2) }).eval() as Network,
    {
      madeBy: { task: "transcribe", options: { network, reading, batching } },
    },
  );
  return { model, reading, tokens, blank, secondsPerStep: 3 / framesPerSecond, joined: batching.joined };
}

/** Two seconds of a siren. */
const generator = new Generator(5);
const samples = Float32Array.from(
  { length: 2 * RATE_HZ },
  (_, at) => 0.4 * Math.sin(at * (0.3 + 0.2 * Math.sin(at / 3000))) + generator.uniformBetween(-0.05, 0.05),
);

test.each([
  ["frames that are joined", {}, {}, 0],
  ["what looks ahead", { lookAhead: 4 }, {}, 4],
  [
    "a convolution that makes a step of three frames",
    { convSize: 8, convKernel: 5 },
    { joined: 1, stride: 3 },
    0,
  ],
  ["both", { convSize: 8, convKernel: 2, lookAhead: 2 }, { joined: 1, stride: 3 }, 2],
])("in pieces of any size it says what the network says of the whole: %s", async (_, more, batch, ahead) => {
  const { model, reading, tokens, blank, secondsPerStep, joined } = recogniser(more, batch);
  const reader = new TranscribeReader(reading);
  const frames = new FrontEnd(reading.hearing.frontEnd).frames({
    sampleRateHz: RATE_HZ,
    channels: [samples],
  });
  const steps = Math.ceil(frames.values.length / frames.width / joined);
  const xs = new Float32Array(steps * joined * frames.width);
  xs.set(reader.normalized(frames));
  const whole = (await model.run({ xs: { shape: [1, steps, joined * frames.width], data: xs } })).logits
    .data as Float32Array;

  const session = recogniserSession(model, { leastProbability: 0 });
  expect(session).toMatchObject({ framesPerStep: 3, secondsPerStep, stepsAhead: ahead });
  expect(session.featureNames).toHaveLength(24);
  const logits: number[] = [];
  const features: number[] = [];
  const keep = (piece: ReturnType<typeof session.feed>) => {
    logits.push(...piece.logits);
    features.push(...piece.features);
  };
  for (let from = 0; from < samples.length; ) {
    const length = generator.integer(700);
    keep(session.feed(samples.subarray(from, from + length)));
    from += length;
  }
  expect(logits.length).toBeGreaterThan(whole.length - (4 + ahead) * tokens.length);
  const before = session.text();
  keep(session.finish());
  expect(features).toEqual(Array.from(reader.normalized(frames)));
  expect(logits.length).toBe(whole.length);
  for (const [at, logit] of logits.entries())
    if (!(Math.abs(logit - whole[at]) < 1e-5))
      expect.fail(`logits[${at}]: ${logit}, the whole says ${whole[at]}`);
  const wanted = ctcDecoder({ tokens, blank, secondsPerStep, leastProbability: 0 }).decode(
    Float32Array.from(logits),
  );
  expect(session.transcript()).toEqual(wanted);
  expect(wanted.text.startsWith(before.slice(0, 1))).toBe(true);
});

test("sound of another rate is heard at the model's", () => {
  const { model } = recogniser();
  const session = recogniserSession(model, { sampleRateHz: 4 * RATE_HZ });
  const slow = recogniserSession(model);
  const fast = Float32Array.from({ length: 4 * samples.length }, (_, at) => samples[Math.floor(at / 4)]);
  const steps = (piece: ReturnType<typeof session.feed>) => piece.logits.length;
  const [ofFast, ofSlow] = [steps(session.feed(fast)), steps(slow.feed(samples))];
  expect(Math.abs(ofFast - ofSlow)).toBeLessThanOrEqual(2 * session.tokens.length);
});

describe("what cannot listen is refused by name", () => {
  const cases: [string, () => ReturnType<typeof recogniser>, RegExp][] = [
    ["both directions", () => recogniser({ bidirectional: true }), /session.*(both|direction)/i],
    ["a transducer", () => recogniser({}, { loss: "transducer" }), /is a transducer/],
    [
      "means of utterances",
      () => recogniser({ normalize: "utterance" }),
      /normalised over a whole utterance/,
    ],
  ];
  test.each(cases)("%s", (_, make, message) => {
    expect(() => recogniserSession(make().model)).toThrow(message);
  });

  test("a model of another task", () => {
    const { model } = recogniser();
    const other = new NetworkModel(model.network, { madeBy: { task: "classify" } });
    expect(() => recogniserSession(other)).toThrow(/no recogniser of the task transcribe/);
  });
});
