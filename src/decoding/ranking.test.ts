import { expect, it } from "vitest";
import { Generator } from "../random/philox.ts";
import { Ranking } from "./ranking.ts";

function ranked(ranking: Ranking): number[] {
  const indices: number[] = [];
  for (let i = ranking.next(); i >= 0; i = ranking.next()) indices.push(i);
  return indices;
}

it("gives indices as a stable sort by falling weight does, without what is too light", () => {
  const generator = new Generator(1);
  const ranking = new Ranking(200);
  for (let size = 0; size <= 200; size += 9) {
    const weights = Float64Array.from({ length: size }, () => generator.integer(20) / 20 - 0.5);
    const indices = [...weights.keys()];
    for (const bound of [Number.NEGATIVE_INFINITY, 0, 0.3]) {
      ranking.fill(weights, size, bound);
      const expected = indices.filter((i) => weights[i] > bound);
      expect(ranked(ranking)).toEqual(expected.sort((a, b) => weights[b] - weights[a]));
    }
  }
});
