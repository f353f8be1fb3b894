import { expect, test } from "vitest";
import { SlowRank } from "./slow-rank.ts";

const ranks = { size: 3, hosts: ["a", "b", "c"] };

/** What is said over so many steps whose walks take so long. */
function saidOver(steps: number, walkMs: readonly number[], slow = new SlowRank(ranks)): string[] {
  const said: string[] = [];
  for (let step = 0; step < steps; step++) {
    slow.observe(walkMs);
    const note = slow.note();
    if (note !== undefined) said.push(note);
  }
  return said;
}

test("a rank that all others wait for is named once, with its machine", () => {
  expect(saidOver(500, [50, 51, 90])).toEqual([
    "rank 2 of 3 (on c) is slow, and all others wait for it: its part of a batch takes 90.0 ms, theirs 51.0 ms",
  ]);
});

test("nobody is named for a little, or for a few steps; another one is when it is its turn", () => {
  expect(saidOver(500, [50, 51, 60])).toEqual([]);
  expect(saidOver(20, [50, 51, 500])).toEqual([]);
  const slow = new SlowRank(ranks);
  expect(saidOver(100, [50, 51, 90], slow)).toHaveLength(1);
  expect(saidOver(100, [100, 51, 50], slow)[0]).toContain("rank 0 of 3 (on a)");
});
