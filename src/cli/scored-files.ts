import { prepareCorpus } from "../data/corpus/prepare-corpus.ts";
import { requireJsonLines, textSources } from "../data/corpus/text-source.ts";
import type { Tokenizer } from "../data/tokenizers/tokenizer.ts";
import type { ScoredText } from "../tasks/language/evaluation/evaluate.ts";
import { scoredFile } from "../tasks/language/evaluation/scored-file.ts";
import { expandGlobs } from "./expand-globs.ts";

export interface ScoredFilesOptions {
  /** Where the text of a JSON line is. */
  readonly field: string | undefined;
  /** Where tokens are kept. */
  readonly cacheFolder: string;
}

/**
 * The texts to measure on that paths name, as `unrolled train` reads them: one for each file, its documents, where it has several,
 * one after the other with the token between them that ends a document. The tokens stay in the cache, so that a text need not fit in memory.
 */
export async function scoredFiles(
  tokenizer: Tokenizer,
  paths: readonly string[],
  { field, cacheFolder }: ScoredFilesOptions,
): Promise<ScoredText[]> {
  const sources = await textSources(await expandGlobs(paths), field === undefined ? {} : { field });
  if (field !== undefined) requireJsonLines(sources, field);
  const texts: ScoredText[] = [];
  for (const source of sources) {
    const { train } = await prepareCorpus({ sources: [source], valFraction: 0, tokenizer, cacheFolder });
    texts.push(scoredFile(train));
  }
  return texts;
}
