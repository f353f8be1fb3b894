import { describe, expect, it } from "vitest";
import { Generator, philox } from "./philox.ts";
import { Undrawn } from "./undrawn.ts";

const hex = (words: string): number[] => words.split(" ").map((each) => Number.parseInt(each, 16));

// From kat_vectors of the Random123 distribution: counter, key, result.
const knownAnswers = [
  ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
];

const draws = (generator: Generator, count: number): number[] =>
  Array.from({ length: count }, () => generator.bits());

describe("philox", () => {
  for (const [counter, key, result] of knownAnswers) {
    it(`gives Random123's answer for counter ${counter}`, () => {
      const out = new Uint32Array(4);
      philox(hex(counter) as [number, number, number, number], hex(key) as [number, number], out);
      expect([...out]).toEqual(hex(result));
    });
  }
});

describe("Generator", () => {
  it("starts with the words of counter 0 under the seed as key", () => {
    expect(draws(new Generator(0), 4)).toEqual(hex("6627e8d5 e169c58d bc57ac4c 9b00dbd8"));
    const out = new Uint32Array(4);
    philox([1, 0, 0, 0], [5, 2], out);
    expect(draws(new Generator(2 * 2 ** 32 + 5), 8).slice(4)).toEqual([...out]);
  });

  it("draws uniform numbers that float32 holds, with the mean and variance of [0, 1)", () => {
    const generator = new Generator(1);
    const count = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const value = generator.uniform();
      if (value !== Math.fround(value) || value < 0 || value >= 1) expect.fail(`draw ${i} is ${value}`);
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 / Math.sqrt(12 * count));
    expect(Math.abs(squares / count - mean * mean - 1 / 12)).toBeLessThan(0.002);
  });

  it("draws between two bounds", () => {
    const generator = new Generator(2);
    const values = Array.from({ length: 1000 }, () => generator.uniformBetween(-3, 5));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-3);
    expect(Math.min(...values)).toBeLessThan(-2.9);
    expect(Math.max(...values)).toBeLessThan(5);
    expect(Math.max(...values)).toBeGreaterThan(4.9);
  });

  it("draws integers without bias, where taking the remainder alone would favour the small ones", () => {
    const generator = new Generator(3);
    const n = 3 * 2 ** 30;
    const count = 30_000;
    let lowThird = 0;
    for (let i = 0; i < count; i++) if (generator.integer(n) < n / 3) lowThird++;
    expect(Math.abs(lowThird / count - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / count));
    expect(new Set(Array.from({ length: 100 }, () => generator.integer(5)))).toEqual(
      new Set([0, 1, 2, 3, 4]),
    );
    expect(generator.integer(1)).toBe(0);
  });

  it("forks streams that depend on seed and place alone and differ from one another", () => {
    const fresh = new Generator(7);
    const used = new Generator(7);
    draws(used, 13);
    expect(draws(used.fork(4), 8)).toEqual(draws(fresh.fork(4), 8));
    const streams = [
      fresh,
      fresh.fork(0),
      fresh.fork(1),
      fresh.fork(2 ** 32),
      fresh.fork(0).fork(0),
      fresh.fork(0).fork(1),
      fresh.fork(1).fork(0),
      new Generator(8).fork(0),
    ];
    const words = streams.flatMap((stream) => draws(stream, 100));
    expect(new Set(words).size).toBe(words.length);
  });

  it("takes a fork's key and stream from a block that no draw reaches", () => {
    const first = new Uint32Array(4);
    philox([3, 0x80000000, 0, 0], [1, 0], first);
    const second = new Uint32Array(4);
    philox([5, 0x80000000, first[2], first[3]], [first[0], first[1]], second);
    const drawn = new Uint32Array(4);
    philox([0, 0, second[2], second[3]], [second[0], second[1]], drawn);
    expect(draws(new Generator(1).fork(3).fork(5), 4)).toEqual([...drawn]);
  });

  it("draws every permutation equally often", () => {
    const generator = new Generator(4);
    const counts = new Map<string, number>();
    for (let trial = 0; trial < 6000; trial++) {
      const order = generator.permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["012", "021", "102", "120", "201", "210"]);
    // Six standard deviations of a binomial distribution are 173.
    for (const [order, count] of counts) expect(Math.abs(count - 1000), order).toBeLessThan(173);
    expect([...new Generator(1).permutation(50)].sort((a, b) => a - b)).toEqual(Array.from(Array(50).keys()));
    expect([...generator.permutation(1), ...generator.permutation(0)]).toEqual([0]);
  });

  it("refuses seeds, places and ranges that are not what it needs", () => {
    expect(() => new Generator(-1)).toThrow("Generator: seed is -1, needed an integer from 0 to 2^53 - 1");
    expect(() => new Generator(0.5)).toThrow("seed is 0.5");
    expect(() => new Generator(0).fork(Number.NaN)).toThrow("fork: place is NaN");
    expect(() => new Generator(0).permutation(-1)).toThrow("permutation: n is -1");
    expect(() => new Generator(0).integer(0)).toThrow("integer: n is 0, needed an integer from 1 to 2^32");
  });
});

it("numbers drawn evenly are those that uniform() draws, and of an undrawn generator there are none", () => {
  const numbers = new Generator(5).evenly(100, 0.25)!;
  const one = new Generator(5);
  expect(numbers).toEqual(Float32Array.from({ length: 100 }, () => (2 * one.uniform() - 1) * 0.25));
  expect(new Undrawn().evenly()).toBeUndefined();
});
