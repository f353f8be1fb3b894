import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { sha256 } from "../../data/corpus/atomic-file.ts";
import type { TokenizerKind } from "../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import { camelCaseKeys } from "../../models/folder-files.ts";
import { snakeCaseKeys } from "../../models/json-file.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { isRecord } from "../../options/field-checks.ts";
import type { Option } from "../../options/option.ts";
import { readRegularText } from "../../platform/node-files.ts";
import type { TaskModule } from "../../tasks/task.ts";
import { resolveSettingsOf } from "../../training/resolve-settings.ts";
import { type CellEntry, cellEntry } from "../asked-cell.ts";
import { type AskedTask, taskEntry } from "../asked-task.ts";
import type { TrainOptions } from "../commands/train-command.ts";
import { CommandError, UsageError } from "../failure.ts";
import { flagOf } from "../flags/flag-names.ts";
import { RUN_FILE, type RunFolder } from "./run-folder.ts";
import { budgetOf, checkpointEvery, isTokenizerKind, type RunSettings } from "./train-settings.ts";

const FORMAT_VERSION = 2;
/** From when every task was a language model's. */
const FORMER_VERSION = 1;
const DEFAULT_KEPT = 3;

/** All that decides a run, as run.json keeps it; settings are resolved. */
export interface RunPlan {
  /** A name that the package knows, or a module's path and export. */
  readonly task: string | TaskModule;
  /** "-" is standard input, which is there only once: what it gave is found in the cache by the corpus's hash. */
  readonly files: readonly string[];
  /** One path for a language model, any number for other tasks. */
  readonly val: string | readonly string[] | null;
  readonly test: readonly string[] | null;
  readonly field: string | null;
  readonly tokenizerFile: string | null;
  readonly from: string | null;
  /** SHA-256 of the weights that `from` had. */
  readonly fromHash: string | null;
  readonly cache: string;
  readonly keepCheckpoints: number;
  readonly tensorboard: string | null;
  /** The module of a cell of the user's own, if the model has one. */
  readonly cell: CellEntry | null;
  readonly settings: RunSettings;
}

/** Options that an interrupted run may be gone on with under other values: none changes what is learned, or which model is the best. */
const MAY_CHANGE = ["threads", "gradientFormat", "backend", "sampleEvery", "checkpointEvery"] as const;
const OF_THE_CALL = [
  "task",
  "resume",
  "json",
  "force",
  "keepCheckpoints",
  "tensorboard",
  "cache",
  "config",
  "preset",
];
const BUDGETS = ["steps", "epochs", "minutes"];

/** The plan of a new run. */
export function newPlan(
  files: readonly string[],
  options: TrainOptions,
  asked: AskedTask,
  settings: RunSettings,
  cache: string,
  model?: ModelFiles,
): RunPlan {
  const { val, test, field, from, tokenizer, tensorboard, keepCheckpoints = DEFAULT_KEPT } = options;
  return {
    task: taskEntry(asked),
    files,
    val: val ?? null,
    test: test ?? null,
    field: field ?? null,
    tokenizerFile: tokenizer === undefined || isTokenizerKind(tokenizer) ? null : tokenizer,
    from: from ?? null,
    fromHash: model ? weightsHash(model) : null,
    cache,
    keepCheckpoints,
    tensorboard: tensorboard ?? null,
    cell: asked.isLanguage ? cellEntry(String(settings.cell)) : null,
    settings,
  };
}

/** By which a run finds out that the model it begins with has become another. */
export function weightsHash(model: ModelFiles): string {
  return sha256(model["model.safetensors"]);
}

/** run.json, where paths are absolute, so that the run can be gone on with from another folder. */
export function planText(
  plan: RunPlan,
  corpusHash: string | null,
  { description }: Pick<AskedTask, "description">,
): string {
  const { settings, task, files, val, test, tokenizerFile, from, cache, tensorboard, ...rest } = plan;
  const absolute = (path: string) => (path === "-" ? path : resolve(path));
  const placed = (path: string | readonly string[] | null) =>
    typeof path === "string" ? absolute(path) : (path?.map(absolute) ?? null);
  const paths = { val, ...(test === null ? {} : { test }), tokenizerFile, from, cache, tensorboard };
  const content = {
    format_version: FORMAT_VERSION,
    task,
    files: files.map(absolute),
    ...snakeCaseKeys(Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, placed(path)]))),
    ...snakeCaseKeys(rest),
    corpus_hash: corpusHash,
    settings: snakeCaseKeys(
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [
          name,
          pathsAtHome(description.options[name], value),
        ]),
      ),
    ),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** The plan of the run in a folder, and the hash of what it learns from. */
