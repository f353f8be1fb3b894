import process from "node:process";
import type { CorpusProgress } from "../../data/corpus/corpus-options.ts";
import { openCorpus } from "../../data/corpus/open-corpus.ts";
import { prepareCorpus } from "../../data/corpus/prepare-corpus.ts";
import { requireJsonLines, textSources } from "../../data/corpus/text-source.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import { TOKENIZER_KINDS, type Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import { UnrolledError } from "../../errors.ts";
import { readRegularText } from "../../platform/node-files.ts";
import type { TrainingSettings } from "../../training/settings.ts";
import { expandGlobs } from "../expand-globs.ts";
import { CommandError, textOf } from "../failure.ts";
import { pathsOf, type RunPlan } from "./run-plan.ts";

/** The tokens that a run learns from and is measured on; `hash` is that of those it has learned from already. */
export async function corpusOf(
  plan: RunPlan,
  tokenizer: Tokenizer | undefined,
  hash: string | undefined,
  signal: AbortSignal,
  onProgress: (progress: CorpusProgress) => void,
): Promise<PreparedCorpus> {
  const { val, field, cache } = plan;
  const settings = plan.settings as unknown as TrainingSettings;
  if ([...plan.files, ...pathsOf(val)].includes("-")) {
    if (hash !== undefined) return fromStandardInput(cache, hash);
    // Whoever waits for more input does not see that it is not wanted any more.
    signal.addEventListener("abort", () => process.stdin.destroy());
  }
  const sourcesOf = async (paths: readonly string[]) =>
    textSources(await expandGlobs(paths), field === null ? {} : { field });
  const sources = await sourcesOf(plan.files);
  const validation = val === null ? undefined : await sourcesOf(pathsOf(val));
  if (field !== null) requireJsonLines([...sources, ...(validation ?? [])], field);
  const kind = settings.tokenizer;
  const corpus = await prepareCorpus({
    sources,
    validation,
    valFraction: settings.valFraction,
    tokenizer: tokenizer ?? { kind, vocabularySize: settings.vocabSize ?? undefined },
    cacheFolder: cache,
    signal,
    onProgress,
  }).catch((error: unknown) => {
    // Whatever a stream that was cut off says of it.
    throw signal.aborted ? new UnrolledError("aborted", { call: "corpusOf", problem: "aborted" }) : error;
  });
  if (hash !== undefined && hash !== corpus.hash) {
    throw new CommandError(
      "the run's texts have changed since it was begun; it can go on only with the same",
    );
  }
  return corpus;
}

/** Standard input is not there a second time, but its tokens are. */
async function fromStandardInput(cache: string, hash: string): Promise<PreparedCorpus> {
  const corpus = await openCorpus(cache, hash);
  if (corpus) return corpus;
  throw new CommandError(
    `the run learns from standard input, whose tokens are no longer in ${cache}; give --cache the folder that holds them`,
  );
}

/** The tokenizer in a file or in a model's folder. Errors name the file. */
export function readTokenizer(path: string): Tokenizer {
  let json: unknown;
  try {
    json = JSON.parse(readRegularText(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new CommandError(`${path} is neither a tokenizer (${TOKENIZER_KINDS.join(", ")}) nor a file`);
    }
    throw new CommandError(`${path} is no tokenizer.json: ${(error as Error).message}`);
  }
  try {
    return tokenizerFromJSON(json);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new CommandError(`${path}: ${textOf(error)}`);
  }
}
