import { describe, expect, it } from "vitest";
import { Generator } from "../random/philox.ts";
import { Sampler, type SamplingOptions, sampleToken } from "./sampler.ts";

const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, (p) => Math.log(p));

/** Draws many tokens and names the first whose share is not what it should be, by more than 4.5 standard errors. */
function expectShares(
  logits: Float32Array,
  options: SamplingOptions,
  shares: readonly number[],
  history: readonly number[] = [],
): void {
  const count = 40_000;
  const generator = new Generator(11);
  const sampler = new Sampler(logits.length, options);
  const found = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < count; i++) found[sampler.sample(logits, generator, history)]++;
  for (const [id, share] of shares.entries()) {
    const tolerance = 4.5 * Math.sqrt((share * (1 - share)) / count);
    const gap = Math.abs(found[id] / count - share);
    if (!(gap <= tolerance)) expect.fail(`token ${id}: drawn ${found[id] / count}, probability ${share}`);
  }
}

describe("sampling", () => {
  const logits = logitsOf([0.1, 0.4, 0.05, 0.3, 0.15]);

  it("follows the softmax of the logits", () => {
    expectShares(logits, { temperature: 1 }, [0.1, 0.4, 0.05, 0.3, 0.15]);
  });

  it("divides the logits by the temperature", () => {
    const squares = [0.01, 0.16, 0.0025, 0.09, 0.0225];
    const sum = squares.reduce((a, b) => a + b);
    expectShares(
      logits,
      { temperature: 0.5 },
      squares.map((p) => p / sum),
    );
  });

  it("has temperature 0.8 where none is given", () => {
    const powers = [0.1, 0.4, 0.05, 0.3, 0.15].map((p) => p ** 1.25);
    const sum = powers.reduce((a, b) => a + b);
    expectShares(
      logits,
      {},
      powers.map((p) => p / sum),
    );
  });

  it("keeps the k likeliest", () => {
    expectShares(logits, { temperature: 1, topK: 3 }, [0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85]);
    expectShares(logits, { temperature: 1, topK: 99 }, [0.1, 0.4, 0.05, 0.3, 0.15]);
    expectShares(logitsOf([0.2, 0.4, 0.2, 0.2]), { temperature: 1, topK: 2 }, [1 / 3, 2 / 3, 0, 0]);
  });

  it("applies the temperature before top-k and top-p", () => {
    expectShares(logits, { temperature: 0.5, topK: 2 }, [0, 0.16 / 0.25, 0, 0.09 / 0.25, 0]);
    // Of the squares, which sum to 0.285, the first two tokens hold 0.88; of the probabilities only 0.7.
    expectShares(logits, { temperature: 0.5, topP: 0.85 }, [0, 0.16 / 0.25, 0, 0.09 / 0.25, 0]);
  });

  it("keeps the fewest tokens that hold the share p", () => {
    expectShares(logits, { temperature: 1, topP: 0.6 }, [0, 4 / 7, 0, 3 / 7, 0]);
    expectShares(logits, { temperature: 1, topP: 0.75 }, [0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85]);
    expectShares(logits, { temperature: 1, topP: 0.01 }, [0, 1, 0, 0, 0]);
  });

  it("takes the share p of what top-k left", () => {
    // Of all, 0.6 would need two tokens; of the two likeliest, the first alone holds 4/7 < 0.6 but not less than 0.55.
    expectShares(logits, { temperature: 1, topK: 2, topP: 0.55 }, [0, 1, 0, 0, 0]);
    expectShares(logits, { temperature: 1, topK: 2, topP: 0.6 }, [0, 4 / 7, 0, 3 / 7, 0]);
  });

  it("drops what is less likely than min-p times the likeliest", () => {
    const expected = [0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85];
    expectShares(logits, { temperature: 1, minP: 0.3 }, expected);
    expectShares(logits, { temperature: 1, minP: 0.3, topK: 4 }, expected);
    expectShares(logits, { temperature: 1, minP: 0.3, topP: 0.99 }, expected);
    expectShares(logits, { temperature: 1, minP: 1 }, [0, 1, 0, 0, 0]);
  });

  it("penalises each token that has occurred once, whatever the sign of its logit", () => {
    const signed = Float32Array.from([1, -1, 0.5, 0]);
    const weights = [Math.exp(1 / 2), Math.exp(-2), Math.exp(0.5), 1];
    const sum = weights.reduce((a, b) => a + b);
    const shares = weights.map((w) => w / sum);
    expectShares(signed, { temperature: 1, repetitionPenalty: 2 }, shares, [0, 1, 0, 1, 1]);
  });

  it("never draws a forbidden token, greedy or not, occurred or not", () => {
    const forbiddenIds = [1];
    expectShares(logits, { temperature: 1, forbiddenIds }, [1 / 6, 0, 0.05 / 0.6, 0.5, 0.25]);
    expectShares(
      logits,
      { temperature: 1, forbiddenIds, repetitionPenalty: 1e-9 },
      [2 / 3, 0, 0.1 / 3, 0.2, 0.1],
      [0, 1],
    );
    expect(sampleToken(logits, { temperature: 0, forbiddenIds }, new Generator(0))).toBe(3);
  });

  it("is greedy at temperature 0, the penalty included, and takes the first of equals", () => {
    const generator = new Generator(0);
    expect(sampleToken(logits, { temperature: 0 }, generator)).toBe(1);
    expect(sampleToken(logits, { temperature: 0, repetitionPenalty: 2 }, generator, [1])).toBe(3);
    expect(sampleToken(Float32Array.from([0, 2, 2]), { temperature: 0 }, generator)).toBe(1);
    expect(generator.bits()).toBe(new Generator(0).bits());
  });

  it("survives logits and temperatures at the ends of their range", () => {
    const generator = new Generator(5);
    const extreme = Float32Array.from([-3e38, 3e38, Number.NEGATIVE_INFINITY]);
    for (const options of [{ temperature: 1e-300 }, { temperature: 1e300, topK: 1 }, { topP: 1e-9 }]) {
      expect(sampleToken(extreme, options, generator)).toBe(1);
    }
  });

  it("filters ten thousand tokens as a full sort would", () => {
    const size = 10_000;
    const generator = new Generator(3);
    const large = Float32Array.from({ length: size }, () => generator.uniformBetween(-12, 4));
    const order = [...large.keys()].sort((a, b) => large[b] - large[a] || a - b);
    const weights = order.map((id) => Math.exp(large[id]));
    const sum = weights.reduce((a, b) => a + b);
    let mass = 0;
    const nucleus = order.filter((_, i) => {
      const inside = mass < 0.3 * sum;
      mass += weights[i];
      return inside;
    });
    for (const [options, allowed] of [
      [{ temperature: 1, topK: 40 }, order.slice(0, 40)],
      [{ temperature: 1, topP: 0.3 }, nucleus],
    ] as const) {
      const sampler = new Sampler(size, options);
      const drawn = new Set(Array.from({ length: 3_000 }, () => sampler.sample(large, generator)));
      const outside = [...drawn].filter((id) => !allowed.includes(id));
      expect(outside).toEqual([]);
      expect(drawn.size).toBe(allowed.length);
    }
  });
});