export function readPlan(
  folder: RunFolder,
  asked: AskedTask,
): { readonly plan: RunPlan; readonly corpusHash: string | null } {
  const refuse = (problem: string): never => {
    throw new CommandError(`${folder.path}/${RUN_FILE} ${problem}`);
  };
  let raw: Record<string, unknown> | null = null;
  try {
    raw = JSON.parse(readRegularText(folder.at(RUN_FILE)));
  } catch (error) {
    refuse(`cannot be read: ${(error as Error).message}`);
  }
  const { format_version, task = "language", corpus_hash, settings, ...rest } = raw ?? {};
  if (format_version !== FORMAT_VERSION && format_version !== FORMER_VERSION) {
    refuse(
      `has format_version ${JSON.stringify(format_version)}, needed ${FORMAT_VERSION} or ${FORMER_VERSION}`,
    );
  }
  const known = { cell: null, ...camelCaseKeys(rest) } as unknown as Omit<RunPlan, "settings" | "task">;
  const isPath = (value: unknown) => typeof value === "string";
  const isPaths = (value: unknown) => isPath(value) || (Array.isArray(value) && value.every(isPath));
  const optional = [known.field, known.tokenizerFile, known.from, known.fromHash, known.tensorboard];
  // Texts with a condition are read where they lie.
  const isConditioned = isRecord(settings) && typeof settings.condition === "string";
  const isWhole =
    Array.isArray(known.files) &&
    [...known.files, known.cache].every(isPath) &&
    (corpus_hash === null ? task !== "language" || isConditioned : isPath(corpus_hash)) &&
    optional.every((value) => value === null || isPath(value)) &&
    (known.cell === null || isRecord(known.cell)) &&
    [known.val, known.test ?? null].every((value) => value === null || isPaths(value)) &&
    Number.isInteger(known.keepCheckpoints) &&
    isRecord(settings);
  if (!isWhole) refuse("is damaged: some of what a run is made from is missing there");
  if (JSON.stringify(taskEntry(asked)) !== JSON.stringify(task)) {
    throw new UsageError("option '--task' would make it another run: leave it out, or begin anew with --out");
  }
  try {
    const resolved = resolveSettingsOf(asked.description, camelCaseKeys(settings as object));
    const plan = { ...known, test: known.test ?? null, task: task as RunPlan["task"], settings: resolved };
    return { plan, corpusHash: corpus_hash as string | null };
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    // A file has no flags, so options have their own names.
    const text = error.textFor((typed) => ("word" in typed ? typed.word : typed.option));
    return refuse(`is damaged: ${text}`);
  }
}

/**
 * The plan of a run that is gone on with under these options. What would make it another run is refused by name; a larger budget,
 * and what does not touch the learning, may change.
 */
export function resumedPlan(
  plan: RunPlan,
  files: readonly string[],
  options: TrainOptions,
  { description }: Pick<AskedTask, "description">,
): RunPlan {
  if (files.length > 0)
    throw new UsageError("--resume goes on with the run's own texts, so it takes no files");
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || OF_THE_CALL.includes(name) || BUDGETS.includes(name)) continue;
    const given = pathsAtHome(description.options[name], resolved(name, value));
    const before = beforeOf(plan, name);
    if (JSON.stringify(given) === JSON.stringify(before)) continue;
    if (!(MAY_CHANGE as readonly string[]).includes(name)) {
      const begun = before === null ? "without it" : `with ${JSON.stringify(before)}`;
      throw new UsageError(
        `option '${flagOf(name)}' would make it another run: it was begun ${begun}; leave it out, or begin anew with --out`,
      );
    }
    changes[name] = given;
  }
  const { keepCheckpoints = plan.keepCheckpoints, tensorboard, cache } = options;
  return {
    ...plan,
    keepCheckpoints,
    tensorboard: tensorboard === undefined ? plan.tensorboard : resolve(tensorboard),
    cache: cache === undefined ? plan.cache : resolve(cache),
    settings: { ...plan.settings, ...changes, budget: budgetOf(options) ?? plan.settings.budget },
  };
}

/** An option's value as run.json keeps it. */
function resolved(name: string, value: unknown): unknown {
  if (name === "checkpointEvery") return checkpointEvery(value as string);
  if (name === "val" || name === "test")
    return typeof value === "string" ? atHome(value) : (value as readonly string[]).map(atHome);
  return name === "tokenizer" && !isTokenizerKind(value as string) ? resolve(value as string) : value;
}

function atHome(path: string): string {
  return path === "-" ? path : resolve(path);
}

/** A setting whose paths are absolute, where it holds paths. */
function pathsAtHome(option: Option | undefined, value: unknown): unknown {
  const { paths } = option ?? {};
  const placed = (one: unknown) =>
    paths && typeof one === "string" && !paths.but.includes(one) ? resolve(one) : one;
  return Array.isArray(value) ? value.map(placed) : placed(value);
}

/** The paths of an option that may name one, several or none. */
export function pathsOf(said: string | readonly string[] | null): readonly string[] {
  return typeof said === "string" ? [said] : (said ?? []);
}

/** What a run was begun with, under the name of an option. */
function beforeOf(plan: RunPlan, name: string): unknown {
  if (name === "tokenizer") return plan.tokenizerFile ?? (plan.settings.tokenizer as TokenizerKind);
  if (name === "val" || name === "test" || name === "field") return plan[name] ?? undefined;
  return plan.settings[name];
}

/** Says which of the run's files are gone. */
export function requireFiles({ files, val, test, tokenizerFile }: RunPlan): void {
  const paths = [...files, ...pathsOf(val), ...pathsOf(test), ...pathsOf(tokenizerFile)];
  const missing = paths.find((path) => path !== "-" && !existsSync(path));
  if (missing) throw new CommandError(`${missing} does not exist any more, and the run learns from it`);
}
