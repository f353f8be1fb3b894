// The training loop, whatever the task.
import { UnrolledError } from "../errors.ts";
import type { ReferenceLoader } from "../kernels/select.ts";
import type { ModelFiles } from "../models/model-files.ts";
import type { StateDict } from "../module/module.ts";
import type { LoopSettings } from "../tasks/loop-settings.ts";
import type { Task } from "../tasks/task.ts";
import { type Checkpoint, encodeCheckpoint } from "./checkpoint.ts";
import { diverged } from "./divergence.ts";
import type { AnyTrainingEvent, EventFieldsOf, TrainingEvent } from "./events.ts";
import { type JoinedRanks, openTrainer } from "./open-trainer.ts";
import { stepsBetweenMeasurements, totalStepsOf } from "./optimisation.ts";
import { Pace } from "./pace.ts";
import { Run } from "./run.ts";
import type { TrainingStart } from "./settings.ts";
import type { Trainer } from "./trainer.ts";

const PAUSE_EVERY_MS = 40;
/** Bad steps in a row after which skipping them or rolling back does not help. */
const MOST_BAD_STEPS = 10;

/** Trains on the calling thread; `train` runs this in a worker. Ends early, keeping the best model, once `signal` is aborted. */
export function runTraining<Trained extends Task>(
  task: Trained,
  data: unknown,
  settings: LoopSettings,
  signal: AbortSignal,
  start: TrainingStart = {},
  loadReference?: ReferenceLoader,
  ranks?: JoinedRanks,
): AsyncGenerator<TrainingEvent<EventFieldsOf<Trained>>, void, undefined> {
  // The loop knows no task; which fields its events have follows from what the task is.
  return runAny(task, data, settings, signal, start, loadReference, ranks) as ReturnType<
    typeof runTraining<Trained>
  >;
}

async function* runAny(
  task: Task,
  data: unknown,
  given: LoopSettings,
  signal: AbortSignal,
  start: TrainingStart,
  loadReference: ReferenceLoader | undefined,
  ranks: JoinedRanks | undefined,
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  const { model } = start;
  const opened = await openTrainer({ task, data, settings: given, start, loadReference }, ranks?.open);
  const { trainer, prepared, settings: asked } = opened;
  const totalSteps = totalStepsOf(asked, prepared.batchesPerEpoch);
  const { team, device } = trainer;
  try {
    const weights = prepared.weights ?? (model && (await weightsIn(model)));
    if (weights) trainer.model.loadStateDict(weights);
    const secondsPerStep = await trainer.secondsPerStep();
    const evalEvery = asked.evalEvery ?? stepsBetweenMeasurements(asked, totalSteps, secondsPerStep);
    const settings = { ...asked, evalEvery };
    const run = new Run(task, trainer, prepared, asked);
    const differs = start.checkpoint && (await run.restore(await decoded(start.checkpoint)));
    if (totalSteps !== null && run.step > totalSteps) {
      throw new UnrolledError("invalid-argument", {
        call: "train",
        problem: `budget is ${totalSteps} steps in all, but the checkpoint comes after ${run.step} already`,
      });
    }
    yield {
      type: "start",
      task: task.name,
      settings: { ...settings },
      backend: device.backend,
      backendReason: device.reason,
      threads: team.threads,
      ...(team.reason === undefined ? {} : { threadsReason: team.reason }),
      ...(ranks ? { ranks: ranks.size } : {}),
      parameters: trainer.model.parameterCount(),
      ...prepared.facts,
      stepsPerEpoch: prepared.batchesPerEpoch,
      totalSteps,
      memoryBytes: prepared.memoryBytes ?? device.heap.use().totalBytes,
      secondsPerEpoch: secondsPerStep * prepared.batchesPerEpoch,
      resumedAt: start.checkpoint ? run.step : null,
      ...(prepared.baselines ? { baselines: { ...prepared.baselines } as never } : {}),
    };
    for (const text of [...(prepared.notes ?? []), ...(differs ? [differs] : [])])
      yield { type: "note", step: run.step, text };
    yield* steps(task, run, trainer, settings, totalSteps, signal);
  } finally {
    trainer.close();
  }
}

/** Most runs do not go on from anything, and need nothing that reads files. */
async function weightsIn(files: ModelFiles): Promise<StateDict> {
  const { readSafetensors } = await import("../formats/safetensors.ts");
  return readSafetensors(files["model.safetensors"]);
}

async function decoded(file: Uint8Array): Promise<Checkpoint> {
  const { decodeCheckpoint } = await import("./decode-checkpoint.ts");
  return decodeCheckpoint(file);
}

