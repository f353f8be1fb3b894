import { readFileSync } from "node:fs";
import { prepareCorpus } from "../../data/corpus/prepare-corpus.ts";
import { requireJsonLines, textSources } from "../../data/corpus/text-source.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import { tokenizerFromJSON } from "../../data/tokenizer-json.ts";
import { UnrolledError } from "../../errors.ts";
import { expandGlobs } from "../expand-globs.ts";
import { CommandError, withoutCalls } from "../failure.ts";
import type { RunPlan } from "./run-plan.ts";

/** The tokens that a run learns from and is measured on. */
export async function corpusOf(
  plan: RunPlan,
  tokenizer: Tokenizer | undefined,
  signal: AbortSignal,
): Promise<PreparedCorpus> {
  const { settings, val, field, cache } = plan;
  const sourcesOf = async (paths: readonly string[]) =>
    textSources(await expandGlobs(paths), field === null ? {} : { field });
  const sources = await sourcesOf(plan.files);
  const validation = val === null ? undefined : await sourcesOf([val]);
  if (field !== null) requireJsonLines([...sources, ...(validation ?? [])], field);
  const kind = settings.tokenizer;
  return prepareCorpus({
    sources,
    validation,
    valFraction: settings.valFraction,
    tokenizer: tokenizer ?? { kind, vocabularySize: settings.vocabSize ?? undefined },
    cacheFolder: cache,
    signal,
  });
}

/** The tokenizer in a file or in a model's folder. Errors name the file. */
export function readTokenizer(path: string): Tokenizer {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new CommandError(`${path} is neither a tokenizer (char, byte, word, bpe) nor a file`);
    }
    throw new CommandError(`${path} is no tokenizer.json: ${(error as Error).message}`);
  }
  try {
    return tokenizerFromJSON(json);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new CommandError(`${path}: ${withoutCalls(error.message)}`);
  }
}
