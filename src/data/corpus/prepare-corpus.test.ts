import { appendFileSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codePoints } from "../code-points.ts";
import type { TokenFileRef } from "../token-file-ref.ts";
import { tokenizerFromJSON } from "../tokenizer-json.ts";
import { trainTokenizer } from "../train-tokenizer.ts";
import type { CorpusOptions, CorpusProgress } from "./corpus-options.ts";
import { prepareCorpus } from "./prepare-corpus.ts";
import { textSources } from "./text-source.ts";
import { openDocumentStarts, openTokenFile } from "./token-file.ts";

let folder = "";
let cacheFolder = "";
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unrolled-corpus-"));
  cacheFolder = at("cache/of/its/own");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const file = async (name: string, content: string | Uint8Array) => {
  await writeFile(at(name), content);
  return at(name);
};

const prepare = async (
  paths: readonly string[],
  { field, ...options }: Partial<CorpusOptions> & { field?: string } = {},
) =>
  prepareCorpus({
    sources: await textSources(paths, { field }),
    valFraction: 0.1,
    tokenizer: { kind: "char" },
    cacheFolder,
    ...options,
  });

const idsOf = (ref: TokenFileRef | null) => {
  if (ref === null) throw new Error("there is no such part");
  const tokens = openTokenFile(ref);
  const ids = new Int32Array(tokens.length);
  tokens.read(0, ids);
  return [...ids];
};

/** What a preparation read from the sources. */
const stagesOf = async (run: (onProgress: (progress: CorpusProgress) => void) => Promise<unknown>) => {
  const stages = new Set<string>();
  await run(({ stage, share }) => {
    stages.add(stage);
    if (share !== null) expect(share).toBeLessThanOrEqual(1);
  });
  return [...stages];
};

const TEXT = "It was → the é worst of 😀 times,\nit was the age of 𝒳 wisdom. ".repeat(20);
const lines = (texts: readonly string[]) => texts.map((text) => JSON.stringify({ text })).join("\n");

