import { describe, expect, it } from "vitest";
import { corpusFolder, idsOf, jsonLines, PROSE } from "../../test/corpus-folder.ts";
import { type Tokens, tokensOf } from "../data/tokens.ts";
import type { ScoredText } from "../models/evaluate.ts";
import { Generator } from "../random/philox.ts";
import { type LoadedData, loadData } from "./loaded-data.ts";
import { resolveSettings } from "./resolve.ts";

const { file, prepare } = corpusFolder();

const read = (tokens: Tokens) => {
  const ids = new Int32Array(tokens.length);
  tokens.read(0, ids);
  return [...ids];
};

describe("loadData", () => {
  it("gives the same for a text and for its token files", async () => {
    const settings = resolveSettings();
    const inMemory = loadData({ text: PROSE }, settings);
    const inFiles = loadData(structuredClone(await prepare([await file("a.txt", PROSE)])), settings);
    expect(inFiles.tokenizer.toJSON()).toEqual(inMemory.tokenizer.toJSON());
    expect(read(inFiles.tokens)).toEqual(read(inMemory.tokens));
    expect(inFiles.heldOut).toMatchObject({ characters: inMemory.heldOut?.characters, unknownTokens: 0 });
    const heldOutOf = ({ heldOut }: LoadedData) => read(tokensOf((heldOut as ScoredText).ids));
    expect(heldOutOf(inFiles)).toEqual(heldOutOf(inMemory));
    for (const data of [inFiles, inMemory]) expect(data.shuffled(new Generator(1))).toBe(data.tokens);
  });

  it("puts documents in another order, each whole", async () => {
    const texts = Array.from({ length: 30 }, (_, index) =>
      "abcdefgh".repeat(1 + (index % 4)).slice(index % 8),
    );
    const corpus = await prepare([await file("a.jsonl", jsonLines(texts))], { valFraction: 0 });
    const data = loadData(corpus, resolveSettings());
    expect(data.heldOut).toBeUndefined();
    const documents = (ids: number[]) =>
      data.tokenizer
        .decode(ids.map((id) => (id === data.tokenizer.endId ? data.tokenizer.encode("\n")[0] : id)))
        .split("<unk>")
        .slice(0, -1);
    const [one, two] = [0, 1].map((epoch) => documents(read(data.shuffled(new Generator(1).fork(epoch)))));
    expect(documents(idsOf(corpus.train))).toEqual(texts);
    expect(one).not.toEqual(texts);
    expect(two).not.toEqual(one);
    for (const epoch of [one, two]) expect(epoch.sort()).toEqual([...texts].sort());
  });
});