/** The loop itself, from wherever the run is. */
async function* steps(
  task: Task,
  run: Run,
  trainer: Trainer,
  settings: LoopSettings & { readonly evalEvery: number },
  totalSteps: number | null,
  signal: AbortSignal,
): AsyncGenerator<AnyTrainingEvent, void, undefined> {
  const { budget, checkpointEvery, onDivergence } = settings;
  const started = performance.now() - run.seconds * 1000;
  const elapsed = () => (performance.now() - started) / 1000;
  const limitSeconds = "minutes" in budget ? budget.minutes * 60 : Number.POSITIVE_INFINITY;
  const isAborted = () => signal.aborted || trainer.isEndAsked;
  const isOver = () =>
    isAborted() ||
    run.hasStopped ||
    (totalSteps === null ? elapsed() >= limitSeconds : run.step >= totalSteps);

  const pace = new Pace();
  const paceName = `${task.units}PerSecond`;
  const firstStep = run.step;
  const firstSeconds = run.seconds;
  let pausedAt = performance.now();
  let checkpointAtMs = performance.now();
  if (onDivergence === "rollback") await run.remember();
  // A run that was interrupted at the step of an evaluation still has to make it.
  if (isDue(settings.evalEvery, run.step) && run.evaluatedAt !== run.step && !isOver()) yield* run.judge();

  while (!isOver()) {
    const progress = totalSteps === null ? elapsed() / limitSeconds : run.step / totalSteps;
    const made = await run.makeStep(progress);
    run.seconds = elapsed();
    if (made.problem === undefined) {
      yield {
        type: "step",
        step: run.step,
        epoch: run.step / run.batchesPerEpoch,
        [task.loss]: made.loss,
        gradientNorm: made.gradientNorm,
        learningRate: made.learningRate,
        [paceName]: pace.add(made.units),
        secondsLeft:
          totalSteps === null
            ? Math.max(0, limitSeconds - elapsed())
            : ((totalSteps - run.step) * (elapsed() - firstSeconds)) / (run.step - firstStep),
        memoryBytes: run.memoryBytes,
      } as AnyTrainingEvent;
    } else {
      if (onDivergence === "stop" || run.badSteps > MOST_BAD_STEPS) throw diverged(made.problem);
      yield { type: "note", step: run.step, text: `${made.problem}: ${await run.recover(onDivergence)}` };
    }
    const said = trainer.note();
    if (said !== undefined) yield { type: "note", step: run.step, text: said };
    const asideFrom = performance.now();
    if (isDue(settings.evalEvery, run.step) && !isOver()) yield* run.judge();
    if (isDue(settings.sampleEvery, run.step) && !isOver()) yield* run.sample();
    const isCheckpointDue =
      checkpointEvery !== null &&
      ("steps" in checkpointEvery
        ? run.step % checkpointEvery.steps === 0
        : performance.now() - checkpointAtMs >= checkpointEvery.seconds * 1000);
    // After a bad step the weights may be what is wrong: the last good ones are not to be replaced by them.
    if (isCheckpointDue && run.badSteps === 0 && !isOver()) {
      yield await checkpoint(run);
      checkpointAtMs = performance.now();
    }
    if (performance.now() - pausedAt > PAUSE_EVERY_MS) {
      await new Promise((resume) => setTimeout(resume, 0));
      pausedAt = performance.now();
    }
    pace.leaveOut(performance.now() - asideFrom);
  }

  run.seconds = elapsed();
  // Before the last measurement, which a run that was not interrupted here would not have made.
  if (checkpointEvery !== null) yield await checkpoint(run);
  if (run.evaluatedAt !== run.step) yield* run.judge();
  const { evaluation, test } = isAborted() ? { evaluation: null } : yield* run.finish();
  yield {
    type: "end",
    reason: isAborted() ? "aborted" : run.hasStopped ? "early-stopping" : budgetName(settings),
    steps: run.step,
    seconds: run.seconds,
    [paceName]: run.seconds > 0 ? run.units / run.seconds : 0,
    evaluation: evaluation && { ...evaluation },
    ...(test ? { test: { ...test } } : {}),
  } as AnyTrainingEvent;
}

async function checkpoint(run: Run): Promise<AnyTrainingEvent> {
  const made = await run.checkpoint();
  return { type: "checkpoint", step: run.step, file: await encodeCheckpoint(made) };
}

function isDue(every: number, step: number): boolean {
  return every > 0 && step % every === 0;
}

function budgetName({ budget }: LoopSettings): "steps" | "epochs" | "minutes" {
  if ("steps" in budget) return "steps";
  return "epochs" in budget ? "epochs" : "minutes";
}
