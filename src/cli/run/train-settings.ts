import { TOKENIZER_KINDS, type Tokenizer, type TokenizerKind } from "../../data/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import type { Budget } from "../../tasks/loop-settings.ts";
import { DEFAULT_SETTINGS, resolveSettings } from "../../training/resolve-settings.ts";
import type { PartialSettings, TrainingSettings } from "../../training/settings.ts";
import { UsageError, withoutCalls } from "../failure.ts";
import type { TrainOptions } from "../train-command.ts";

const DEFAULT_CHECKPOINTS = "1m";
const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/**
 * The settings that options of `unrolled train` mean; `tokenizer` is the one of a file or of a model, where one was given. Whatever
 * is wrong with them is wrong usage, and named as the user wrote it.
 */
export function settingsOf(options: TrainOptions, tokenizer?: Pick<Tokenizer, "kind">): TrainingSettings {
  if (options.nonlinearity !== undefined && options.cell !== "elman") {
    const cell = options.cell ?? DEFAULT_SETTINGS.cell;
    throw new UsageError(`option '--nonlinearity' needs --cell elman, the cell is ${cell}`);
  }
  const kind = tokenizer?.kind ?? ((options.tokenizer ?? DEFAULT_SETTINGS.tokenizer) as TokenizerKind);
  if (options.vocabSize !== undefined && (tokenizer || (kind !== "word" && kind !== "bpe"))) {
    throw new UsageError(
      tokenizer
        ? "option '--vocab-size' cannot be used with a tokenizer that is there already"
        : `option '--vocab-size' needs --tokenizer word or bpe, the tokenizer is ${kind}`,
    );
  }
  const known = Object.fromEntries(
    Object.entries(options).filter(([name]) => name in DEFAULT_SETTINGS),
  ) as PartialSettings;
  const partial: PartialSettings = {
    ...known,
    tokenizer: kind,
    budget: budgetOf(options),
    checkpointEvery: checkpointEvery(options.checkpointEvery ?? DEFAULT_CHECKPOINTS),
  };
  try {
    return resolveSettings(partial);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UsageError(withFlags(withoutCalls(error.message)));
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
export function checkpointEvery(text: string): NonNullable<TrainingSettings["checkpointEvery"]> {
  const unit = text.at(-1) as keyof typeof SECONDS;
  if (unit in SECONDS) return { seconds: Number.parseFloat(text) * SECONDS[unit] };
  return { steps: Number(text) };
}

/** hiddenSize → --hidden-size. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Names of settings as flags, in a message. */
function withFlags(message: string): string {
  const names = Object.keys(DEFAULT_SETTINGS).filter((name) => /[A-Z]/.test(name));
  return message.replace(new RegExp(`\\b(${names.join("|")})\\b`, "g"), flagOf);
}
