import { describe, expect, it } from "vitest";
import { tokenStreams } from "./streams.ts";

const count = (length: number) => Int32Array.from({ length }, (_, index) => index);

describe("tokenStreams", () => {
  it("writes time-major sequences that go on where the last one stopped", () => {
    const streams = tokenStreams(count(12), 2, 2); // 11 predictions: two streams of 5
    expect(streams.sequencesPerEpoch).toBe(3);
    expect(streams.predictionsPerEpoch).toBe(10);
    const inputs = new Int32Array(4);
    const targets = new Int32Array(4);
    expect(streams.batch(0, inputs, targets)).toBe(2);
    expect([...inputs]).toEqual([0, 5, 1, 6]);
    expect([...targets]).toEqual([1, 6, 2, 7]);
    streams.batch(1, inputs, targets);
    expect([...inputs]).toEqual([2, 7, 3, 8]);
    expect(streams.batch(2, inputs, targets)).toBe(1); // what is left of the streams
    expect([...inputs.subarray(0, 2)]).toEqual([4, 9]);
    expect([...targets.subarray(0, 2)]).toEqual([5, 10]);
  });

  it.each([
    [101, 4, 7],
    [29, 4, 7],
    [36, 5, 7],
    [1000, 1, 64],
    [997, 8, 1],
  ])(
    "predicts every token once, but for fewer than a batch: %i tokens, B %i, T %i",
    (tokens, batchSize, seqLength) => {
      const streams = tokenStreams(count(tokens), batchSize, seqLength);
      const inputs = new Int32Array(batchSize * seqLength);
      const targets = new Int32Array(batchSize * seqLength);
      const predicted: number[] = [];
      for (let sequence = 0; sequence < streams.sequencesPerEpoch; sequence++) {
        const steps = streams.batch(sequence, inputs, targets);
        expect(steps).toBe(streams.lengthOf(sequence));
        for (let index = 0; index < steps * batchSize; index++) {
          expect(targets[index]).toBe(inputs[index] + 1);
          predicted.push(targets[index]);
        }
      }
      expect(predicted.sort((left, right) => left - right)).toEqual(
        Array.from({ length: streams.predictionsPerEpoch }, (_, index) => index + 1),
      );
      expect(tokens - 1 - streams.predictionsPerEpoch).toBeLessThan(batchSize);
    },
  );

  it("says how much text is needed and what to lower", () => {
    expect(tokenStreams(count(41), 4, 10).sequencesPerEpoch).toBe(1);
    expect(() => tokenStreams(count(40), 4, 10)).toThrow(
      expect.objectContaining({
        code: "text-too-short",
        message:
          "tokenStreams: the text has 40 tokens, but 4 parallel streams of 10 steps need at least 41; " +
          "give more text or lower seqLength or batchSize",
      }),
    );
  });

  it("checks its arguments", () => {
    const streams = tokenStreams(count(9), 2, 2);
    const room = new Int32Array(4);
    expect(() => tokenStreams(count(9), 0, 2)).toThrow("batchSize is 0");
    expect(() => tokenStreams(count(9), 2, 1.5)).toThrow("seqLength is 1.5");
    expect(() => streams.batch(2, room, room)).toThrow("sequence is 2, needed an integer from 0 to 1");
    expect(() => streams.batch(0, room, new Int32Array(3))).toThrow("room for 4 and 3 tokens, needed [2, 2]");
  });
});
