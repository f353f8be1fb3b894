import { appendFileSync } from "node:fs";
import { mkdir, readdir, rm, truncate } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { corpusFolder, idsOf, jsonLines, PROSE } from "../../../test/corpus-folder.ts";
import { openDocumentStarts, openTokens } from "../token-file.ts";
import { codePoints } from "../tokenizers/code-points.ts";
import { tokenizerFromJSON } from "../tokenizers/tokenizer-json.ts";
import { trainTokenizer } from "../tokenizers/train-tokenizer.ts";
import type { CorpusProgress } from "./corpus-options.ts";
import { textSources } from "./text-source.ts";

const { at, cacheFolder, file, prepare } = corpusFolder();

describe("documents", () => {
  const TEXTS = ["one two", "three", "😀 four five", "six seven"];

  it("end with the end token each, and say where they start", async () => {
    const path = await file("a.jsonl", jsonLines(TEXTS));
    const found = await prepare([path], { valFraction: 0, tokenizer: { kind: "word" } });
    const tokenizer = tokenizerFromJSON(found.tokenizerJson);
    expect(found.validation).toBeNull();
    expect(idsOf(found.train)).toEqual(TEXTS.flatMap((text) => [...tokenizer.encode(text), tokenizer.endId]));
    expect([...openDocumentStarts(found.train)]).toEqual([0, 3, 5, 9]);
    expect(found.train.documents).toBe(4);
    expect(found.train.characters).toBe(codePoints(TEXTS.join("")) - "one".length);
  });

  it("are the same as files, compressed lines and a folder", async () => {
    await mkdir(at("texts"));
    for (const [index, text] of TEXTS.entries()) await file(`texts/${index}.txt`, text);
    const asLines = await prepare([await file("a.jsonl.gz", gzipSync(jsonLines(TEXTS)))]);
    for (const paths of [[at("texts")], TEXTS.map((_, index) => at(`texts/${index}.txt`))]) {
      const asFiles = await prepare(paths);
      expect(asFiles.tokenizerJson).toEqual(asLines.tokenizerJson);
      expect(idsOf(asFiles.train)).toEqual(idsOf(asLines.train));
      expect(idsOf(asFiles.validation)).toEqual(idsOf(asLines.validation));
    }
  });

  it.each([
    [0.1, ["one two", "three", "😀 four five", "six s"], ["even"]],
    [0.27, ["one two", "three", "😀 four five"], ["six seven"]],
    [0.62, ["one two", "three"], ["😀 four five", "six seven"]],
    [0.6, ["one two", "three"], ["😀 four five", "six seven"]], // inside the pair
  ])("are cut through all of them: %d", async (valFraction, training, heldOut) => {
    for (const chunkBytes of [1, 5, 1 << 20]) {
      const path = await file("a.jsonl", jsonLines(TEXTS));
      const found = await prepare([path], {
        valFraction,
        chunkBytes,
        cacheFolder: at(`cache-${chunkBytes}`),
      });
      const tokenizer = tokenizerFromJSON(found.tokenizerJson);
      const ended = (texts: readonly string[]) =>
        texts.flatMap((text) => [...tokenizer.encode(text), tokenizer.endId]);
      expect(idsOf(found.train)).toEqual(ended(training));
      expect(idsOf(found.validation)).toEqual(ended(heldOut));
      expect(found.validation?.documents).toBe(heldOut.length);
    }
  });

  it("a single one has no end token and today's vocabulary, whatever is held out", async () => {
    const path = await file("a.txt", PROSE);
    const several = await textSources([await file("b.jsonl", jsonLines(TEXTS))]);
    const found = await prepare([path], { validation: several });
    const tokenizer = trainTokenizer({ kind: "char", text: PROSE });
    expect(found.tokenizerJson).toEqual(tokenizer.toJSON());
    expect(found.train).toMatchObject({ documents: 1, documentStartsPath: null, unknownTokens: 0 });
    expect([...openDocumentStarts(found.train)]).toEqual([0]);
    expect(idsOf(found.validation)).toEqual([...tokenizer.encode(TEXTS.join(""))]);
  });

  it("of bytes end with a token beyond the bytes", async () => {
    const found = await prepare(
      [await file("a", Uint8Array.of(1, 255)), await file("b", Uint8Array.of(7, 8, 9))],
      {
        tokenizer: { kind: "byte" },
        valFraction: 0,
      },
    );
    expect(found.train.bytesPerToken).toBe(2);
    expect(idsOf(found.train)).toEqual([1, 255, 256, 7, 8, 9, 256]);
  });
});

