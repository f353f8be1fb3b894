import { expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { Differences, withDifferences } from "./differences.ts";
import { resolveFrontEnd } from "./front-end-options.ts";

test.each([
  ["kaldi", 1, 9],
  ["kaldi", 2, 9],
  ["htk", 2, 9],
  ["htk", 2, 1],
  ["kaldi", 2, 2],
] as const)("%s, %d: of all %d frames at once they are what they are one by one", (style, deltas, steps) => {
  const width = 3;
  const options = resolveFrontEnd({ kind: "mfcc", style, deltas });
  const generator = new Generator(4);
  const values = Float32Array.from({ length: steps * width }, () => generator.normal());
  const stream = new Differences(options);
  const rows = Array.from({ length: steps }, (_, t) =>
    stream.push(Float64Array.from(values.subarray(t * width, (t + 1) * width))),
  ).flat();
  const one = [...rows, ...stream.finish()].flatMap((row) => [...Float32Array.from(row)]);
  const found = withDifferences({ width, values }, options);
  expect(found.width).toBe(width * (deltas + 1));
  expect(Array.from(found.values)).toEqual(one);
  expect(withDifferences({ width, values }, { ...options, deltas: 0 }).values).toBe(values);
});
