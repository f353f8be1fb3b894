// Same seed, backend and number of threads: the same bits after a thousand steps, and no more memory than at first.
import { expect, test } from "vitest";
import { batchesOf, numbersOf, openSmallTeam, type SmallTeamOptions, steps } from "./small-team.ts";

/** Losses and all numbers in the end. */
async function trained(options: SmallTeamOptions, count: number) {
  const team = await openSmallTeam(options);
  try {
    const losses = (await steps(team, count)).map(({ loss }) => loss);
    return { losses, numbers: await numbersOf(team) };
  } finally {
    team.close();
  }
}

const SHORT = [
  { threads: 3, backend: "wasm", count: 100 },
  { threads: 2, backend: "auto", count: 100 },
] as const;
const LONG = [
  { threads: 2, backend: "wasm", count: 1000 },
  { threads: 3, backend: "auto", count: 1000 },
] as const;

test.each(SHORT)("$count steps on $threads threads, $backend", isRepeated);
test.each(LONG)("$count steps on $threads threads, $backend", { tags: "long" }, isRepeated);

async function isRepeated({ count, ...options }: (typeof SHORT | typeof LONG)[number]): Promise<void> {
  const first = await trained(options, count);
  const again = await trained(options, count);
  expect(again.losses).toEqual(first.losses);
  for (const [name, numbers] of first.numbers) expect(again.numbers.get(name), name).toEqual(numbers);
  expect(first.losses.every(Number.isFinite)).toBe(true);
  expect(first.losses.at(-1)).toBeLessThan(first.losses[0] - 0.2);
}

test("a thousand steps of changing length, with evaluations, take no more memory than the first few hundred", async () => {
  const team = await openSmallTeam({ threads: 2, tied: true });
  try {
    const lengths = [3, 5, 4, 9, 2].map((length) => batchesOf(5, length));
    const bytesAfter = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        for (const batches of lengths) await steps(team, 1, batches);
        // Copies that training does not use: they are shared with nobody.
        if (round % 3 === 0) await team.replica.model.eval().train().stateDict();
      }
      // Where nobody has taken room beyond is the second word of the memory.
      return Atomics.load(new Int32Array(team.device.heap.memory.buffer, 0, 2), 1) * 64;
    };
    const first = await bytesAfter(60);
    expect(await bytesAfter(200)).toBe(first);
  } finally {
    team.close();
  }
});
