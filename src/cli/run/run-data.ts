import type { CorpusProgress } from "../../data/corpus/corpus-options.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { expandGlobs } from "../expand-globs.ts";
import { dataFiles } from "./data-files.ts";
import { corpusOf } from "./run-corpus.ts";
import { pathsOf, type RunPlan } from "./run-plan.ts";

/** What a run learns from, as its task takes it. */
export interface RunData {
  readonly data: unknown;
  /** Tokens, where it is texts. */
  readonly corpus: PreparedCorpus | undefined;
}

/**
 * Texts are made into tokens, for a language model without a condition; the package's other tasks are given the files to learn from and
 * to measure on; a task of the user's own is given `{ files }`, absolute paths, and reads them itself. `hash` is that of what the run has learned from already.
 */
export async function dataOf(
  plan: RunPlan,
  tokenizer: Tokenizer | undefined,
  hash: string | null,
  signal: AbortSignal,
  onProgress: (progress: CorpusProgress) => void,
): Promise<RunData> {
  const isConditioned = plan.task === "language" && plan.settings.condition !== null;
  if (typeof plan.task === "string" && (plan.task !== "language" || isConditioned)) {
    const [train, val, test] = await Promise.all(
      [plan.files, pathsOf(plan.val), pathsOf(plan.test)].map(dataFiles),
    );
    const data = { train, ...(val.length > 0 ? { val } : {}), ...(test.length > 0 ? { test } : {}) };
    const tokenizerJson = isConditioned && tokenizer ? { tokenizerJson: tokenizer.toJSON() } : {};
    return { data: { ...data, ...tokenizerJson }, corpus: undefined };
  }
  if (plan.task !== "language") {
    return { data: { files: await expandGlobs(plan.files) }, corpus: undefined };
  }
  const corpus = await corpusOf(plan, tokenizer, hash ?? undefined, signal, onProgress);
  return { data: corpus, corpus };
}
