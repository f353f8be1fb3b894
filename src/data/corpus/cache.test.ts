import { appendFile, mkdir, readdir, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { corpusFolder, idsOf, jsonLines, PROSE } from "../../../test/corpus-folder.ts";
import type { TokenFileRef } from "../token-file-ref.ts";
import { trainTokenizer } from "../tokenizers/train-tokenizer.ts";
import type { CorpusProgress } from "./corpus-options.ts";
import { textSources } from "./text-source.ts";

const { cacheFolder, file, prepare } = corpusFolder();

/** What a preparation read from the sources. */
const stagesOf = async (run: (onProgress: (progress: CorpusProgress) => void) => Promise<unknown>) => {
  const stages = new Set<string>();
  await run(({ stage, share }) => {
    stages.add(stage);
    if (share !== null) expect(share).toBeLessThanOrEqual(1);
  });
  return [...stages];
};

describe("the cache", () => {
  const later = () => {
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 10_000);
  };

  it("is found by path and dates without reading, and by content after a touch or under another name", async () => {
    const path = await file("a.txt", PROSE);
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
    expect((await prepare([await file("b.txt", PROSE)])).wasCached).toBe(true);
  });

  it("remembers files for other tokenizers too, which read them twice and no third time", async () => {
    const path = await file("a.jsonl", jsonLines([PROSE, "two words"]));
    const fresh = await prepare([path], { tokenizer: { kind: "word" } });
    const ids = [idsOf(fresh.train), idsOf(fresh.validation)];
    await rm(cacheFolder(), { recursive: true });
    later();
    await prepare([path]);
    let found = fresh;
    const stages = await stagesOf(async (onProgress) => {
      found = await prepare([path], { tokenizer: { kind: "word" }, onProgress });
    });
    expect(stages).toEqual(["vocabulary", "tokens"]);
    expect(found).toEqual(fresh);
    expect([idsOf(found.train), idsOf(found.validation)]).toEqual(ids);
  });

  it("is not trusted for files that changed just before they were read", async () => {
    const path = await file("a.txt", PROSE);
    await prepare([path]);
    expect(await stagesOf((onProgress) => prepare([path], { onProgress }))).toEqual(["reading"]);
  });

  it("notices other content, also of the same size and date", async () => {
    const path = await file("a.txt", PROSE);
    await utimes(path, 1e9, 1e9);
    later();
    const first = await prepare([path]);
    await writeFile(path, PROSE.replaceAll("t", "T"));
    await utimes(path, 1e9, 1e9);
    const second = await prepare([path]);
    expect(second.wasCached).toBe(false);
    expect(second.hash).not.toBe(first.hash);
    expect(second.tokenizerJson).not.toEqual(first.tokenizerJson);
    await appendFile(path, "more");
    expect((await prepare([path])).train.length).toBeGreaterThan(second.train.length);
  });

  it("is for one tokenizer, one field and one split", async () => {
    const text = jsonLines([PROSE, "two words"]).replaceAll('"text"', '"other":"x","text"');
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
    const path = await file("a.jsonl", jsonLines([PROSE, "two"]));
    const first = await prepare([path]);
    const ids = [idsOf(first.train), idsOf(first.validation)];
    await damage(first.train);
    const second = await prepare([path]);
    expect(second).toEqual({ ...first, wasCached: false });
    expect([idsOf(second.train), idsOf(second.validation)]).toEqual(ids);
    expect((await prepare([path])).wasCached).toBe(true);
    expect((await readdir(cacheFolder())).sort()).toEqual(["corpora", "surveys"]);
  });

  it("takes several at once, and keeps nothing temporary but that of others", async () => {
    const path = await file("a.txt", PROSE);
    const found = await Promise.all([1, 2, 3].map(() => prepare([path])));
    for (const each of found)
      expect({ ...each, wasCached: false }).toEqual({ ...found[0], wasCached: false });
    expect((await readdir(cacheFolder())).sort()).toEqual(["corpora", "surveys"]);
    expect(await readdir(join(cacheFolder(), "corpora"))).toEqual([found[0].hash]);
    await mkdir(join(cacheFolder(), ".making-old"));
    await mkdir(join(cacheFolder(), ".making-young"));
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(join(cacheFolder(), ".making-old"), twoDaysAgo, twoDaysAgo);
    await prepare([path]);
    expect((await readdir(cacheFolder())).sort()).toEqual([".making-young", "corpora", "surveys"]);
  });

  it("must be a folder that can be written", async () => {
    const path = await file("a.txt", PROSE);
    await expect(prepare([path], { cacheFolder: join(path, "below") })).rejects.toThrow(
      /the cache .*below cannot be written \(ENOTDIR\); give cacheFolder another folder/,
    );
  });
});
