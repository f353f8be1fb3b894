import { Generator } from "unrolled";
import {
  bleu,
  bootstrap,
  editDistanceRate,
  pairedBootstrap,
  sequenceAccuracy,
  tokenAccuracy,
} from "unrolled/training";
import { expect, test } from "vitest";

/** Of `size` targets, a seeded share p is right. */
function answers(p: number, size: number, seed: number) {
  const generator = new Generator(seed);
  const metric = sequenceAccuracy();
  const targets = Array.from({ length: size }, () => "yes");
  metric.add(
    targets.map(() => (generator.uniform() < p ? "yes" : "no")),
    targets,
  );
  return metric;
}

test("the interval of a share is as wide as the binomial distribution says", () => {
  const { value, low, high } = bootstrap(answers(0.7, 400, 1), { samples: 4000, seed: 2 });
  const deviation = Math.sqrt((value * (1 - value)) / 400);
  expect(Math.abs(value - low - 1.96 * deviation)).toBeLessThan(0.15 * deviation);
  expect(Math.abs(high - value - 1.96 * deviation)).toBeLessThan(0.15 * deviation);
});

test("over many samples, nine of ten intervals of 90 % hold the share that was drawn from", () => {
  let held = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { low, high } = bootstrap(answers(0.6, 100, seed), { samples: 200, seed, confidence: 0.9 });
    if (low <= 0.6 && 0.6 <= high) held += 1;
  }
  expect(held).toBeGreaterThan(165);
  expect(held).toBeLessThan(198);
});

test("a pair: a large difference is none of chance, none is", () => {
  const good = answers(0.8, 300, 1);
  const { value, low, high, pValue } = pairedBootstrap(good, answers(0.6, 300, 2));
  expect(low).toBeGreaterThan(0);
  expect(high).toBeGreaterThan(value);
  expect(pValue).toBeLessThan(0.01);
  expect(pairedBootstrap(good, good)).toMatchObject({ value: 0, low: 0, high: 0 });
  const even = pairedBootstrap(answers(0.6, 300, 3), answers(0.6, 300, 4));
  expect(even.low).toBeLessThan(0);
  expect(even.high).toBeGreaterThan(0);
  expect(even.pValue).toBeGreaterThan(0.05);
});

test("pairs are drawn together: what both count alike makes no difference", () => {
  const lengths = [1, 200, 3, 50, 2, 9];
  const [one, other] = [editDistanceRate(), editDistanceRate()];
  const targets = lengths.map((length) => "a".repeat(length));
  one.add(
    targets.map((target) => `b${target}`),
    targets,
  );
  other.add(
    targets.map((target) => `${target}b`),
    targets,
  );
  expect(bootstrap(one).high).toBeGreaterThan(bootstrap(one).low);
  expect(pairedBootstrap(one, other)).toMatchObject({ low: 0, high: 0 });
});

test("the same seed draws the same, another one does not", () => {
  const metric = bleu();
  metric.add(["a b c d e", "f g h i", "k l m n o p"], ["a b c d f", "f g h i", "k l m o n p"]);
  expect(bootstrap(metric, { seed: 3 })).toEqual(bootstrap(metric, { seed: 3 }));
  const fine = editDistanceRate();
  const targets = Array.from({ length: 60 }, (_, at) => "a".repeat(at + 1));
  fine.add(
    targets.map((target) => target.slice(7)),
    targets,
  );
  expect(bootstrap(fine, { seed: 3 })).not.toEqual(bootstrap(fine, { seed: 4 }));
  expect(bootstrap(metric).value).toBe(metric.value);
});

test("what cannot be drawn is refused", () => {
  expect(() => bootstrap(sequenceAccuracy())).toThrow("no examples");
  expect(() => bootstrap(answers(0.5, 9, 1), { samples: 0 })).toThrow("samples");
  expect(() => bootstrap(answers(0.5, 9, 1), { confidence: 1 })).toThrow("confidence");
  expect(() => pairedBootstrap(answers(0.5, 9, 1), answers(0.5, 8, 1))).toThrow("8");
});

test("sequences and tokens that are right", () => {
  const [sequences, tokens] = [sequenceAccuracy(), tokenAccuracy()];
  for (const metric of [sequences, tokens])
    metric.add([[1, 2, 3], [1, 2], [], "añb"], [[1, 2, 3], [2, 1, 2], [4], "anb"]);
  expect(sequences.value).toBe(1 / 4);
  expect(tokens.value).toBe((3 + 0 + 0 + 2) / 10);
});
