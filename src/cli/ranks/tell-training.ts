import { cellHomes } from "../../cells/own-cells.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { AskedTask } from "../asked-task.ts";
import { UsageError } from "../failure.ts";
import type { RunPlan } from "../run/run-plan.ts";
import type { RunSettings } from "../run/train-settings.ts";
import { others, tellJob } from "./joined-world.ts";

/** What a training begins with. */
interface Beginnings {
  readonly data: unknown;
  readonly corpus: PreparedCorpus | undefined;
  readonly tokenizer: Tokenizer | undefined;
  readonly model: ModelFiles | undefined;
}

/**
 * The settings as all processes have them: with as many threads as each can have.
 *
 * @throws UsageError for batches that have too few rows for all
 */
export async function sharedSettings(settings: RunSettings): Promise<RunSettings> {
  const world = others();
  if (!world) return settings;
  const { size } = world.ranks;
  const { batchSize } = settings;
  if (batchSize < size) {
    throw new UsageError(
      `option '--batch-size' is ${batchSize}, needed at least ${size}: a row of each batch for each of the ranks`,
    );
  }
  const threads = Math.min(settings.threads ?? world.threads, Math.floor(batchSize / size));
  return { ...settings, threads };
}

/** Has the others train too. */
export async function tellTraining(
  plan: RunPlan,
  settings: RunSettings,
  { name }: AskedTask,
  { data, corpus, tokenizer, model }: Beginnings,
): Promise<void> {
  const world = others();
  if (!world) return;
  const files = Object.entries(model ?? {}) as [string, Uint8Array][];
  await tellJob({
    type: "train",
    task: name,
    settings,
    cells: cellHomes(),
    model: model ? files.map(([file, bytes]) => ({ name: file, bytes: bytes.length })) : null,
    data: corpus ? null : data,
    corpus: corpus ? { plan, tokenizerJson: tokenizer?.toJSON() ?? null, hash: corpus.hash } : null,
  });
  for (const [, bytes] of files) world.ranks.broadcast(bytes);
}
