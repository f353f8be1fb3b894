import { describe, expect, test } from "vitest";
import { Generator } from "../../random/philox.ts";
import type { PrefixScorer } from "../prefix-scorer.ts";
import { CtcBeamSearch, ctcBeamSearch } from "./beam-search.ts";
import { ctcBestPath } from "./best-path.ts";
import { ctcAlign } from "./ctc-align.ts";

const random = (seed: number, count: number, spread = 2) => {
  const generator = new Generator(seed);
  return Float64Array.from({ length: count }, () => generator.uniformBetween(-spread, spread));
};

/** ln p of each class at each step. */
function logSoftmax(logits: ArrayLike<number>, V: number): number[] {
  return Array.from(logits, (logit, at) => {
    const from = at - (at % V);
    const row = Array.from({ length: V }, (_, v) => logits[from + v]);
    return logit - Math.log(row.reduce((sum, each) => sum + Math.exp(each), 0));
  });
}

/** All paths of T steps by what they give: the sum and the best of their probabilities, by the definition. */
function allPaths(logits: ArrayLike<number>, V: number, blank: number) {
  const logs = logSoftmax(logits, V);
  const T = logits.length / V;
  const found = new Map<string, { sum: number; best: number; path: number[] }>();
  const visit = (path: number[], score: number): void => {
    if (path.length < T) {
      for (let v = 0; v < V; v++) visit([...path, v], score + logs[path.length * V + v]);
      return;
    }
    const ids = path.filter((v, t) => v !== blank && v !== path[t - 1]);
    const key = ids.join(" ");
    const so = found.get(key) ?? { sum: 0, best: Number.NEGATIVE_INFINITY, path };
    so.sum += Math.exp(score);
    if (score > so.best) Object.assign(so, { best: score, path });
    found.set(key, so);
  };
  visit([], 0);
  return found;
}

/** A model of pairs: ln of what a token adds after another, −∞ for one pair. */
function pairScorer(V: number, seed: number): PrefixScorer<number> {
  const scores = random(seed, (V + 1) * V);
  scores[2 * V + 1] = Number.NEGATIVE_INFINITY;
  return {
    start: () => V,
    score: (before, id) => scores[before * V + id],
    next: (_, id) => id,
    end: (before) => (before === 1 ? -0.3 : 0.1),
  };
}

const scoreOf = (scorer: PrefixScorer<number>, ids: readonly number[]) => {
  let [state, total] = [scorer.start(), 0];
  for (const id of ids) {
    total += scorer.score(state, id);
    state = scorer.next(state, id);
  }
  return total + scorer.end(state);
};

describe.each([0, 1, 3])("of 4 classes, %i the blank", (blank) => {
  const [V, T] = [4, 6];
  const options = { vocabularySize: V, blank, leastProbability: 0 };
  const seeds = Array.from({ length: 8 }, (_, seed) => seed);

  test.each(seeds)(
    "a beam that holds everything gives each sequence the sum over its paths (seed %i)",
    (seed) => {
      const logits = random(seed, T * V);
      const paths = allPaths(logits, V, blank);
      const found = ctcBeamSearch(logits, { ...options, beamWidth: 5000, nBest: 5000 });
      expect(found.length).toBe(paths.size);
      for (const { tokenIds, score, ctcScore } of found) {
        expect(score).toBeCloseTo(Math.log(paths.get(tokenIds.join(" "))!.sum), 10);
        expect(ctcScore).toBe(score);
      }
      expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
    },
  );

  test.each(seeds)("scorers add what they say to each sequence, and forbid with −∞ (seed %i)", (seed) => {
    const logits = random(seed, T * V);
    const paths = allPaths(logits, V, blank);
    const scorers = [pairScorer(V, seed), pairScorer(V, seed + 100)];
    const found = ctcBeamSearch(logits, { ...options, scorers, beamWidth: 5000, nBest: 5000 });
    const wanted = [...paths]
      .map(([key, { sum }]) => {
        const ids = key === "" ? [] : key.split(" ").map(Number);
        return { key, ctc: Math.log(sum), added: scoreOf(scorers[0], ids) + scoreOf(scorers[1], ids) };
      })
      .filter(({ added }) => added > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.ctc + b.added - a.ctc - a.added);
    expect(found.map(({ tokenIds }) => tokenIds.join(" "))).toEqual(wanted.map(({ key }) => key));
    for (const [place, { score, ctcScore }] of found.entries()) {
      expect(score).toBeCloseTo(wanted[place].ctc + wanted[place].added, 10);
      expect(ctcScore).toBeCloseTo(wanted[place].ctc, 10);
    }
  });

  test.each(seeds)(
    "the best path of known tokens, and the best of all, are those of all paths (seed %i)",
    (seed) => {
      const logits = random(seed, T * V);
      const paths = allPaths(logits, V, blank);
      let best = Number.NEGATIVE_INFINITY;
      for (const [key, { best: score, path }] of paths) {
        const ids = key === "" ? [] : key.split(" ").map(Number);
        const aligned = ctcAlign(logits, ids, options);
        expect(aligned.score).toBeCloseTo(score, 10);
        const drawn: number[] = new Array(T).fill(blank);
        for (const [u, { start, end }] of aligned.spans.entries()) drawn.fill(ids[u], start, end);
        expect(drawn).toEqual(path);
        best = Math.max(best, score);
      }
      const path = ctcBestPath(logits, options);
      expect(path.score).toBeCloseTo(best, 10);
      expect(ctcAlign(logits, path.tokenIds, options).spans).toEqual(path.spans);
    },
  );
});

