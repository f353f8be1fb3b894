// What a beam search may be asked for, what it tells on its way, and what it refuses.
import { type BeamSearchOptions, beamSearch, beamSearchEvents, type Hypothesis } from "unrolled/decode";
import { describe, expect, test } from "vitest";
import { randomTable, type Table, tableDecoder } from "./table-decoder.ts";

const END = 0;

describe("what may be a target", () => {
  const table = randomTable(5, 9);
  const search = async (options: Partial<BeamSearchOptions>): Promise<readonly Hypothesis[]> => {
    const { decoder } = tableDecoder(5, table);
    const [found] = await beamSearch(decoder, 1, { endId: END, maxLength: 6, beam: 4, nBest: 4, ...options });
    return found;
  };

  test("a forced prefix stands first and counts in the score", async () => {
    const found = await search({ prefixes: [[4, 4, 4]], noRepeatNgram: 1 });
    for (const { tokens } of found) expect([...tokens.subarray(0, 3)]).toEqual([4, 4, 4]);
    const { tokens, logProbability } = found[0];
    const sum = [...tokens, END].reduce(
      (total, token, at) => total + Math.log(table([...tokens.subarray(0, at)], 0)[token]),
      0,
    );
    expect(logProbability).toBeCloseTo(sum, 12);
  });

  test("forbidden tokens are in none, and no token twice where one may not repeat", async () => {
    const found = await search({ forbiddenIds: [2], noRepeatNgram: 1 });
    for (const { tokens } of found) {
      expect(tokens).not.toContain(2);
      expect(new Set(tokens).size).toBe(tokens.length);
    }
  });

  test("at the greatest length the end is forced, and said to be", async () => {
    const found = await search({ minLength: 6 });
    for (const { tokens, finishReason } of found) {
      expect(tokens.length).toBe(6);
      expect(finishReason).toBe("length");
    }
    expect((await search({})).some(({ finishReason }) => finishReason === "stop")).toBe(true);
  });

  test("without an end token all targets have the greatest length, each sentence its own", async () => {
    const { decoder } = tableDecoder(5, table);
    const found = await beamSearch(decoder, 2, { maxLength: [3, 5], beam: 3, nBest: 3 });
    expect(found.map((each) => each.map(({ tokens }) => tokens.length))).toEqual([
      [3, 3, 3],
      [5, 5, 5],
    ]);
  });
});

describe("attention", () => {
  // The first sentence has two places of its own, the third is padding. Token 1 looks at the first place, all others at the second.
  const looks = (before: readonly number[]) => (before.at(-1) === 1 ? [0.75, 0.25, 0] : [0.25, 0.75, 0]);
  const table: Table = (before) =>
    before.length === 0 ? [0, 0.4, 0.6] : before.length === 1 ? [0.6, 0.2, 0.2] : [1, 0, 0];
  const { decoder } = tableDecoder(3, table, looks);
  const withLengths = {
    ...decoder,
    start: (batch: number) => ({ ...decoder.start(batch), sourceLengths: [2] }),
  };

  test("each token has its row, the end token too, and padding is left out", async () => {
    const [[{ tokens, attention }]] = await beamSearch(withLengths, 1, { endId: END, maxLength: 4, beam: 2 });
    expect(attention?.length).toBe(tokens.length + 1);
    expect(attention?.map((row) => [...row])).toEqual([
      [0.25, 0.75],
      ...[...tokens].map((token) => (token === 1 ? [0.75, 0.25] : [0.25, 0.75])),
    ]);
  });

  test("the coverage penalty is Wu's, and prefers who has looked everywhere", async () => {
    const options = { endId: END, maxLength: 4, beam: 8, nBest: 6, stopping: "bound" } as const;
    const [plain] = await beamSearch(withLengths, 1, options);
    const [covering] = await beamSearch(withLengths, 1, { ...options, coveragePenalty: 2 });
    const penalty = (tokens: readonly number[]) => {
      const sums = [0, 0];
      for (const [at] of [...tokens, END].entries()) {
        const row = looks(tokens.slice(0, at));
        sums.forEach((_, place) => {
          sums[place] += row[place];
        });
      }
      return 2 * sums.reduce((total, sum) => total + Math.log(Math.min(sum, 1)), 0);
    };
    for (const { tokens, logProbability, score } of covering)
      expect(score).toBeCloseTo(logProbability + penalty([...tokens]), 6);
    expect([...plain[0].tokens]).toEqual([2]);
    expect([...covering[0].tokens]).toEqual([1]);
  });
});

describe("events", () => {
  const eventsOf = async (options: Partial<BeamSearchOptions>, seed: number) => {
    const { decoder } = tableDecoder(5, randomTable(5, seed));
    const told: number[][] = [[], [], []];
    const ends: (readonly Hypothesis[])[] = [];
    let beforeEnd = 0;
    for await (const event of beamSearchEvents(decoder, 3, { endId: END, maxLength: 8, ...options })) {
      if (event.type === "end") ends[event.sentence] = event.hypotheses;
      else {
        if (ends.length === 0) beforeEnd += 1;
        told[event.sentence].push(...event.tokens);
      }
    }
    return { told, ends, beforeEnd };
  };

  test("what was told together is the best hypothesis, whatever the beam", async () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      for (const options of [
        { beam: 1 },
        { beam: 3 },
        { beam: 5, stopping: "bound" as const, lengthPenalty: 1 },
      ]) {
        const { told, ends } = await eventsOf(options, seed);
        expect(told).toEqual(ends.map(([{ tokens }]) => [...tokens]));
      }
    }
  });

  test("a greedy search tells tokens one by one", async () => {
    const { decoder } = tableDecoder(3, (before) => (before.length < 3 ? [0, 1, 0] : [1, 0, 0]));
    const types: string[] = [];
    for await (const event of beamSearchEvents(decoder, 1, { endId: END, maxLength: 8 })) {
      types.push(event.type === "end" ? "end" : `${event.tokens.length}`);
    }
    expect(types).toEqual(["1", "1", "1", "end"]);
  });
});

describe("errors", () => {
  const { decoder } = tableDecoder(3, randomTable(3, 1));
  test.each<[Partial<BeamSearchOptions>, string]>([
    [{ beam: 0 }, "beam"],
    [{ nBest: 3, beam: 2 }, "nBest"],
    [{ endId: 3 }, "endId"],
    [{ maxLength: 0 }, "maxLength"],
    [{ maxLength: [4] }, "maxLength"],
    [{ minLength: 11 }, "minLength"],
    [{ prefixes: [[1], [END]] }, "prefix of sentence 1"],
    [{ prefixes: [[1], [7]] }, "prefixes"],
    [{ forbiddenIds: [END] }, "forbiddenIds"],
    [{ lengthPenalty: -1 }, "lengthPenalty"],
    [{ coveragePenalty: Number.NaN }, "coveragePenalty"],
    [{ forbiddenIds: [1, 2], minLength: 1 }, "no token is left"],
  ])("%o names %s", async (options, name) => {
    await expect(beamSearch(decoder, 2, { endId: END, maxLength: 10, ...options })).rejects.toThrow(name);
  });

  test("numbers that are no log probabilities are refused", async () => {
    const broken = tableDecoder(3, () => [0.2, 2, 0.1]).decoder;
    await expect(beamSearch(broken, 1, { endId: END, maxLength: 3 })).rejects.toMatchObject({
      code: "not-finite",
    });
  });

  test("a signal ends it", async () => {
    const signal = AbortSignal.abort();
    await expect(beamSearch(decoder, 2, { endId: END, maxLength: 3, signal })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
