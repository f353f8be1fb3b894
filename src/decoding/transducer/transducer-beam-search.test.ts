import { describe, expect, test } from "vitest";
import { Generator } from "../../random/philox.ts";
import type { PrefixScorer } from "../prefix-scorer.ts";
import { TransducerBeamSearch, transducerBeamSearch } from "./transducer-beam-search.ts";
import type { TransducerStepper } from "./transducer-stepper.ts";

const random = (seed: number, count: number, spread: number) => {
  const generator = new Generator(seed);
  return Float32Array.from({ length: count }, () => generator.uniformBetween(-spread, spread));
};

/** A transducer whose prediction depends on the last two tokens, joined by addition, with likely blanks; its logits are reused as a network's are. */
function additive(V: number, blank: number, seed: number): TransducerStepper<readonly number[]> {
  const rows = random(seed, (V + 1) ** 2 * V, 1.5);
  const logits = new Float32Array(V);
  return {
    vocabularySize: V,
    blank,
    encodedSize: V,
    start: () => [V, V],
    next: ([, last], tokenId) => [last, tokenId],
    join: (encoded, [one, two]) => {
      for (let v = 0; v < V; v++)
        logits[v] = encoded[v] + rows[((V + 1) * one + two) * V + v] + (v === blank ? 3 : 0);
      return logits;
    },
  };
}

/** ln of a sequence's probability over all alignments, by the lattice of T × (U + 1) places. */
function latticeScore(
  stepper: TransducerStepper<readonly number[]>,
  encoded: Float32Array,
  ids: readonly number[],
): number {
  const V = stepper.vocabularySize;
  const T = encoded.length / V;
  const states = [stepper.start()];
  for (const id of ids) states.push(stepper.next(states.at(-1)!, id));
  const share = (t: number, u: number, v: number) => {
    const logits = Array.from(stepper.join(encoded.subarray(t * V, (t + 1) * V), states[u]));
    return Math.exp(logits[v]) / logits.reduce((sum, each) => sum + Math.exp(each), 0);
  };
  const alphas = Array.from({ length: T }, () => new Float64Array(ids.length + 1));
  for (let t = 0; t < T; t++)
    for (let u = 0; u <= ids.length; u++) {
      if (t + u === 0) alphas[0][0] = 1;
      if (t > 0) alphas[t][u] += alphas[t - 1][u] * share(t - 1, u, stepper.blank);
      if (u > 0) alphas[t][u] += alphas[t][u - 1] * share(t, u - 1, ids[u - 1]);
    }
  return Math.log(alphas[T - 1][ids.length] * share(T - 1, ids.length, stepper.blank));
}

/** All sequences of up to so many tokens. */
function* sequences(V: number, blank: number, longest: number): IterableIterator<number[]> {
  const open: number[][] = [[]];
  for (const ids of open) {
    yield ids;
    if (ids.length < longest) for (let v = 0; v < V; v++) if (v !== blank) open.push([...ids, v]);
  }
}
const scorer: PrefixScorer<number> = {
  start: () => -1,
  score: (before, id) => (before === 1 && id === 2 ? Number.NEGATIVE_INFINITY : id === before ? 0.1 : -0.4),
  next: (_, id) => id,
  end: (before) => (before === 2 ? -1 : 0.25),
};
const scoreOf = (ids: readonly number[]) => {
  let [state, total] = [scorer.start(), 0];
  for (const id of ids) {
    total += scorer.score(state, id);
    state = scorer.next(state, id);
  }
  return total + scorer.end(state);
};

