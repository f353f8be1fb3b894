import { describe, expect, it } from "vitest";
import { Generator } from "../random/philox.ts";
import { shuffledDocuments } from "./shuffled-documents.ts";
import { tokenStreams } from "./streams.ts";
import { characterCut } from "./tokenizers/character-cut.ts";
import { codePoints } from "./tokenizers/code-points.ts";
import { type Tokens, tokensOf } from "./tokens.ts";

const count = (length: number) => Int32Array.from({ length }, (_, index) => index);
const all = (tokens: Tokens) => {
  const ids = new Int32Array(tokens.length);
  tokens.read(0, ids);
  return ids;
};

describe("tokensOf", () => {
  it("reads any part of what is in memory", () => {
    const tokens = tokensOf(count(10));
    const part = new Int32Array(3);
    tokens.read(7, part);
    expect([...part]).toEqual([7, 8, 9]);
    tokens.read(10, new Int32Array(0));
    expect(tokensOf(tokens)).toBe(tokens);
  });

  it.each([
    [8, 3],
    [-1, 3],
    [0.5, 3],
  ])("refuses to read beyond: %d, %d", (start, length) => {
    expect(() => tokensOf(count(10)).read(start, new Int32Array(length))).toThrow(
      `read: 3 tokens from ${start} on were asked for, but there are 10`,
    );
  });

  it("gives streams what an array gives them", () => {
    const [fromArray, fromTokens] = [count(101), tokensOf(count(101))].map((ids) => {
      const streams = tokenStreams(ids, 4, 7);
      return Array.from({ length: streams.sequencesPerEpoch }, (_, sequence) => {
        const [inputs, targets] = [new Int32Array(28), new Int32Array(28)];
        return [streams.batch(sequence, inputs, targets), ...inputs, ...targets];
      });
    });
    expect(fromTokens).toEqual(fromArray);
  });
});

describe("shuffledDocuments", () => {
  // Lengths 3, 0, 1, 5, … so that empty documents and starts off the anchors are among them.
  const lengths = Array.from({ length: 50 }, (_, document) => (document * 7 + 3) % 11);
  const starts = Float64Array.from(lengths, (_, document) =>
    lengths.slice(0, document).reduce((sum, length) => sum + length, 0),
  );
  const ids = count(lengths.reduce((sum, length) => sum + length, 0));
  const documentsOf = (tokens: ArrayLike<number>) => {
    const starting = new Map([...starts].map((start, document) => [start, lengths[document]] as const));
    const found: number[] = [];
    for (let at = 0; at < tokens.length; ) {
      const length = starting.get(tokens[at])!;
      for (let t = 0; t < length; t++) expect(tokens[at + t]).toBe(tokens[at] + t);
      found.push(tokens[at]);
      at += length;
    }
    return found;
  };

  it("keeps documents whole and has each once", () => {
    const found = documentsOf(all(shuffledDocuments(tokensOf(ids), starts, new Generator(1))));
    const inOrder = [...new Set(starts.filter((_, document) => lengths[document] > 0))];
    expect(found).not.toEqual(inOrder);
    expect(found.sort((left, right) => left - right)).toEqual(inOrder);
  });

  it("reads the same from anywhere", () => {
    const shuffled = shuffledDocuments(tokensOf(ids), starts, new Generator(2));
    const whole = all(shuffled);
    for (let start = 0; start < ids.length; start++) {
      for (const length of [0, 1, 13, ids.length - start]) {
        const part = new Int32Array(Math.min(length, ids.length - start));
        shuffled.read(start, part);
        expect(part).toEqual(whole.slice(start, start + part.length));
      }
    }
  });

  it("has an order of its own for each epoch, the same for the same seed", () => {
    const epoch = (seed: number, number: number) =>
      all(shuffledDocuments(tokensOf(ids), starts, new Generator(seed).fork(number))).join();
    expect(epoch(1, 0)).toBe(epoch(1, 0));
    expect(new Set([epoch(1, 0), epoch(1, 1), epoch(2, 0)]).size).toBe(3);
  });

  it("says which start is wrong", () => {
    const shuffle = (...of: number[]) =>
      shuffledDocuments(tokensOf(count(9)), Float64Array.from(of), new Generator(1));
    expect(() => shuffle(1, 5)).toThrow("documentStarts[0] is 1, needed 0");
    expect(() => shuffle(0, 5, 4)).toThrow("documentStarts[2] is 4, needed 5 to 9");
    expect(() => shuffle(0, 10)).toThrow("documentStarts[1] is 10, needed 0 to 9");
    expect(() => shuffle()).toThrow("documentStarts is empty");
  });
});

it("a cut parts no character", () => {
  expect([0, 1, 2, 3, 4].map((at) => characterCut("a😀b", at))).toEqual([0, 1, 1, 3, 4]);
  const bytes = new TextEncoder().encode("aé😀");
  expect(Array.from({ length: 8 }, (_, at) => characterCut(bytes, at))).toEqual([0, 1, 1, 3, 3, 3, 3, 7]);
});

it.each(["", "abc", "é→😀a", "\ud83d", "\ude00\ud83d", "😀\ud83d😀"])("counts code points: %j", (text) => {
  expect(codePoints(text)).toBe([...text].length);
  // Half a pair becomes U+FFFD in UTF-8, one code point too.
  expect(codePoints(new TextEncoder().encode(text))).toBe([...text].length);
});
