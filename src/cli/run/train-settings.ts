import { TOKENIZER_KINDS, type Tokenizer, type TokenizerKind } from "../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import type { Budget, LoopSettings } from "../../tasks/loop-settings.ts";
import { isLoopSetting } from "../../tasks/task.ts";
import { resolveSettingsOf } from "../../training/resolve-settings.ts";
import type { AskedTask } from "../asked-task.ts";
import type { TrainOptions } from "../commands/train-command.ts";
import { textOf, UsageError } from "../failure.ts";
import { flagOf } from "../flags/flag-names.ts";
import { typedFlag } from "../flags/table-flags.ts";

const DEFAULT_CHECKPOINTS = "1m";
const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** Settings of any task. */
export type RunSettings = LoopSettings & Readonly<Record<string, unknown>>;

/**
 * The settings that options of `unrolled train` mean; `tokenizer` is the one of a file or of a model, where one was given. Whatever
 * is wrong with them is wrong usage, and named as the user wrote it.
 */
export function settingsOf(
  options: TrainOptions,
  { description: task }: AskedTask,
  tokenizer?: Pick<Tokenizer, "kind">,
): RunSettings {
  if (tokenizer && options.vocabSize !== undefined) {
    throw new UsageError("option '--vocab-size' cannot be used with a tokenizer that is there already");
  }
  const given: TrainOptions = { ...options, ...(tokenizer ? { tokenizer: tokenizer.kind } : {}) };
  for (const [name, option] of Object.entries(task.options)) {
    const { only } = option;
    if (given[name] === undefined || only === undefined) continue;
    const word = given[only.option] ?? task.options[only.option].default;
    if (only.words.includes(String(word))) continue;
    const words = [only.words.slice(0, -1).join(", "), only.words.at(-1)].filter(Boolean).join(" or ");
    throw new UsageError(
      `option '${typedFlag(name, option)}' needs ${flagOf(only.option)} ${words}, the ${only.option} is ${word}`,
    );
  }
  const known = Object.entries(given).filter(
    ([name]) => isLoopSetting(name) || Object.hasOwn(task.options, name),
  );
  try {
    return resolveSettingsOf(task, {
      ...Object.fromEntries(known),
      budget: budgetOf(options),
      checkpointEvery: checkpointEvery(options.checkpointEvery ?? DEFAULT_CHECKPOINTS),
    });
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UsageError(textOf(error));
  }
}

/** Whether `--tokenizer` names a kind; else it is the path of a file. */
export function isTokenizerKind(name: string): name is TokenizerKind {
  return (TOKENIZER_KINDS as readonly string[]).includes(name);
}

/** What was asked for by one of --steps, --epochs and --minutes. */
export function budgetOf({ steps, epochs, minutes }: TrainOptions): Budget | undefined {
  if (steps !== undefined) return { steps };
  if (epochs !== undefined) return { epochs };
  return minutes === undefined ? undefined : { minutes };
}

/** "5m" in seconds, "500" in steps. */
export function checkpointEvery(text: string): NonNullable<LoopSettings["checkpointEvery"]> {
  const unit = text.at(-1) as keyof typeof SECONDS;
  if (unit in SECONDS) return { seconds: Number.parseFloat(text) * SECONDS[unit] };
  return { steps: Number(text) };
}
