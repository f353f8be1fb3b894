import { describe, expect, it } from "vitest";
import { markovModel } from "../../test/markov-model.ts";
import type { TokenStream } from "../data/tokenizers/tokenizer.ts";
import { Generator } from "../random/philox.ts";
import { type PredictWordsOptions, predictWords, type WordPrediction } from "./predict-words.ts";

const ALPHABET = "?ab' .";
const stream = (): TokenStream => ({ push: (id) => ALPHABET[id], end: () => "" });
const ids = (text: string) => Array.from(text, (character) => ALPHABET.indexOf(character));

// Every two characters have a row of their own; "?" is the unknown token.
const generator = new Generator(6);
const rows = Array.from({ length: ALPHABET.length ** 2 }, () => {
  const weights = Array.from(ALPHABET, () => generator.uniformBetween(0.1, 1));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
});
const rowAfter = (history: readonly number[]) =>
  rows[(history.at(-2) ?? 0) * ALPHABET.length + history.at(-1)!];
const model = markovModel(ALPHABET.length, rowAfter);

/** The same by its definition: all continuations of one length, the first word of each that ends beyond the prompt. */
function enumerate(prompt: string, length: number): WordPrediction[] {
  const words = new Map<string, number>();
  const visit = (text: string, probability: number): void => {
    if (text.length < prompt.length + length) {
      const row = rowAfter(ids(text));
      for (let id = 1; id < row.length; id++)
        visit(text + ALPHABET[id], (probability * row[id]) / (1 - row[0]));
      return;
    }
    for (const match of text.matchAll(/[ab]+('[ab]+)*/g)) {
      const end = match.index + match[0].length;
      if (end <= prompt.length) continue;
      // Whether the word is over shows in what follows it: an apostrophe leaves it open until the next character.
      if (/^('?[^ab'])|^''/.test(text.slice(end)))
        words.set(match[0], (words.get(match[0]) ?? 0) + probability);
      return;
    }
  };
  visit(prompt, 1);
  return [...words]
    .map(([word, probability]) => ({ word, probability }))
    .sort((a, b) => b.probability - a.probability);
}

/** Words whose probabilities differ by rounding alone may come in either order. */
function expectEqual(found: readonly WordPrediction[], expected: readonly WordPrediction[]): void {
  const probabilities = new Map(found.map(({ word, probability }) => [word, probability]));
  expect([...probabilities.keys()].sort()).toEqual(expected.map(({ word }) => word).sort());
  for (const [i, { word, probability }] of expected.entries()) {
    const gap = Math.abs(probabilities.get(word)! / probability - 1);
    if (!(gap < 1e-5)) expect.fail(`${word}: found ${probabilities.get(word)}, exact ${probability}`);
    if (i > 0 && found[i].probability > found[i - 1].probability)
      expect.fail(`${found[i].word} comes too late`);
  }
}

const predict = (prompt: string, options: Partial<PredictWordsOptions>) =>
  predictWords(model, ids(prompt), { stream, forbiddenIds: [0], ...options });

describe("a beam wide enough to drop nothing", () => {
  for (const prompt of [".", "ab ", "ab", "a'", "a''", "ab'a", "b. '"]) {
    it(`finds every word after ${JSON.stringify(prompt)} with its exact probability`, async () => {
      const exact = enumerate(prompt, 6);
      const found = await predict(prompt, { maxLength: 6, beamWidth: 5 ** 6, top: 10_000 });
      expectEqual(found, exact);
      expect(exact.length).toBeGreaterThan(30);
    });
  }
});

it("finds the likeliest words with a narrow beam, none of them likelier than it is", async () => {
  const exact = enumerate("b ", 7);
  const found = await predict("b ", { top: 4, beamWidth: 24, maxLength: 7 });
  expect(found.map(({ word }) => word)).toEqual(exact.slice(0, 4).map(({ word }) => word));
  for (const beamWidth of [1, 3, 10]) {
    for (const { word, probability } of await predict("b ", { beamWidth, maxLength: 7 })) {
      const limit = exact.find((each) => each.word === word)!.probability;
      expect(probability).toBeLessThanOrEqual(limit * (1 + 1e-5));
    }
  }
});

it("changes no listed probability noticeably by leaving the hopeless aside", async () => {
  const all = await predict("a ", { top: 10_000, beamWidth: 3000, maxLength: 8 });
  const few = await predict("a ", { top: 5, beamWidth: 3000, maxLength: 8 });
  expectEqual(few, all.slice(0, 5));
});

/** A model over bytes from a table of what may follow which byte. */
const byteModel = (after: (last: number) => Record<string, number>) =>
  markovModel(256, (history) => {
    const row = new Array<number>(256).fill(0);
    for (const [byte, probability] of Object.entries(after(history.at(-1)!))) row[Number(byte)] = probability;
    return row;
  });
const byteStream = (): TokenStream => {
  const decoder = new TextDecoder();
  return { push: (id) => decoder.decode(Uint8Array.of(id), { stream: true }), end: () => decoder.decode() };
};
const SPACE = 0x20;
const A = 0x61;

it("puts bytes together: letters and boundaries of several bytes", async () => {
  // é is C3 A9, the dash — is E2 80 94.
  const bytes = byteModel((last) => {
    if (last === SPACE) return { [A]: 0.6, 195: 0.4 };
    if (last === 0xc3) return { 169: 1 };
    if (last === 0xe2) return { 128: 1 };
    if (last === 0x80) return { 148: 1 };
    if (last === 0x94) return { [SPACE]: 1 };
    return { [A]: 0.1, 195: 0.2, [SPACE]: 0.5, 226: 0.2 };
  });
  const exact: WordPrediction[] = [
    { word: "a", probability: 0.6 * 0.7 },
    { word: "é", probability: 0.4 * 0.7 },
    { word: "aé", probability: 0.6 * 0.2 * 0.7 },
    { word: "éé", probability: 0.4 * 0.2 * 0.7 },
  ];
  expectEqual(await predictWords(bytes, [SPACE], { stream: byteStream, top: 4 }), exact);
  // After "aé" the word is complete with probability 0.7, and then the words above follow; else it grows.
  const [first, second] = await predictWords(bytes, [A, 0xc3, 0xa9], { stream: byteStream });
  expectEqual(
    [first, second],
    [
      { word: "a", probability: 0.7 * 0.42 },
      { word: "é", probability: 0.7 * 0.28 },
    ],
  );
});

it("reads tokens that end within a character as far as they go", async () => {
  const pieces = [[SPACE], [A], [SPACE, 0xc3], [0xa9], [A, 0xc3]];
  const stream = (): TokenStream => {
    const decoder = new TextDecoder();
    return {
      push: (id) => decoder.decode(Uint8Array.from(pieces[id]), { stream: true }),
      end: () => decoder.decode(),
    };
  };
  const rows = [
    [0, 0.5, 0, 0, 0.5],
    [1, 0, 0, 0, 0],
    [0, 0, 0, 1, 0],
    [0.5, 0, 0.5, 0, 0],
    [0, 0, 0, 1, 0],
  ];
  const pairs = markovModel(pieces.length, (history) => rows[history.at(-1)!]);
  expectEqual(await predictWords(pairs, [0], { stream }), [
    { word: "a", probability: 0.5 },
    { word: "aé", probability: 0.5 },
  ]);
  expectEqual(await predictWords(pairs, [0, 4, 3], { stream }), [
    { word: "é", probability: 0.5 },
    { word: "a", probability: 0.25 },
    { word: "aé", probability: 0.25 },
  ]);
});

it("takes bytes that are no UTF-8 for a boundary", async () => {
  const bytes = byteModel((last) => (last === A ? { 195: 1 } : last === 0xc3 ? { [A]: 1 } : { [A]: 1 }));
  expectEqual(await predictWords(bytes, [SPACE], { stream: byteStream }), [{ word: "a", probability: 1 }]);
});

it("says what is wrong with its arguments, and stops when it is aborted", async () => {
  for (const name of ["top", "beamWidth", "maxLength"]) {
    await expect(predict("a", { [name]: 0 })).rejects.toThrow(
      `predictWords: ${name} is 0, needed an integer of at least 1`,
    );
  }
  await expect(predict("", {})).rejects.toThrow("predictWords: the prompt is empty");
  await expect(predict("a", { forbiddenIds: [9] })).rejects.toThrow("predictWords: forbiddenIds has 9");
  await expect(predict("a", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
});
