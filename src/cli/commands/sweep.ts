import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { World } from "../../mpi/world.ts";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { CommandError, EXIT, UsageError } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { jobDone, others, tellJob } from "../ranks/joined-world.ts";
import type { SharedTrials } from "../ranks/shared-trials.ts";
import { lockRun } from "../run/run-lock.ts";
import { holdStandardInput } from "../standard-input.ts";
import { writeResults } from "../sweep/files.ts";
import { readPlan, type SweepPlan } from "../sweep/plan.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import { rungsOf } from "../sweep/rungs.ts";
import { gridTrials, randomTrials } from "../sweep/search.ts";
import { readState, type SweepState, saveState } from "../sweep/state.ts";
import { ranked } from "../sweep/trial.ts";
import { SweepView } from "../sweep/view.ts";
import type { SweepOptions } from "./sweep-command.ts";

const LOCK_FILE = "sweep.lock";

/** `unrolled sweep`: runs a sweep, or what is left of one; returns the exit code. `train` is the command that a trial is. */
export async function runSweepCommand(
  options: SweepOptions,
  train: Command,
  task: TaskDescription = LANGUAGE,
): Promise<number> {
  const folder = folderOf(options);
  await holdStandardInput(options.config);
  const state = options.resume === undefined ? begun(options, folder, train, task) : readState(folder);
  const { plan } = state;
  const world = others();
  const path = options.resume ?? options.out!;
  lockRun(join(folder, LOCK_FILE), path);
  const view = new SweepView(
    plan,
    rungsOf(state.trials.length, plan.halving),
    state.trials,
    options.json === true,
  );
  process.once("exit", () => view.close());
  const abort = new AbortController();
  onInterruption(() => {
    view.stopping();
    abort.abort();
  });
  const shared = world && (await sharing(world));
  try {
    const parallel = (options.parallel ?? plan.parallel) * (world?.ranks.size ?? 1);
    const end = await runSweep(folder, state, {
      train,
      parallel,
      signal: abort.signal,
      listener: view,
      ...(shared ? { begin: (...parts) => shared.begin(...parts) } : {}),
    });
    const files = await writeResults(folder, end);
    view.finish(end.trials, path, files);
    if (abort.signal.aborted) {
      process.stderr.write(`Go on with: unrolled sweep --resume ${path}\n`);
      return EXIT.interrupted;
    }
    if (ranked(end.trials, plan.metric, plan.better).length > 0) return EXIT.done;
    throw new CommandError(`no trial succeeded; the first: ${end.trials[0].error}`);
  } finally {
    view.close();
    await shared?.end();
    jobDone();
  }
}

/** Has the processes that this one was started with share the trials. */
async function sharing(world: World): Promise<SharedTrials> {
  const { SharedTrials } = await import("../ranks/shared-trials.ts");
  await tellJob({ type: "sweep" });
  return new SharedTrials(world);
}

function folderOf({ out, resume, config }: SweepOptions): string {
  if (resume !== undefined) return resolve(resume);
  if (config === undefined)
    throw new UsageError("required option '--config <file>' not specified (or --resume DIR)");
  if (out === undefined)
    throw new UsageError("required option '--out <dir>' not specified (or --resume DIR)");
  return resolve(out);
}

/** A new sweep, its trials drawn and its state saved. */
function begun(
  { config, out, parallel }: SweepOptions,
  folder: string,
  train: Command,
  task: TaskDescription,
): SweepState {
  const read = readPlan(train, config!, task);
  const plan = withThreads({ ...read, parallel: parallel ?? read.parallel }, train);
  const settings =
    plan.trials === null
      ? gridTrials(plan.parameters)
      : randomTrials(plan.parameters, plan.trials, plan.seed);
  if (existsSync(folder))
    throw new CommandError(`${out} exists; give --out another name, or --resume to go on`);
  const trials = settings.map((each, index) => ({
    number: index + 1,
    settings: each,
    results: [],
    error: null,
  }));
  const state: SweepState = { version: 1, workingFolder: process.cwd(), plan, trials };
  mkdirSync(folder, { recursive: true });
  saveState(folder, state);
  return state;
}

/** Trials side by side have a thread each, where nothing else is said. It is kept, as the number of threads decides the bits. */
function withThreads(plan: SweepPlan, train: Command): SweepPlan {
  const isOption = train.options.some((option) => option.attributeName() === "threads");
  const isSaid = "threads" in plan.fixed || plan.parameters.some(({ key }) => key === "threads");
  const world = others();
  if (!isOption || isSaid || (plan.parallel === 1 && !world)) return plan;
  const threads = world ? Math.max(1, Math.floor(world.threads / plan.parallel)) : 1;
  return { ...plan, fixed: { ...plan.fixed, threads } };
}