describe("errors", () => {
  const cases: [SamplingOptions, string][] = [
    [{ temperature: -1 }, "sampleToken: temperature is -1, needed a number of at least 0"],
    [{ temperature: Number.NaN }, "temperature is NaN"],
    [{ temperature: Number.POSITIVE_INFINITY }, "temperature is Infinity"],
    [{ topK: 1.5 }, "sampleToken: topK is 1.5, needed an integer of at least 0"],
    [{ topK: -1 }, "topK is -1"],
    [{ topP: 0 }, "sampleToken: topP is 0, needed a number above 0 and at most 1"],
    [{ topP: 1.1 }, "topP is 1.1"],
    [{ minP: -0.1 }, "sampleToken: minP is -0.1, needed a number from 0 to 1"],
    [{ repetitionPenalty: 0 }, "sampleToken: repetitionPenalty is 0, needed a number above 0"],
    [{ forbiddenIds: [3] }, "sampleToken: forbiddenIds has 3, needed token ids from 0 to 2"],
    [{ forbiddenIds: [0, 1, 2] }, "sampleToken: no token is left to choose from"],
    [{ forbiddenIds: [0, 1, 2], temperature: 0 }, "no token is left"],
  ];
  for (const [options, message] of cases) {
    it(`says ${message}`, () => {
      expect(() => sampleToken(new Float32Array(3), options, new Generator(0))).toThrow(message);
    });
  }

  it("says which logit is not a number", () => {
    const logits = Float32Array.from([0, Number.NaN]);
    for (const temperature of [0, 1]) {
      expect(() => sampleToken(logits, { temperature }, new Generator(0))).toThrow(
        "the logit of token 1 is NaN",
      );
    }
    expect(() => sampleToken(Float32Array.of(Number.POSITIVE_INFINITY), {}, new Generator(0))).toThrow(
      "is Infinity",
    );
  });

  it("says when logits or history do not fit the vocabulary", () => {
    const sampler = new Sampler(3, { repetitionPenalty: 2 });
    expect(() => sampler.sample(new Float32Array(4), new Generator(0))).toThrow("4 logits came, needed 3");
    expect(() => sampler.sample(new Float32Array(3), new Generator(0), [7])).toThrow("history has 7");
  });
});
