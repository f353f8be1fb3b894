import { Generator } from "unrolled";
import { sampleSequences, sampleSequencesEvents } from "unrolled/decode";
import { expect, test } from "vitest";
import { type Table, tableDecoder } from "./table-decoder.ts";

const END = 0;
const table: Table = (before, sentence) =>
  before.length < 2 ? (sentence === 0 ? [0, 0.7, 0.3] : [0, 0.2, 0.8]) : [0.5, 0.25, 0.25];

test("targets are drawn as often as they are likely, side by side", async () => {
  const { decoder, calls } = tableDecoder(3, table);
  const numSamples = 2000;
  const found = await sampleSequences(decoder, 2, {
    generator: new Generator(3),
    numSamples,
    endId: END,
    maxLength: 6,
    temperature: 1,
  });
  const share = (sentence: number) =>
    found[sentence].filter(({ tokens }) => tokens[0] === 1).length / numSamples;
  expect(Math.abs(share(0) - 0.7)).toBeLessThan(0.04);
  expect(Math.abs(share(1) - 0.2)).toBeLessThan(0.04);
  expect(calls[0].rows).toBe(2 * numSamples);
  const [{ tokens, logProbability }] = found[0];
  const sum = [...tokens, END].reduce(
    (total, token, at) => total + Math.log(table([...tokens.subarray(0, at)], 0)[token]),
    0,
  );
  expect(logProbability).toBeCloseTo(sum, 10);
});

test("a sample is the same in whatever company", async () => {
  const options = { generator: new Generator(5), endId: END, maxLength: 9, temperature: 1 };
  const { decoder } = tableDecoder(3, (before) => table(before, 0));
  const many = await sampleSequences(decoder, 3, { ...options, numSamples: 4 });
  const [[alone]] = await sampleSequences(decoder, 1, { ...options, places: [2] });
  expect([...alone.tokens]).toEqual([...many[2][0].tokens]);
});

test("temperature 0 is greedy, prefixes and lengths hold, and tokens are told one by one", async () => {
  const { decoder } = tableDecoder(3, table);
  const told: number[] = [];
  let ended = 0;
  const options = {
    generator: new Generator(1),
    temperature: 0,
    endId: END,
    maxLength: 5,
    minLength: 4,
    prefixes: [[2]],
  };
  for await (const event of sampleSequencesEvents(decoder, 1, options)) {
    if (event.type === "token") told.push(event.token);
    else {
      ended += 1;
      expect([...event.hypothesis.tokens]).toEqual(told);
      expect(event.hypothesis.finishReason).toBe("stop");
    }
  }
  expect(ended).toBe(1);
  expect(told).toEqual([2, 1, 1, 1]);
});
