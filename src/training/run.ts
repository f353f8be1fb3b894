// The training loop of a language model: truncated backpropagation through time (Williams & Peng 1990) over parallel streams,
// the state carried from one sequence to the next and set to zero at an epoch's end.
import { coresThere } from "#platform";
import { UnrolledError } from "../errors.ts";
import type { ReferenceLoader } from "../kernels/select.ts";
import { modelFromFiles } from "../models/folder.ts";
import { Generator } from "../random/philox.ts";
import { openDeviceWith } from "../tensor/device.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { diverged } from "./divergence.ts";
import type { TrainingEvent } from "./events.ts";
import { Pace } from "./pace.ts";
import { configFor, memoryFor, totalStepsOf, withArchitectureOf } from "./prepare.ts";
import { Run } from "./run-progress.ts";
import type { TrainingData, TrainingSettings, TrainingStart } from "./settings.ts";
import { Trainer } from "./trainer.ts";
import { openTrainingText } from "./training-text.ts";

const PAUSE_EVERY_MS = 40;
/** Place of the first weights and of dropout among a seed's streams of random numbers. */
const WEIGHTS = 0;
/** Bad steps in a row after which skipping them or rolling back does not help. */
const MOST_BAD_STEPS = 10;

/** Trains on the calling thread; `train` runs this in a worker. Ends early, keeping the best model, once `signal` is aborted. */
export async function* runTraining(
  data: TrainingData,
  given: TrainingSettings,
  signal: AbortSignal,
  start: TrainingStart = {},
  loadReference?: ReferenceLoader,
): AsyncGenerator<TrainingEvent, void, undefined> {
  const generator = new Generator(given.seed).fork(WEIGHTS);
  const device = await openDeviceWith(loadReference, { backend: given.backend, generator });
  const from = start.model && (await modelFromFiles(device, async (name) => start.model![name]));
  const settings = from ? withArchitectureOf(from.model.config, given) : given;
  const text = openTrainingText(data, settings, from?.tokenizer);
  const { heldOut, tokenizer } = text;
  const config = configFor(settings, tokenizer);
  const threads = settings.threads ?? coresThere();
  const memoryBytes = memoryFor(config, settings, threads);
  const stepsPerEpoch = text.streams(0).sequencesPerEpoch;
  const totalSteps = totalStepsOf(settings, stepsPerEpoch);
  const trainer = await Trainer.open(device, config, settings, threads);
  try {
    if (from) trainer.model.loadStateDict(await from.model.stateDict());
    const secondsPerStep = await trainer.secondsPerStep(text.streams(0));
    const run = new Run(trainer, text, settings, stepsPerEpoch);
    if (start.checkpoint) await run.restore(await decodeCheckpoint(start.checkpoint));
    if (totalSteps !== null && run.step > totalSteps) {
      throw new UnrolledError(
        "invalid-argument",
        `train: budget is ${totalSteps} steps in all, but the checkpoint comes after ${run.step} already`,
      );
    }
    yield {
      type: "start",
      settings,
      backend: device.backend,
      backendReason: device.reason,
      threads: trainer.team.threads,
      parameters: trainer.model.parameterCount(),
      vocabularySize: tokenizer.vocabularySize,
      trainingTokens: text.tokens.length,
      unknownTokens: text.unknownTokens,
      validationTokens: heldOut?.ids.length ?? 0,
      stepsPerEpoch,
      totalSteps,
      memoryBytes,
      secondsPerEpoch: secondsPerStep * stepsPerEpoch,
      resumedAt: start.checkpoint ? run.step : null,
    };
    yield* steps(run, settings, totalSteps, signal);
  } finally {
    trainer.team.close();
  }
}

/** The loop itself, from wherever the run is. */
async function* steps(
  run: Run,
  settings: TrainingSettings,
  totalSteps: number | null,
  signal: AbortSignal,
): AsyncGenerator<TrainingEvent, void, undefined> {
  const { budget, checkpointEvery, onDivergence } = settings;
  const started = performance.now() - run.seconds * 1000;
  const elapsed = () => (performance.now() - started) / 1000;
  const limitSeconds = "minutes" in budget ? budget.minutes * 60 : Number.POSITIVE_INFINITY;
  const isOver = () =>
    signal.aborted ||
    run.hasStopped ||
    (totalSteps === null ? elapsed() >= limitSeconds : run.step >= totalSteps);
  const pace = new Pace();
  const firstStep = run.step;
  const firstSeconds = run.seconds;
  let pausedAt = performance.now();
  let checkpointAtMs = performance.now();
  if (onDivergence === "rollback") await run.remember();
  // Whoever interrupted the run at the step of an evaluation has left it to be made.
  if (isDue(settings.evalEvery, run.step) && run.evaluatedAt !== run.step && !isOver()) yield* run.judge();

  while (!isOver()) {
    const progress = totalSteps === null ? elapsed() / limitSeconds : run.step / totalSteps;
    const made = await run.makeStep(progress);
    run.seconds = elapsed();
    if (made.problem === undefined) {
      yield {
        type: "step",
        step: run.step,
        epoch: run.step / run.stepsPerEpoch,
        lossNats: made.loss,
        gradientNorm: made.gradientNorm,
        learningRate: made.learningRate,
        tokensPerSecond: pace.add(made.tokens),
        secondsLeft:
          totalSteps === null
            ? Math.max(0, limitSeconds - elapsed())
            : ((totalSteps - run.step) * (elapsed() - firstSeconds)) / (run.step - firstStep),
        memoryBytes: run.memoryBytes,
      };
    } else {
      if (onDivergence === "stop" || run.badSteps > MOST_BAD_STEPS) throw diverged(made.problem);
      yield { type: "note", step: run.step, text: `${made.problem}: ${await run.recover(onDivergence)}` };
    }
    const asideFrom = performance.now();
    if (isDue(settings.evalEvery, run.step) && !isOver()) yield* run.judge();
    if (isDue(settings.sampleEvery, run.step) && !isOver()) yield await run.sample();
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
  const evaluation = signal.aborted ? null : yield* run.finish();
  yield {
    type: "end",
    reason: signal.aborted ? "aborted" : run.hasStopped ? "early-stopping" : budgetName(settings),
    steps: run.step,
    seconds: run.seconds,
    tokensPerSecond: run.seconds > 0 ? run.tokens / run.seconds : 0,
    evaluation,
  };
}

async function checkpoint(run: Run): Promise<TrainingEvent> {
  const made = await run.remember();
  return { type: "checkpoint", step: run.step, file: await encodeCheckpoint(made) };
}

function isDue(every: number, step: number): boolean {
  return every > 0 && step % every === 0;
}

function budgetName({ budget }: TrainingSettings): "steps" | "epochs" | "minutes" {
  if ("steps" in budget) return "steps";
  return "epochs" in budget ? "epochs" : "minutes";
}
