// A corpus from files is what the text in memory is: the same vocabulary, ids, split, batches and figures.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Generator, openDevice, trainTokenizer } from "unrolled";
import { type TokenizerKind, tokenizerFromJSON, tokenStreams } from "unrolled/data";
import { resolveSettings } from "unrolled/training";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareCorpus } from "../src/data/corpus/prepare-corpus.ts";
import { textSources } from "../src/data/corpus/text-source.ts";
import { openTokens } from "../src/data/token-file.ts";
import type { TokenFileRef } from "../src/data/token-file-ref.ts";
import { characterCut } from "../src/data/tokenizers/character-cut.ts";
import * as browser from "../src/platform/browser.ts";
import { estimate, score, scoredText } from "../src/tasks/language/evaluation/evaluate.ts";
import { configFor, encodeText } from "../src/tasks/language/model-config.ts";
import { splitText } from "../src/tasks/language/split-text.ts";
import { languageNetwork } from "./language-parts.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unrolled-identity-"));
});
afterAll(() => rm(folder, { recursive: true }));

const WORDS =
  "was it don't → é 😀 𝒳 中文 हिन्दी e\u0301t \n \r\n\r\n , . 42 «x» Unbelievably_long_words_are_here".split(
    " ",
  );
const random = new Generator(3);
const TEXT = Array.from({ length: 50_000 }, () => WORDS[random.integer(WORDS.length)]).join(" ");
const BYTES = Uint8Array.from({ length: 5001 }, () => random.integer(256));

const KINDS = ["char", "word", "whitespace", "byte", "bpe"] as const;
/** Bytes read at once, and units of text: the longer ones are encoded in several parts. */
const CASES = [
  [3, 3000],
  [61, 20_000],
  [4096, TEXT.length],
  [1 << 20, TEXT.length],
] as const;

const corpusOf = async (
  text: string | Uint8Array,
  settings: { readonly tokenizer: TokenizerKind; readonly valFraction: number },
  chunkBytes: number,
) => {
  await writeFile(join(folder, "text.txt"), text);
  return prepareCorpus({
    sources: await textSources([join(folder, "text.txt")]),
    valFraction: settings.valFraction,
    tokenizer: { kind: settings.tokenizer },
    cacheFolder: join(folder, `cache-${chunkBytes}`),
    chunkBytes,
  });
};

const idsOf = (ref: TokenFileRef | null) => {
  const tokens = openTokens(ref as TokenFileRef);
  const ids = new Int32Array(tokens.length);
  tokens.read(0, ids);
  return ids;
};

/** Where two rows of ids differ first, in words; "" if they do not. Vitest's own comparison takes seconds for this many. */
const difference = (found: Int32Array, needed: Int32Array) => {
  if (found.length !== needed.length) return `${found.length} ids, needed ${needed.length}`;
  const at = found.findIndex((id, index) => id !== needed[index]);
  return at < 0 ? "" : `ids[${at}]: ${found[at]}, needed ${needed[at]}`;
};

describe.each(KINDS)("with the %s tokenizer", (tokenizer) => {
  it.each(CASES)(
    "a text in chunks of %d bytes has the vocabulary and ids of the whole",
    async (chunkBytes, units) => {
      const whole = TEXT.slice(0, characterCut(TEXT, units));
      // Shares whose cuts fall into pairs, words and lines.
      for (const valFraction of [0.1, 0.10101, 0.4142, 0]) {
        const data = { text: tokenizer === "byte" ? new TextEncoder().encode(whole) : whole };
        const { text, validation } = splitText(data, resolveSettings({ valFraction }));
        const learned = trainTokenizer({ kind: tokenizer, text: typeof text === "string" ? text : "" });
        const found = await corpusOf(whole, { tokenizer, valFraction }, chunkBytes);
        expect(found.tokenizerJson).toEqual(learned.toJSON());
        expect(difference(idsOf(found.train), encodeText(learned, text))).toBe("");
        if (validation === undefined) {
          expect(found.validation).toBeNull();
          continue;
        }
        const scored = scoredText(learned, validation);
        expect(difference(idsOf(found.validation), scored.ids)).toBe("");
        expect(found.validation?.characters).toBe(scored.characters);
        const unknown = scored.ids.subarray(1).filter((id) => id === learned.unknownId).length;
        expect(found.validation?.unknownTokens).toBe(unknown);
      }
    },
  );
});

it("bytes that are no text are cut where they were", async () => {
  const settings = resolveSettings({ tokenizer: "byte" });
  const { text, validation } = splitText({ text: BYTES }, settings);
  const found = await corpusOf(BYTES, settings, 1 << 20);
  expect(idsOf(found.train)).toEqual(new Int32Array(text as Uint8Array));
  expect(idsOf(found.validation)).toEqual(new Int32Array(validation as Uint8Array));
});

it("batches and figures are those of the text in memory", async () => {
  const settings = resolveSettings({ tokenizer: "char", hiddenSize: 8, numLayers: 1, embeddingSize: 4 });
  const whole = TEXT.slice(0, 30_000);
  const { text, validation } = splitText({ text: whole }, settings);
  const found = await corpusOf(whole, settings, 4096);
  const tokenizer = tokenizerFromJSON(found.tokenizerJson);
  const [fromFile, inMemory] = [openTokens(found.train), encodeText(tokenizer, text)].map((ids) => {
    const streams = tokenStreams(ids, 32, 64);
    const [inputs, targets] = [new Int32Array(32 * 64), new Int32Array(32 * 64)];
    return Array.from({ length: streams.sequencesPerEpoch }, (_, sequence) => {
      const steps = streams.batch(sequence, inputs, targets);
      return [inputs.slice(0, steps * 32), targets.slice(0, steps * 32)];
    });
  });
  expect(fromFile).toEqual(inMemory);

  const model = languageNetwork(
    await openDevice({ backend: "reference" }),
    configFor(settings, tokenizer),
    random,
  );
  const ref = found.validation as TokenFileRef;
  const fromTokens = { ids: openTokens(ref), characters: ref.characters, unknownTokens: ref.unknownTokens };
  const scored = scoredText(tokenizer, validation as string);
  expect(await score(model, tokenizer, [fromTokens])).toEqual(await score(model, tokenizer, [scored]));
  expect(await estimate(model, tokenizer, fromTokens)).toEqual(await estimate(model, tokenizer, scored));
});

it("a browser says that it has no files", () => {
  for (const call of ["openTokens", "openDocumentStarts"]) {
    expect(() => browser.openFile(call, "some/train.tokens")).toThrow(
      `${call}: some/train.tokens is a file, but a browser has none; give the text itself`,
    );
  }
});
