import { expect, test } from "vitest";
import { tokenStreams } from "../../data/streams.ts";
import { sequenceBatches } from "./batch-columns.ts";
import type { TrainingText } from "./language-text.ts";

test("of several processes each reads its own streams, and has the columns that it would have alone", () => {
  const [seqLength, batchSize] = [3, 5];
  let starts: number[] = [];
  const tokens = {
    length: 61,
    read(start: number, target: Int32Array) {
      starts.push(start);
      target.forEach((_, at) => {
        target[at] = start + at;
      });
    },
  };
  const text = { streams: () => tokenStreams(tokens, batchSize, seqLength) } as unknown as TrainingText;
  const rows = [2, 1, 1, 1];
  const place = { epoch: 0, batch: 1 };
  const whole = sequenceBatches(text)(place, rows).parts;
  const own = (first: number, count: number) => {
    starts = [];
    const { parts } = sequenceBatches(text)(place, rows, { first, count });
    expect(parts.slice(first, first + count)).toEqual(whole.slice(first, first + count));
    return starts;
  };
  expect(own(0, 2)).toEqual([3, 15, 27]);
  expect(own(2, 2)).toEqual([39, 51]);
});
