import { join } from "node:path";
import type { Command } from "commander";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../../errors.ts";
import { camelCaseKeys } from "../../models/folder-files.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import type { TaskName } from "../../tasks/find-task.ts";
import { architectureOf, architectureOptions, cellTable } from "../../tasks/language/model/language-cell.ts";
import type { LanguageModelConfig } from "../../tasks/language/model/language-model-config.ts";
import type { AnyTrainingEvent } from "../../training/events.ts";
import type { TrainingStart } from "../../training/settings.ts";
import { trainAny } from "../../training/train.ts";
import { requireKnownCell } from "../asked-cell.ts";
import { type AskedTask, presetsOf } from "../asked-task.ts";
import { defaultCacheFolder } from "../cache-folder.ts";
import { type Configured, configured } from "../configuration/configured.ts";
import { configurationText, resolvedConfiguration } from "../configuration/resolved.ts";
import { CommandError, EXIT, textOf, UsageError } from "../failure.ts";
import { flagOf } from "../flags/flag-names.ts";
import { onInterruption } from "../interruption.ts";
import { readModelFiles } from "../model-folder.ts";
import { jobDone, others } from "../ranks/joined-world.ts";
import { watchForLateRank } from "../ranks/late-rank.ts";
import { sharedSettings, tellTraining } from "../ranks/tell-training.ts";
import { withProposedOut } from "../run/proposed-out.ts";
import { readTokenizer } from "../run/run-corpus.ts";
import { dataOf } from "../run/run-data.ts";
import { type FoundCheckpoint, LOCK_FILE, RunFolder } from "../run/run-folder.ts";
import { lockRun } from "../run/run-lock.ts";
import {
  newPlan,
  planText,
  type RunPlan,
  readPlan,
  requireFiles,
  resumedPlan,
  weightsHash,
} from "../run/run-plan.ts";
import { RunRecorder } from "../run/run-recorder.ts";
import { isTokenizerKind, settingsOf } from "../run/train-settings.ts";
import { counted } from "../screen/amounts.ts";
import { TrainingView } from "../screen/training-view.ts";
import { holdStandardInput, STANDARD_INPUT } from "../standard-input.ts";
import type { TrainOptions } from "./train-command.ts";

/** A run to be made or gone on with. */
interface Opened {
  readonly plan: RunPlan;
  readonly folder: RunFolder;
  readonly tokenizer: Tokenizer | undefined;
  readonly start: TrainingStart;
  readonly isResumed: boolean;
  readonly found: FoundCheckpoint | undefined;
  /** Of what the run has learned from so far. */
  readonly corpusHash: string | null;
  /** Where TensorBoard's files have been so far. */
  readonly boardBefore: string | null;
}

