import { expect, test } from "vitest";
import { LikeliestLabels } from "./likeliest-labels.ts";
import type { TransducerStepper } from "./transducer-stepper.ts";

/** Says at each step as many labels as its second number says, 1 and 2 in turns; class 0 is the blank. A step's first number is its own. */
function counting(): TransducerStepper<number> {
  let [step, from] = [-1, 0];
  return {
    vocabularySize: 3,
    blank: 0,
    encodedSize: 2,
    start: () => 0,
    next: (said) => said + 1,
    join: ([at, wanted], said) => {
      if (at !== step) [step, from] = [at, said];
      const logits = new Float32Array(3);
      logits[said - from < wanted ? 1 + (said % 2) : 0] = Math.log(2);
      return logits;
    },
  };
}

test("labels, their steps and the score of their way, in pieces as at once", () => {
  const encoded = Float32Array.of(0, 2, 1, 0, 2, 1);
  for (const cuts of [
    [0, 6],
    [0, 2, 6],
    [0, 4, 4, 6],
  ]) {
    const labels = new LikeliestLabels(counting());
    for (const [place, from] of cuts.entries()) labels.push(encoded.subarray(from, cuts[place + 1]));
    expect(labels.tokenIds).toEqual([1, 2, 1]);
    expect(labels.spans.map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [0, 1],
      [2, 3],
    ]);
    // Three labels and three blanks, each of probability 2 / (2 + 1 + 1).
    expect(labels.score).toBeCloseTo(6 * Math.log(0.5), 6);
  }
});

test("a step ends after eight labels", () => {
  const labels = new LikeliestLabels(counting());
  labels.push(Float32Array.of(0, 100, 1, 1));
  expect(labels.tokenIds).toHaveLength(9);
});
