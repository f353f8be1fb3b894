import { openCorpus } from "../../data/corpus/open-corpus.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import { tokenizerFromJSON } from "../../data/tokenizers/tokenizer-json.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { World } from "../../mpi/world.ts";
import { importCell } from "../../networks/import-cell.ts";
import { hear, type Ranks, rankName } from "../../parallel/ranks.ts";
import { trainAny } from "../../training/train.ts";
import { CommandError, describeFailure } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { corpusOf } from "../run/run-corpus.ts";
import { pathsOf } from "../run/run-plan.ts";
import type { CorpusJob, RankJob } from "./rank-job.ts";

/** What a process behind the first one does: what rank 0 says. Errors say whose they are. */
export async function followCommand(world: World): Promise<void> {
  const { ranks, signals, place } = world;
  onInterruption(() => signals.askForEnd());
  try {
    const job = hear(ranks) as RankJob;
    if (job.type === "end") return;
    if (job.type === "sweep") {
      const { followSweep } = await import("./shared-trials.ts");
      return await followSweep(world);
    }
    const model = job.model && received(ranks, job.model);
    for (const cell of job.cells) await importCell(cell);
    for await (const _ of trainAny(
      {
        task: job.task,
        data: job.corpus ? await corpusOfJob(job.corpus) : job.data,
        settings: job.settings,
        model: model ?? undefined,
      },
      place,
    ));
  } catch (error) {
    const { line } = describeFailure(error);
    throw new CommandError(`${rankName(ranks, ranks.rank)}: ${line}`);
  }
}

function received(
  ranks: Ranks,
  files: readonly { readonly name: string; readonly bytes: number }[],
): ModelFiles {
  const entries = files.map(({ name, bytes }) => {
    const content = new Uint8Array(bytes);
    ranks.broadcast(content);
    return [name, content] as const;
  });
  return Object.fromEntries(entries) as unknown as ModelFiles;
}

/** The tokens that rank 0 has: from the cache, if all share it, else made from the same texts. */
async function corpusOfJob({ plan, tokenizerJson, hash }: CorpusJob): Promise<PreparedCorpus> {
  const cached = await openCorpus(plan.cache, hash);
  if (cached) return cached;
  if ([...plan.files, ...pathsOf(plan.val)].includes("-"))
    throw new CommandError(
      "standard input is read by rank 0 alone; give --cache a folder that all ranks share",
    );
  const tokenizer = tokenizerJson === null ? undefined : tokenizerFromJSON(tokenizerJson);
  const { signal } = new AbortController();
  const corpus = await corpusOf(plan, tokenizer, undefined, signal, () => {});
  if (corpus.hash !== hash) throw new CommandError("its texts are other ones than those of rank 0");
  return corpus;
}
