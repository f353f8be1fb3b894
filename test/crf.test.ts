// A linear-chain CRF against what it is by definition: sums and the best of all K^T paths.
import { ints, openDevice, type Tensor, tensor } from "unrolled";
import { viterbi } from "unrolled/decode";
import { Crf, crfLoss, crfMarginals } from "unrolled/nn";
import { describe, expect, test } from "vitest";
import { areSpanTags, constrainedScores, keepsTo, spanRules } from "../src/decoding/span-rules.ts";
import { gradientErrors, leaf, numbersOf, randomNumbers, reference, weighted } from "./gradients.ts";

interface Scores {
  readonly transitions: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** All paths through T steps of K tags. */
function paths(T: number, K: number): number[][] {
  if (T === 0) return [[]];
  return paths(T - 1, K).flatMap((path) => Array.from({ length: K }, (_, tag) => [...path, tag]));
}

function scoreOf(emissions: ArrayLike<number>, path: readonly number[], { transitions, start, end }: Scores) {
  const K = start.length;
  return path.reduce(
    (sum, tag, t) => sum + emissions[t * K + tag] + (t > 0 ? transitions[path[t - 1] * K + tag] : 0),
    start[path[0]] + end[path[path.length - 1]],
  );
}

function logOfSum(scores: readonly number[]): number {
  const most = Math.max(...scores);
  return most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
}

/** Emissions and scores of random numbers up to ± `size`. */
function chain(B: number, T: number, K: number, size: number) {
  const of = (shape: readonly number[], seed: number) => leaf(shape, seed, -size, size);
  const [emissions, transitions, start, end] = [of([B, T, K], 1), of([K, K], 2), of([K], 3), of([K], 4)];
  const scores = { transitions, start, end };
  const numbers = { transitions: numbersOf(transitions), start: numbersOf(start), end: numbersOf(end) };
  return { emissions, scores, numbers };
}

// Small scores take the way over scaled sums, large ones that over logarithms.
describe.each([2, 400])("scores up to ±%d", (size) => {
  const [B, T, K] = [3, 4, 3];
  const lengths = [4, 1, 3];
  const tags = ints(reference, [0, 2, 1, 1, 2, 0, 0, 0, 1, 0, 2, -1], [B, T]);
  const { emissions, scores, numbers } = chain(B, T, K, size);
  const own = (b: number) => numbersOf(emissions).slice(b * T * K, (b * T + lengths[b]) * K);

  test("the loss is ln Z, summed over all paths, less the score of the tags", () => {
    const losses = numbersOf(crfLoss(emissions, tags, scores, { lengths, reduction: "none" }));
    const expected = lengths.map((steps, b) => {
      const path = numbersOf(tags as Tensor).length && [...tags.read()].slice(b * T, b * T + steps);
      const all = paths(steps, K).map((each) => scoreOf(own(b), each, numbers));
      return logOfSum(all) - scoreOf(own(b), path as number[], numbers);
    });
    for (const [b, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[b], 9);
    const [mean, sum] = (["mean", "sum"] as const).map(
      (reduction) => numbersOf(crfLoss(emissions, tags, scores, { lengths, reduction }))[0],
    );
    expect(sum).toBeCloseTo(expected[0] + expected[1] + expected[2], 9);
    expect(mean).toBeCloseTo(sum / 3, 9);
  });

  test("the marginals are sums over the paths through a tag", () => {
    const marginals = crfMarginals(emissions, scores, { lengths });
    for (const [b, steps] of lengths.entries()) {
      const all = paths(steps, K);
      const logZ = logOfSum(all.map((path) => scoreOf(own(b), path, numbers)));
      for (let t = 0; t < T; t++)
        for (let k = 0; k < K; k++) {
          const through = all.filter((path) => path[t] === k).map((path) => scoreOf(own(b), path, numbers));
          const expected = t < steps ? Math.exp(logOfSum(through) - logZ) : 0;
          expect(marginals[(b * T + t) * K + k], `${b}, ${t}, ${k}`).toBeCloseTo(expected, 9);
        }
    }
  });

  test("viterbi finds the best of all paths", () => {
    for (const [b, steps] of lengths.entries()) {
      const found = viterbi(own(b), numbers);
      const best = Math.max(...paths(steps, K).map((path) => scoreOf(own(b), path, numbers)));
      expect(found.score).toBeCloseTo(best, 9);
      expect(scoreOf(own(b), found.tags, numbers)).toBeCloseTo(best, 9);
    }
  });

  test("gradients are those of central differences", () => {
    const loss = () => weighted(crfLoss(emissions, tags, scores, { lengths, reduction: "none" }));
    expect(gradientErrors({ emissions, ...scores }, loss)).toBe("");
  });
});

test("what a score of −∞ forbids has no share, and the rest is as before", () => {
  const [T, K] = [3, 3];
  const { emissions, numbers } = chain(1, T, K, 2);
  const transitions = Float32Array.from(numbers.transitions);
  transitions[1 * K + 2] = Number.NEGATIVE_INFINITY;
  const scores = { ...numbers, transitions };
  const allowed = paths(T, K).filter((path) => !path.some((tag, t) => tag === 2 && path[t - 1] === 1));
  const marginals = crfMarginals(emissions, {
    transitions: tensor(reference, transitions, [K, K]),
    start: tensor(reference, numbers.start, [K]),
    end: tensor(reference, numbers.end, [K]),
  });
  const all = allowed.map((path) => scoreOf(numbersOf(emissions), path, scores));
  const through = allowed
    .filter((path) => path[1] === 1)
    .map((path) => scoreOf(numbersOf(emissions), path, scores));
  expect(marginals[1 * K + 1]).toBeCloseTo(Math.exp(logOfSum(through) - logOfSum(all)), 7);
});

test("a CRF's scores are a module's parameters, in float32 as in float64", async () => {
  const device = await openDevice({ backend: "wasm" });
  const [B, T, K] = [2, 5, 4];
  const crf = new Crf(device, { tags: K });
  const numbers = randomNumbers(B * T * K, 7);
  const emissions = tensor(device, numbers, [B, T, K], { requiresGrad: true });
  const loss = crfLoss(emissions, ints(device, new Int32Array(B * T), [B, T]), crf);
  loss.backward();
  const sums = (await emissions.grad!.toArray()).reduce((sum, each) => sum + each, 0);
  expect(sums).toBeCloseTo(0, 5);
  expect(crf.transitions.grad).toBeDefined();
  expect([...crf.namedParameters().keys()]).toEqual(["transitions", "start", "end"]);
});

test("bad calls are refused by name", () => {
  const { emissions, scores, numbers } = chain(2, 3, 4, 1);
  const tags = ints(reference, new Int32Array(6), [2, 3]);
  expect(() => crfLoss(emissions, ints(reference, new Int32Array(4), [2, 2]), scores)).toThrow(
    "crfLoss: emissions [2, 3, 4] need tags [2, 3], got [2, 2]",
  );
  expect(() => crfLoss(emissions, ints(reference, [0, 0, 0, 0, 4, 0], [2, 3]), scores)).toThrow(
    "crfLoss: tag 4 at step 1 of sequence 1 is not one of the 4",
  );
  expect(() => crfLoss(emissions, tags, { ...scores, start: leaf([3], 1) })).toThrow(
    "emissions [2, 3, 4] need transitions [4, 4], start and end [4], got [4, 4], [3], [4]",
  );
  expect(() => crfLoss(emissions, tags, scores, { lengths: [3, 4] })).toThrow(
    "lengths must be 2 whole numbers",
  );
  expect(() => viterbi(new Float32Array(7), numbers)).toThrow("7 emissions, 16 transitions");
});

describe("rules of tags that mark spans", () => {
  test("of BIO: an I- needs a beginning of its type before it", () => {
    const rules = spanRules(["O", "B-a", "I-a", "B-b", "I-b"])!;
    expect(rules.mayFollow("B-a", "I-a")).toBe(true);
    expect(rules.mayFollow("I-a", "I-a")).toBe(true);
    expect(rules.mayFollow("B-b", "I-a")).toBe(false);
    expect(rules.mayFollow("O", "I-a")).toBe(false);
    expect(rules.mayFollow("B-a", "B-a")).toBe(true);
    expect([rules.mayBegin("I-a"), rules.mayEnd("B-a")]).toEqual([false, true]);
  });

  test("of BIOES: what is begun has to end", () => {
    const rules = spanRules(["O", "B-a", "I-a", "E-a", "S-a"])!;
    expect(rules.mayFollow("B-a", "E-a")).toBe(true);
    expect(rules.mayFollow("B-a", "O")).toBe(false);
    expect(rules.mayFollow("E-a", "S-a")).toBe(true);
    expect(rules.mayFollow("S-a", "E-a")).toBe(false);
    expect([rules.mayEnd("B-a"), rules.mayEnd("E-a")]).toEqual([false, true]);
  });

  test("other tags have none, and a sequence keeps to rules or does not", () => {
    expect(spanRules(["NOUN", "VERB"])).toBe(undefined);
    expect(areSpanTags(["O"])).toBe(false);
    const rules = spanRules(["O", "B-a", "I-a"])!;
    expect(keepsTo(rules, ["O", "B-a", "I-a"])).toBe(true);
    expect(keepsTo(rules, ["O", "I-a"])).toBe(false);
  });

  test("a decoder with them takes the best path that keeps to them", () => {
    const tags = ["O", "B-a", "I-a"];
    const scores = { transitions: new Float64Array(9), start: new Float64Array(3), end: new Float64Array(3) };
    const emissions = [0, 0, 5, 1, 2, 0, 0, 0, 3];
    expect(viterbi(emissions, scores).tags).toEqual([2, 1, 2]);
    const constrained = constrainedScores(scores, tags, spanRules(tags)!);
    expect(viterbi(emissions, constrained).tags).toEqual([0, 1, 2]);
  });
});