describe.each([0, 2])("of 3 classes, %i the blank", (blank) => {
  const [V, T] = [3, 4];
  const wide = { beamWidth: 400, nBest: 12, leastProbability: 0, maxTokensPerStep: 12 };

  test.each([1, 2, 3, 4, 5])(
    "a wide beam finds the best sequences, each with the sum over its alignments (seed %i)",
    (seed) => {
      const stepper = additive(V, blank, seed);
      const encoded = random(seed + 50, T * V, 2);
      const all = [...sequences(V, blank, 8)]
        .map((ids) => ({ ids, score: latticeScore(stepper, encoded, ids) }))
        .sort((one, other) => other.score - one.score);
      const found = transducerBeamSearch(stepper, encoded, wide);
      expect(found.map(({ tokenIds }) => tokenIds)).toEqual(all.slice(0, 12).map(({ ids }) => ids));
      for (const [place, { score, transducerScore, steps }] of found.entries()) {
        expect(score).toBeCloseTo(all[place].score, 6);
        expect(transducerScore).toBe(score);
        expect(steps.every((step, u) => step < T && step >= (steps[u - 1] ?? 0))).toBe(true);
      }
    },
  );

  test.each([1, 2, 3])("scorers add what they say, and forbid with −∞ (seed %i)", (seed) => {
    const stepper = additive(V, blank, seed);
    const encoded = random(seed + 50, T * V, 2);
    const all = [...sequences(V, blank, 8)]
      .map((ids) => ({ ids, own: latticeScore(stepper, encoded, ids), added: scoreOf(ids) }))
      .filter(({ added }) => added > Number.NEGATIVE_INFINITY)
      .sort((one, other) => other.own + other.added - one.own - one.added);
    const found = transducerBeamSearch(stepper, encoded, { ...wide, scorers: [scorer], nBest: 5 });
    expect(found.map(({ tokenIds }) => tokenIds)).toEqual(all.slice(0, 5).map(({ ids }) => ids));
    for (const [place, { score, transducerScore }] of found.entries()) {
      expect(score).toBeCloseTo(all[place].own + all[place].added, 5);
      expect(transducerScore).toBeCloseTo(all[place].own, 5);
    }
  });
});

test("steps in pieces give what all at once give, to the bit", () => {
  const [V, T] = [6, 1000];
  const stepper = additive(V, 0, 9);
  const encoded = random(8, T * V, 3);
  const options = { beamWidth: 5, nBest: 5 };
  const whole = transducerBeamSearch(stepper, encoded, options);
  const search = new TransducerBeamSearch(stepper, options);
  const generator = new Generator(3);
  for (let t = 0; t < T; ) {
    const steps = generator.integer(20);
    search.push(encoded.subarray(t * V, Math.min(T, t + steps) * V));
    t += steps;
  }
  expect(search.steps).toBe(T);
  expect(search.hypotheses()).toEqual(whole);
  expect(whole[0].score).toBeLessThan(-150);
  expect(whole.length).toBe(5);
  search.reset();
  search.push(encoded);
  expect(search.hypotheses()).toEqual(whole);
});

test("a token's step is the one that it is given in", () => {
  // Three steps: a blank, token 1, a blank, each all but certain; the prediction says nothing.
  const certain = {
    ...additive(3, 0, 1),
    join: (encoded: Float32Array, [, last]: readonly number[]) =>
      last === 3 ? encoded : Float32Array.of(20, 0, 0),
  };
  const encoded = Float32Array.of(9, 0, 0, 0, 9, 0, 9, 0, 0);
  const [{ tokenIds, steps }] = transducerBeamSearch(certain, encoded);
  expect([tokenIds, steps]).toEqual([[1], [1]]);
});

test("by ln p / length a longer sequence can be the best", () => {
  const say = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log);
  // Nothing has p 0.5, "1" 0.3, and "1 2" 0.2.
  const rows = [say([0.5, 0.5, 0]), say([0.6, 0, 0.4]), say([1, 0, 0])];
  const stepper = {
    ...additive(3, 0, 1),
    next: (said: readonly number[]) => [...said, 0],
    join: (_: Float32Array, said: readonly number[]) => rows[said.length - 2],
  };
  const found = (lengthNormalized: boolean) =>
    transducerBeamSearch(stepper, new Float32Array(3), { lengthNormalized, nBest: 3 });
  expect(found(false).map(({ tokenIds }) => tokenIds)).toEqual([[], [1], [1, 2]]);
  expect(found(true).map(({ tokenIds }) => tokenIds)).toEqual([[], [1, 2], [1]]);
  expect(found(true)[1].score).toBeCloseTo(Math.log(0.2), 6);
});

test("wrong arguments are told by name", () => {
  const stepper = additive(3, 0, 2);
  const search = (options: object) => () => transducerBeamSearch(stepper, new Float32Array(3), options);
  expect(search({ beamWidth: 0 })).toThrow(/transducerBeamSearch: beamWidth is 0/);
  expect(search({ maxTokensPerStep: 0.5 })).toThrow(/maxTokensPerStep is 0.5/);
  expect(search({ leastProbability: -1 })).toThrow(/leastProbability is -1/);
  expect(() => transducerBeamSearch(stepper, new Float32Array(4))).toThrow(
    /encoded is 4 numbers, needed 3 for each step/,
  );
  expect(() => transducerBeamSearch(stepper, Float32Array.of(1, Number.NaN, 2))).toThrow(/NaN at class 1/);
});
