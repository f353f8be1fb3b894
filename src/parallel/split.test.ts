import { expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { splitEntries, splitJobs, splitRows } from "./split.ts";

const THREADS = [1, 2, 3, 4, 7, 16];

test.each(THREADS)(
  "rows on %i threads: all of them, the larger parts first, sizes that differ by at most one",
  (threads) => {
    for (let batch = 0; batch < 40; batch++) {
      const parts = splitRows(batch, threads);
      expect(parts.length).toBe(threads);
      expect(parts.reduce((sum, rows) => sum + rows, 0)).toBe(batch);
      expect(parts).toEqual([...parts].sort((left, right) => right - left));
      expect(parts[0] - parts[threads - 1]).toBeLessThanOrEqual(1);
    }
  },
);

test.each(THREADS)(
  "entries on %i threads: each once, cut at whole vectors, about as many for everyone",
  (threads) => {
    const random = new Generator(1);
    for (let round = 0; round < 200; round++) {
      const sizes = Array.from(
        { length: 1 + random.integer(12) },
        () => 1 + random.integer(round < 100 ? 60 : 5000),
      );
      const shares = splitEntries(sizes, threads);
      const owners = sizes.map((size) => new Uint8Array(size));
      for (const { index, from, to } of shares.flat()) {
        expect(from).toBeLessThan(to);
        expect(from % 16).toBe(0);
        expect(to === sizes[index] || to % 16 === 0).toBe(true);
        for (let entry = from; entry < to; entry++) owners[index][entry] += 1;
      }
      expect(owners.every((counts) => counts.every((count) => count === 1))).toBe(true);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const lengths = shares.map((ranges) => ranges.reduce((sum, { from, to }) => sum + to - from, 0));
      for (const length of lengths) expect(Math.abs(length - total / threads)).toBeLessThanOrEqual(32);
    }
  },
);

test.each(THREADS)(
  "jobs on %i threads: nobody has more than the least busy by more than one job",
  (threads) => {
    const random = new Generator(2);
    for (let round = 0; round < 100; round++) {
      const sizes = Array.from({ length: random.integer(20) }, () => 1 + random.integer(1000));
      const owners = splitJobs(sizes, threads);
      expect(owners.length).toBe(sizes.length);
      expect(splitJobs(sizes, threads)).toEqual(owners);
      const load = new Array<number>(threads).fill(0);
      for (const [job, thread] of owners.entries()) load[thread] += sizes[job];
      for (const [job, thread] of owners.entries())
        expect(load[thread] - sizes[job]).toBeLessThanOrEqual(Math.min(...load));
    }
  },
);
