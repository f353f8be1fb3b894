import { describe, expect, test } from "vitest";
import { frameCount } from "../../audio/frames.ts";
import { FrontEnd } from "../../audio/front-end.ts";
import { trainTokenizer } from "../../data/tokenizers/train-tokenizer.ts";
import { ctcBestPath } from "../../decoding/ctc/best-path.ts";
import { ctcDecoder } from "../../decoding/ctc/ctc-decoder.ts";
import { textOfTokens } from "../../decoding/spoken-words.ts";
import { NetworkModel } from "../../models/network-model.ts";
import { Network } from "../../networks/network.ts";
import { valuesOf } from "../../options/option.ts";
import { Generator } from "../../random/philox.ts";
import { openDevice } from "../../tensor/device.ts";
import { recogniserSession } from "./recogniser-session.ts";
import type { TranscribeBatching } from "./transcribe-batch.ts";
import { transcripts } from "./transcribe-decode.ts";
import { transcribeNetwork } from "./transcribe-network.ts";
import { TRANSCRIBE_OPTIONS } from "./transcribe-options.ts";
import { hearingOf, TranscribeReader, type TranscribeReading } from "./transcribe-reading.ts";
import { recogniserOf } from "./transcribe-recogniser.ts";
import type { TranscribeOptions } from "./transcribe-task.ts";

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
    ...{ hiddenSize: 10, numLayers: 2, predictionSize: 6, jointSize: 8, ...more },
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
  const { loss } = settings;
  const batching: TranscribeBatching = {
    ...{ width, joined: 3, stride: 1, blank, loss, meanLabels: 5, isInfinite: false },
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

/** Two seconds of a siren, whose last step lacks frames. */
const generator = new Generator(5);
const samples = Float32Array.from(
  { length: 2 * RATE_HZ + 100 },
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

test.each([
  ["the likeliest labels", {}, {}, 0],
  ["a beam", {}, {}, 4],
  ["a beam, outputs added", { jointSize: 0 }, {}, 4],
  ["a beam, with a convolution and look-ahead", { convSize: 8, lookAhead: 2 }, { joined: 1, stride: 3 }, 4],
])(
  "a transducer says in pieces of any size what it says of the whole: %s",
  async (_, more, batch, beamWidth) => {
    const { model, reading } = recogniser({ loss: "transducer", ...more }, batch);
    const sound = recogniserOf(model.network, model.madeBy!.options as TranscribeOptions);
    const short = samples.subarray(0, 0.81 * RATE_HZ);
    const frames = new FrontEnd(reading.hearing.frontEnd).frames({
      sampleRateHz: RATE_HZ,
      channels: [short],
    });
    const sounding = { frames: sound.reader.normalized(frames), steps: frameCount(frames) };
    const [[wanted]] = await transcripts(sound, [sounding], [{ beamWidth, nBest: 3, scorers: [] }]);

    const session = recogniserSession(model, { beamWidth, nBest: 3 });
    for (let from = 0; from < short.length; ) {
      const length = generator.integer(700);
      expect(session.feed(short.subarray(from, from + length)).logits).toHaveLength(0);
      from += length;
    }
    const before = session.text();
    session.finish();
    const { score, alternatives, ...said } = session.transcript();
    expect(said).toEqual({ text: wanted.text, words: wanted.words });
    expect(said.text).not.toBe("");
    expect(said.text.startsWith(before.slice(0, -8))).toBe(true);
    expect(score).toBeCloseTo(wanted.score, 3);
    expect(alternatives.map(({ text }) => text)).toEqual(wanted.alternatives.map(({ text }) => text));
  },
);

test("a recogniser of CTC says its likeliest path without a beam", () => {
  const { model, tokens, blank } = recogniser();
  const session = recogniserSession(model, { beamWidth: 0 });
  const logits = [
    session.feed(samples.subarray(0, 3001)),
    session.feed(samples.subarray(3001)),
    session.finish(),
  ].flatMap((heard) => Array.from(heard.logits));
  const { tokenIds, score } = ctcBestPath(logits, { vocabularySize: tokens.length, blank });
  expect(session.text()).toBe(textOfTokens(tokenIds, tokens));
  expect(session.transcript().score).toBeCloseTo(score, 9);
});

test("a session that is finished hears nothing more", () => {
  const session = recogniserSession(recogniser().model);
  session.feed(samples);
  session.finish();
  const { text } = session.transcript();
  expect(session.finish().logits).toHaveLength(0);
  expect(() => session.feed(samples)).toThrow("RecogniserSession.feed: the session is finished");
  expect(session.text()).toBe(text);
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
    for (const each of [other, undefined as unknown as NetworkModel])
      expect(() => recogniserSession(each)).toThrow(/no recogniser of the task transcribe/);
  });
});