/** `unrolled train`: prepares the texts, trains in a worker, keeps everything in the run's folder; returns the exit code. */
export async function runTrainCommand(
  command: Command,
  files: readonly string[],
  asked: AskedTask,
): Promise<number> {
  const { config } = command.opts();
  await holdStandardInput(config, ...(config === STANDARD_INPUT ? files : []));
  const given = configured(command, files, presetsOf(asked));
  const options = given.options as TrainOptions;
  const configuration = () =>
    configurationText(resolvedConfiguration(command, given, (some) => settingsOf(some, asked)));
  if (command.opts().printConfig) {
    process.stdout.write(configuration());
    return EXIT.done;
  }
  const note = (text: string) => process.stderr.write(`note: ${text}\n`);
  const opened =
    options.resume === undefined ? await begun(given, asked) : await resumed(options, files, asked, note);
  const { plan, folder, tokenizer, start, found, isResumed, corpusHash } = opened;
  const view = new TrainingView(options.json ? process.stderr : process.stdout, asked.description);
  process.once("exit", () => view.close());
  const abort = new AbortController();
  onInterruption(() => {
    view.stopping();
    // What starts several processes asks them to end where one of them has died, too.
    if (others()) note("if a rank has died, unrolled train --resume goes on from the last checkpoint");
    abort.abort();
  });
  const lock = () => lockRun(folder.at(LOCK_FILE), folder.path);
  const { data, corpus } = await dataOf(plan, tokenizer, corpusHash, abort.signal, (progress) =>
    view.preparing(progress),
  );
  const recorder = new RunRecorder(plan, folder, options.json === true, view, asked.description);
  const settings = await sharedSettings(plan.settings);
  await tellTraining(plan, settings, asked, { data, corpus, tokenizer, model: start.model });
  watchForLateRank(note);
  try {
    for await (const event of trainAny(
      { task: asked.name as TaskName, data, settings, ...start, signal: abort.signal },
      others()?.place,
    )) {
      if (event.type === "start") {
        if (found) noteDifferences(event, found, note);
        const runFile = planText(plan, corpus?.hash ?? null, asked);
        if (isResumed) {
          await folder.cutBack(found?.state.step ?? 0);
          await folder.write("run.json", runFile);
          recorder.reopen(found?.state, opened.boardBefore);
        } else {
          // Another process may be training in a folder that is to be replaced.
          const isThere = folder.exists;
          if (isThere) lock();
          await folder.begin({ "run.json": runFile, "settings.yaml": configuration() });
          if (!isThere) lock();
          recorder.open();
        }
      }
      await recorder.take(event);
    }
    jobDone();
  } catch (error) {
    view.close();
    if (!(error instanceof UnrolledError) || error.code !== "not-finite") throw error;
    jobDone();
    const saved = recorder.savedPath;
    const kept = saved === null ? "no model was saved yet" : `the last good model is in ${saved}`;
    throw new CommandError(`${textOf(error)}; ${kept}`);
  } finally {
    await recorder.close();
  }
  if (recorder.savedPath !== null) {
    const { writeRunReport } = await import("../run/run-report.ts");
    await writeRunReport(folder, corpus, settings.backend, asked.description);
  }
  return abort.signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** A new run: what is wrong with it is found before anything is read or written. */
async function begun({ files, options: given }: Configured, asked: AskedTask): Promise<Opened> {
  const options = given as TrainOptions;
  // A task of the user's own may have its data from elsewhere.
  if (files.length === 0 && (asked.isLanguage || asked.isKnown))
    throw new UsageError("missing required argument 'file'");
  if (options.out === undefined) {
    const line = withProposedOut(process.argv.slice(2), files);
    throw new UsageError(`required option '--out <dir>' not specified; for instance: ${line}`);
  }
  const model = options.from === undefined ? undefined : await modelToGoOnFrom(options, asked);
  const file = options.tokenizer;
  const tokenizer =
    model?.tokenizer ?? (file === undefined || isTokenizerKind(file) ? undefined : readTokenizer(file));
  const settings = settingsOf({ ...options, ...model?.sizes }, asked, tokenizer);
  if (asked.isLanguage) requireOfCondition(settings.condition !== null, options);
  const folder = RunFolder.forNew(options.out, options.force === true);
  return {
    plan: newPlan(files, options, asked, settings, options.cache ?? defaultCacheFolder(), model?.files),
    folder,
    tokenizer,
    start: model ? { model: model.files } : {},
    isResumed: false,
    found: undefined,
    corpusHash: null,
    boardBefore: null,
  };
}

/** Options that only texts with a condition have, or only texts without. */
function requireOfCondition(isConditioned: boolean, { test, field }: TrainOptions): void {
  if (!isConditioned && test !== undefined)
    throw new UsageError("option '--test <files...>' needs --condition");
  if (isConditioned && field !== undefined)
    throw new UsageError("option '--field <name>' cannot be used with --condition: --text names the column");
}

/** A run that is there, with its newest whole checkpoint; without one it begins anew. */
async function resumed(
  options: TrainOptions,
  files: readonly string[],
  asked: AskedTask,
  note: (text: string) => void,
): Promise<Opened> {
  const folder = RunFolder.forResume(options.resume!);
  lockRun(folder.at(LOCK_FILE), folder.path);
  const before = readPlan(folder, asked);
  const plan = resumedPlan(before.plan, files, options, asked);
  requireFiles(plan);
  let damaged = 0;
  const found = await folder.newestCheckpoint((message) => {
    damaged += 1;
    note(message);
  });
  requireBudgetLeft(options, found);
  if (!found) {
    const why = damaged === 0 ? "has no checkpoint yet" : "has only damaged checkpoints";
    note(`${folder.path} ${why}, so the run begins at its start`);
  }
  const model = plan.from === null ? undefined : await readModelFiles(plan.from, asked.isLanguage);
  if (!found && model && weightsHash(model) !== plan.fromHash) {
    throw new CommandError(`the model in ${plan.from} has changed since the run was begun with it`);
  }
  const tokenizerFile = !asked.isLanguage
    ? null
    : plan.from === null
      ? plan.tokenizerFile
      : join(plan.from, "tokenizer.json");
  // As many threads as before, since another number gives other bits.
  const threads = options.threads ?? found?.state.threads ?? plan.settings.threads;
  return {
    plan: { ...plan, settings: { ...plan.settings, threads } },
    folder,
    tokenizer: tokenizerFile === null ? undefined : readTokenizer(tokenizerFile),
    start: { model, checkpoint: found?.bytes },
    isResumed: true,
    found,
    corpusHash: before.corpusHash,
    boardBefore: before.plan.tensorboard,
  };
}

/** Budgets count from a run's start. */
function requireBudgetLeft({ steps, minutes }: TrainOptions, found: FoundCheckpoint | undefined): void {
  if (!found) return;
  const { state } = found;
  if (steps !== undefined && steps < state.step) {
    throw new UsageError(`option '--steps' is ${steps} in all, but the run has made ${state.step} already`);
  }
  const spent = state.seconds / 60;
  if (minutes !== undefined && minutes < spent) {
    throw new UsageError(
      `option '--minutes' is ${minutes} in all, but the run has taken ${spent.toFixed(1)} already`,
    );
  }
}

/** The sizes that a trained model brings; naming others is wrong usage. */
async function modelToGoOnFrom(
  options: TrainOptions,
  { isLanguage }: AskedTask,
): Promise<{
  readonly files: ModelFiles;
  readonly tokenizer: Tokenizer | undefined;
  readonly sizes: TrainOptions;
}> {
  const folder = options.from!;
  const files = await readModelFiles(folder, isLanguage);
  if (isLanguage) requireKnownCell(folder);
  if (!isLanguage) return { files, tokenizer: undefined, sizes: {} };
  const raw = JSON.parse(new TextDecoder().decode(files["config.json"])) as Record<string, unknown>;
  const config = camelCaseKeys(raw) as unknown as LanguageModelConfig;
  const { cell, embeddingSize, hiddenSize, numLayers, lastHiddenSize, tieWeights } = config;
  if (options.tieWeights && !tieWeights) {
    throw new UsageError(
      `option '--tie-weights' cannot be used with the model in ${folder}, whose weights are not tied`,
    );
  }
  const sizes = {
    cell,
    embeddingSize,
    hiddenSize,
    numLayers,
    lastHiddenSize,
    ...(tieWeights ? { tieWeights } : {}),
  };
  const all: TrainOptions = { ...sizes, ...architectureOf(config) };
  for (const name of [...Object.keys(sizes), ...architectureOptions(cell)]) {
    const asked = options[name];
    const has = all[name] ?? cellTable(cell)[name]?.default;
    if (asked === undefined || JSON.stringify(asked) === JSON.stringify(has)) continue;
    throw new UsageError(
      `${flagOf(name)} is ${asked}, but the model in ${folder} has ${has ?? "none"}, which --from takes over`,
    );
  }
  if (options.tokenizer !== undefined) {
    throw new UsageError("option '--tokenizer' cannot be used with '--from', which brings the model's own");
  }
  return { files, tokenizer: readTokenizer(join(folder, "tokenizer.json")), sizes: all };
}

/** Says what will keep a resumed run from ending bit for bit as it would have. */
function noteDifferences(
  { threads, ranks = 1, backend }: Extract<AnyTrainingEvent, { type: "start" }>,
  { state }: FoundCheckpoint,
  note: (text: string) => void,
): void {
  const differences = [
    ...(ranks === (state.ranks ?? 1) ? [] : [`${counted(state.ranks ?? 1, "rank")} before, ${ranks} now`]),
    ...(threads === state.threads ? [] : [`${counted(state.threads, "thread")} before, ${threads} now`]),
    ...(backend === state.backend ? [] : [`${state.backend} before, ${backend} now`]),
  ];
  if (differences.length > 0) {
    note(`the run goes on, but not bit for bit as it would have: ${differences.join("; ")}`);
  }
}