describe("documents", () => {
  const TEXTS = ["one two", "three", "😀 four five", "six seven"];

  it("end with the end token each, and say where they start", async () => {
    const path = await file("a.jsonl", lines(TEXTS));
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
    const asLines = await prepare([await file("a.jsonl.gz", gzipSync(lines(TEXTS)))]);
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
      const path = await file("a.jsonl", lines(TEXTS));
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
    const path = await file("a.txt", TEXT);
    const several = await textSources([await file("b.jsonl", lines(TEXTS))]);
    const found = await prepare([path], { validation: several });
    const tokenizer = trainTokenizer({ kind: "char", text: TEXT });
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

describe("the cache", () => {
  const later = () => {
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 10_000);
  };

  it("is found by path and dates without reading, and by content after a touch or under another name", async () => {
    const path = await file("a.txt", TEXT);
    later();
    expect(await stagesOf((onProgress) => prepare([path], { onProgress }))).toEqual([
      "reading",
      "vocabulary",
      "tokens",
    ]);
    expect(await stagesOf((onProgress) => prepare([path], { onProgress }))).toEqual([]);
    await utimes(path, 1, 1);
    expect(await stagesOf((onProgress) => prepare([path], { onProgress }))).toEqual(["reading"]);
    expect(await stagesOf((onProgress) => prepare([path], { onProgress }))).toEqual([]);
    expect((await prepare([await file("b.txt", TEXT)])).wasCached).toBe(true);
  });

  it("is not trusted for files that changed just before they were read", async () => {
    const path = await file("a.txt", TEXT);
    await prepare([path]);
    expect(await stagesOf((onProgress) => prepare([path], { onProgress }))).toEqual(["reading"]);
  });

  it("notices other content, also of the same size and date", async () => {
    const path = await file("a.txt", TEXT);
    later();
    const first = await prepare([path]);
    const { atime, mtime } = await stat(path);
    await writeFile(path, TEXT.replaceAll("t", "T"));
    await utimes(path, atime, mtime);
    const second = await prepare([path]);
    expect(second.wasCached).toBe(false);
    expect(second.hash).not.toBe(first.hash);
    expect(second.tokenizerJson).not.toEqual(first.tokenizerJson);
    await appendFile(path, "more");
    expect((await prepare([path])).train.length).toBeGreaterThan(second.train.length);
  });

  it("is for one tokenizer, one field and one split", async () => {
    const text = lines([TEXT, "two words"]).replaceAll('"text"', '"other":"x","text"');
    const path = await file("a.jsonl", text);
    const heldOut = { validation: await textSources([await file("b.txt", "it was")]) };
    const settings: Parameters<typeof prepare>[1][] = [
      {},
      { valFraction: 0.2 },
      { valFraction: 0 },
      heldOut,
      { field: "other", valFraction: 0 },
      { tokenizer: { kind: "byte" } },
      { tokenizer: { kind: "word" } },
      { tokenizer: { kind: "word", vocabularySize: 5 } },
      { tokenizer: trainTokenizer({ kind: "char", text: "abc" }) },
      { tokenizer: trainTokenizer({ kind: "char", text: "abd" }) },
    ];
    const hashes = new Set<string>();
    for (const options of settings) {
      const found = await prepare([path], options);
      expect(found.wasCached).toBe(false);
      hashes.add(found.hash);
    }
    expect(hashes.size).toBe(settings.length);
    for (const options of settings) expect((await prepare([path], options)).wasCached).toBe(true);
  });

  it.each([
    ["shorter tokens", (found: TokenFileRef) => truncate(found.path, found.length - 1)],
    ["no tokens", (found: TokenFileRef) => rm(found.path)],
    ["other tokens", (found: TokenFileRef) => writeFile(found.path, new Uint8Array(found.length).fill(1))],
    ["other starts", (found: TokenFileRef) => writeFile(`${found.path}.documents`, new Uint8Array(16))],
    ["a shorter description", (found: TokenFileRef) => truncate(join(found.path, "../entry.json"), 100)],
    ["no description", (found: TokenFileRef) => rm(join(found.path, "../entry.json"))],
  ])("is made again where it is damaged: %s", async (_, damage) => {
    const path = await file("a.jsonl", lines([TEXT, "two"]));
    const first = await prepare([path]);
    const ids = [idsOf(first.train), idsOf(first.validation)];
    await damage(first.train);
    const second = await prepare([path]);
    expect(second).toEqual({ ...first, wasCached: false });
    expect([idsOf(second.train), idsOf(second.validation)]).toEqual(ids);
    expect((await prepare([path])).wasCached).toBe(true);
    expect((await readdir(cacheFolder)).sort()).toEqual(["corpora", "surveys"]);
  });

  it("takes several at once, and keeps nothing temporary but that of others", async () => {
    const path = await file("a.txt", TEXT);
    const found = await Promise.all([1, 2, 3].map(() => prepare([path])));
    for (const each of found) expect({ ...each, wasCached: false }).toEqual(found[0]);
    expect((await readdir(cacheFolder)).sort()).toEqual(["corpora", "surveys"]);
    expect(await readdir(join(cacheFolder, "corpora"))).toEqual([found[0].hash]);
    await mkdir(join(cacheFolder, ".making-old"));
    await mkdir(join(cacheFolder, ".making-young"));
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(join(cacheFolder, ".making-old"), twoDaysAgo, twoDaysAgo);
    await prepare([path]);
    expect((await readdir(cacheFolder)).sort()).toEqual([".making-young", "corpora", "surveys"]);
  });

  it("must be a folder that can be written", async () => {
    const path = await file("a.txt", TEXT);
    await expect(prepare([path], { cacheFolder: join(path, "below") })).rejects.toThrow(
      /the cache .*below cannot be written \(ENOTDIR\); give --cache another folder/,
    );
  });
});

describe("streams", () => {
  const chunks = async function* (text: string | Uint8Array, size: number) {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };

  it("are read once and found again by their content", async () => {
    const first = await prepare(["-"], { standardInput: chunks(TEXT, 7) });
    const second = await prepare([await file("a.txt", TEXT)]);
    expect(second).toEqual({ ...first, wasCached: true });
    expect((await readdir(cacheFolder)).sort()).toEqual(["corpora", "surveys"]);
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
    const path = await file("a.txt", TEXT.repeat(3000)); // 3.6 million characters
    let free = 2_500_000;
    const freeBytes = () => free;
    const failing = prepare([path], { freeBytes });
    await expect(failing).rejects.toMatchObject({
      code: "disk-full",
      message: expect.stringMatching(
        /^prepareCorpus: 3\.\d MB are needed in the cache .*, 2\.5 MB are free; free some, or give --cache a folder on another disk$/,
      ),
    });
    expect((await readdir(cacheFolder)).sort()).toEqual(["surveys"]);
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
    ["abortion", TEXT, { signal: AbortSignal.abort() }, "aborted", "aborted"],
  ] as const)("is said: %s", async (_, text, options, code, message) => {
    await expect(prepare([await file("a.txt", text)], options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect((await readdir(at("."))).includes("cache") ? await readdir(cacheFolder) : []).not.toContain(
      "corpora",
    );
  });

  it("is said of files that change while they are read", async () => {
    const path = await file("a.txt", TEXT);
    const onProgress = ({ stage }: CorpusProgress) => {
      if (stage === "vocabulary") appendFileSync(path, "more");
    };
    await expect(prepare([path], { onProgress })).rejects.toThrow(
      `${path} changed while it was read; run again`,
    );
  });

  it("is said of token files that are gone or cut", async () => {
    const { train } = await prepare([await file("a.txt", TEXT)]);
    const tokens = openTokenFile(train);
    await truncate(train.path, 10);
    expect(() => openTokenFile(train)).toThrow(/has 10 bytes, needed \d+; run again/);
    expect(() => tokens.read(5, new Int32Array(10))).toThrow("has become shorter");
    await rm(train.path);
    expect(() => openTokenFile(train)).toThrow("ENOENT");
  });
});