test("a narrow beam never gives a sequence more than all its paths, and finds the best of 300 steps as a wide one does", () => {
  const V = 12;
  const logits = random(5, 300 * V, 6);
  const [narrow] = ctcBeamSearch(logits, { vocabularySize: V, beamWidth: 8 });
  const [wide] = ctcBeamSearch(logits, { vocabularySize: V, beamWidth: 200, leastProbability: 0 });
  expect(narrow.score).toBeLessThanOrEqual(wide.score);
  expect(narrow.score).toBeGreaterThan(wide.score - 30);
});

test.each([
  ["small", []],
  ["large", [pairScorer(9, 2), { ...pairScorer(9, 3), score: () => 3 }]],
])(
  "steps in pieces give what all at once give, to the bit, however %s probabilities become",
  (_, scorers) => {
    const V = 9;
    const logits = random(6, 2000 * V, 4);
    const options = { vocabularySize: V, blank: 4, nBest: 5, scorers };
    const whole = ctcBeamSearch(logits, options);
    const search = new CtcBeamSearch(options);
    const generator = new Generator(7);
    for (let t = 0; t < 2000; ) {
      const steps = generator.integer(50);
      search.push(logits.slice(t * V, (t + steps) * V));
      t += steps;
    }
    expect(search.steps).toBe(2000);
    expect(search.hypotheses()).toEqual(whole);
    expect(Math.abs(whole[0].score)).toBeGreaterThan(1000);
    search.reset();
    search.push(logits);
    expect(search.hypotheses()).toEqual(whole);
  },
);

test("no step gives the empty sequence, with certainty", () => {
  expect(ctcBeamSearch([], { vocabularySize: 3 })).toEqual([{ tokenIds: [], score: 0, ctcScore: 0 }]);
  expect(ctcBestPath([], { vocabularySize: 3 })).toEqual({ tokenIds: [], spans: [], score: 0 });
});

test("where scorers forbid everything, nothing is found", () => {
  const never: PrefixScorer<null> = {
    start: () => null,
    score: () => Number.NEGATIVE_INFINITY,
    next: () => null,
    end: () => Number.NEGATIVE_INFINITY,
  };
  expect(ctcBeamSearch(random(1, 12), { vocabularySize: 3, scorers: [never] })).toEqual([]);
});

test("wrong arguments are told by name", () => {
  expect(() => ctcBeamSearch([1, 2, 3], { vocabularySize: 2 })).toThrow(/ctcBeamSearch: logits is 3 numbers/);
  expect(() => ctcBeamSearch([1, 2], { vocabularySize: 2, blank: 2 })).toThrow(/blank is 2/);
  expect(() => ctcBeamSearch([1, 2], { vocabularySize: 2, beamWidth: 0 })).toThrow(/beamWidth is 0/);
  expect(() => ctcBeamSearch([1, 2], { vocabularySize: 2, leastProbability: 1 })).toThrow(
    /leastProbability is 1/,
  );
  expect(() => ctcBeamSearch([1, Number.NaN], { vocabularySize: 2 })).toThrow(/step 0 is NaN at class 1/);
  expect(() => ctcAlign([1, 2, 1, 2], [1, 1], { vocabularySize: 2 })).toThrow(
    "2 tokens need 3 steps, the logits have 2",
  );
  expect(() => ctcAlign([1, 2], [0], { vocabularySize: 2 })).toThrow(/token 0 is 0/);
  expect(() => ctcAlign([0, Number.NEGATIVE_INFINITY], [1], { vocabularySize: 2 })).toThrow(/impossible/);
});
