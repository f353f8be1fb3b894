// A folder of its own for each test, with texts in it and the cache of `prepareCorpus`.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import type { CorpusOptions } from "../src/data/corpus/corpus-options.ts";
import { prepareCorpus } from "../src/data/corpus/prepare-corpus.ts";
import { textSources } from "../src/data/corpus/text-source.ts";
import { openTokens } from "../src/data/token-file.ts";
import type { PreparedCorpus, TokenFileRef } from "../src/data/token-file-ref.ts";

export type Preparation = Partial<CorpusOptions> & { readonly field?: string };

export interface CorpusFolder {
  readonly cacheFolder: () => string;
  /** The path of a name in the folder. */
  readonly at: (name: string) => string;
  /** Writes a file; returns its path. */
  readonly file: (name: string, content: string | Uint8Array) => Promise<string>;
  /** Prepares paths, by characters with a tenth held out if nothing else is said. */
  readonly prepare: (paths: readonly string[], options?: Preparation) => Promise<PreparedCorpus>;
}

/** Makes the folder before each test of a file and removes it afterwards. */
export function corpusFolder(): CorpusFolder {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "unrolled-corpus-"));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });
  const at = (name: string) => join(folder, name);
  const cacheFolder = () => at("cache/of/its/own");
  return {
    at,
    cacheFolder,
    async file(name, content) {
      await writeFile(at(name), content);
      return at(name);
    },
    async prepare(paths, { field, ...options } = {}) {
      const sources = await textSources(paths, { field });
      const standard = { valFraction: 0.1, tokenizer: { kind: "char" }, cacheFolder: cacheFolder() } as const;
      return prepareCorpus({ sources, ...standard, ...options });
    },
  };
}

/** All tokens of a file. */
export function idsOf(ref: TokenFileRef | null): number[] {
  if (ref === null) throw new Error("there is no such part");
  const tokens = openTokens(ref);
  const ids = new Int32Array(tokens.length);
  tokens.read(0, ids);
  return [...ids];
}

/** Texts as JSON lines. */
export function jsonLines(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify({ text })).join("\n");
}

/** Prose with characters of one, two and four bytes. */
export const PROSE = "It was → the é worst of 😀 times,\nit was the age of 𝒳 wisdom. ".repeat(20);