describe("what is known of a part", () => {
  it("is what measuring needs: characters and unknown tokens without the first token", async () => {
    const tokenizer = trainTokenizer({ kind: "char", text: "abc" });
    const found = await prepare([await file("a.txt", "zab😀cz")], { tokenizer, valFraction: 0 });
    expect(found.train).toMatchObject({ length: 6, characters: 6 - "<unk>".length, unknownTokens: 2 });
    const bytes = await prepare([await file("b.txt", "é→a")], {
      tokenizer: { kind: "byte" },
      valFraction: 0,
    });
    expect(bytes.train).toMatchObject({ length: 6, characters: 2, unknownTokens: 0 });
  });

  it("takes as few bytes a token as hold the vocabulary", async () => {
    const words = Array.from({ length: 70_000 }, (_, index) => `w${index}`).join(" ");
    const path = await file("words.txt", words);
    for (const [vocabularySize, bytesPerToken] of [
      [256, 1],
      [257, 2],
      [65_537, 4],
    ]) {
      const found = await prepare([path], { valFraction: 0, tokenizer: { kind: "word", vocabularySize } });
      expect(found.train.bytesPerToken).toBe(bytesPerToken);
      expect(idsOf(found.train)).toEqual([...tokenizerFromJSON(found.tokenizerJson).encode(words)]);
    }
  });
});

describe("streams", () => {
  const chunks = async function* (text: string | Uint8Array, size: number) {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };

  it("are read once and found again by their content", async () => {
    const first = await prepare(["-"], { standardInput: chunks(PROSE, 7) });
    const second = await prepare([await file("a.txt", PROSE)]);
    expect(second).toEqual({ ...first, wasCached: true });
    expect((await readdir(cacheFolder())).sort()).toEqual(["corpora", "surveys"]);
  });

  it("of JSON lines have a field", async () => {
    const standardInput = chunks('{"body":"one"}\n{"body":"two"}', 5);
    const found = await prepare(["-"], { field: "body", standardInput, valFraction: 0 });
    expect(found.train.documents).toBe(2);
    await expect(prepare(["-"], { field: "body", standardInput: chunks("[]", 5) })).rejects.toThrow(
      'standard input line 1 has no field "body"',
    );
  });

  it("that are empty are said", async () => {
    await expect(prepare(["-"], { standardInput: chunks("", 1) })).rejects.toThrow("standard input is empty");
  });
});

describe("too little room", () => {
  it("is said before the disk is full, and nothing stays", async () => {
    const path = await file("a.txt", PROSE.repeat(3000)); // 3.6 million characters
    let free = 2_500_000;
    const freeBytes = () => free;
    const failing = prepare([path], { freeBytes });
    await expect(failing).rejects.toMatchObject({
      code: "disk-full",
      message: expect.stringMatching(
        `^prepareCorpus: 3\\.\\d MB are needed in the cache ${cacheFolder()}, 2\\.5 MB are free; free some, or give cacheFolder a folder on another disk$`,
      ),
    });
    expect((await readdir(cacheFolder())).sort()).toEqual(["surveys"]);
    free = 100_000_000;
    expect((await prepare([path], { freeBytes })).train.length).toBeGreaterThan(3e6);
  });

  it("is said for streams before they are through", async () => {
    let given = 0;
    const standardInput = (async function* () {
      for (; given < 100; given++) yield new Uint8Array(1000).fill(0x61);
    })();
    const failing = prepare(["-"], { standardInput, freeBytes: () => 10_000 });
    await expect(failing).rejects.toMatchObject({ code: "disk-full" });
    expect(given).toBeLessThan(20);
  });
});

describe("what goes wrong", () => {
  it.each([
    [
      "a text too short to hold out from",
      "ab",
      {},
      "text-too-short",
      "0.1 of 2 characters is too little to hold out",
    ],
    [
      "nothing to train on",
      "ab",
      { valFraction: 0.9 },
      "text-too-short",
      "0.9 of 2 characters is too little",
    ],
    ["no words", " \t  \t  ", { tokenizer: { kind: "word" } }, "text-too-short", "the text has no words"],
    [
      "a fraction that is none",
      "abc",
      { valFraction: 1 },
      "invalid-argument",
      "valFraction is 1, needed 0 to below 1",
    ],
    ["abortion", PROSE, { signal: AbortSignal.abort() }, "aborted", "aborted"],
  ] as const)("is said: %s", async (_, text, options, code, message) => {
    await expect(prepare([await file("a.txt", text)], options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect((await readdir(at("."))).includes("cache") ? await readdir(cacheFolder()) : []).not.toContain(
      "corpora",
    );
  });

  it("is said of files that change while they are read", async () => {
    const path = await file("a.txt", PROSE);
    const onProgress = ({ stage }: CorpusProgress) => {
      if (stage === "vocabulary") appendFileSync(path, "more");
    };
    await expect(prepare([path], { onProgress })).rejects.toThrow(
      `${path} changed while it was read; run again`,
    );
  });

  it("is said of token files that are gone or cut", async () => {
    const { train } = await prepare([await file("a.txt", PROSE)]);
    const tokens = openTokens(train);
    await truncate(train.path, 10);
    expect(() => openTokens(train)).toThrow(/has 10 bytes, needed \d+; run again/);
    expect(() => tokens.read(5, new Int32Array(10))).toThrow("has become shorter");
    await rm(train.path);
    expect(() => openTokens(train)).toThrow("train.tokens does not exist");
  });
});
