// The training loop of a language model: truncated backpropagation through time (Williams & Peng 1990) over parallel streams,
// the state carried from one sequence to the next and set to zero at an epoch's end.
import { tokenStreams } from "../data/streams.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { generateTokens } from "../decoding/generate.ts";
import { UnrolledError } from "../errors.ts";
import type { StateDict } from "../layers/module.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { estimate, score, scoredText } from "../models/evaluate.ts";
import type { Evaluation } from "../models/evaluation.ts";
import { modelFiles } from "../models/folder.ts";
import { carry, clearState, LanguageModel } from "../models/language-model.ts";
import { LanguageModelSession } from "../models/session.ts";
import { clipGradNorm } from "../optimisers/clip.ts";
import { learningRateShare } from "../optimisers/schedule.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { ints } from "../tensor/tensor.ts";
import type { TrainingEvent } from "./events.ts";
import { Pace } from "./pace.ts";
import { configFor, encodeText, memoryFor, optimiserFor, tokenizerFor, totalStepsOf } from "./prepare.ts";
import type { TrainingData, TrainingSettings } from "./settings.ts";
import { splitText } from "./split.ts";

const SAMPLE_TOKENS = 300;
const PAUSE_EVERY_MS = 40;

/** Trains on the calling thread; `train` runs this in a worker. Ends early, keeping the best model, once `signal` is aborted. */
export async function* runTraining(
  data: TrainingData,
  settings: TrainingSettings,
  signal: AbortSignal,
): AsyncGenerator<TrainingEvent, void, undefined> {
  const { text, validation } = splitText(data, settings);
  const tokenizer = tokenizerFor(text, settings);
  const ids = encodeText(tokenizer, text);
  const heldOut = validation === undefined ? undefined : scoredText(tokenizer, validation);
  if (heldOut && heldOut.ids.length < 2) {
    throw new UnrolledError(
      "text-too-short",
      `train: the held-out text has ${heldOut.ids.length} tokens, needed at least 2 to measure on; give a longer --val or --val-fraction 0`,
    );
  }
  const { batchSize, seqLength, budget } = settings;
  const streams = tokenStreams(ids, batchSize, seqLength);
  const stepsPerEpoch = streams.sequencesPerEpoch;
  const totalSteps = totalStepsOf(settings, stepsPerEpoch);
  const config = configFor(settings, tokenizer);
  const memoryBytes = memoryFor(config, settings);

  const device = await openDevice({ backend: settings.backend });
  const random = new Generator(settings.seed);
  const model = new LanguageModel(device, config, random.fork(0));
  const parameters = model.parameters();
  const optimiser = optimiserFor(settings, model);
  const state = model.initialState(batchSize);
  const session = new LanguageModelSession(model);
  const inputs = new Int32Array(seqLength * batchSize);
  const targets = new Int32Array(seqLength * batchSize);

  /** Forward and backward over one sequence: leaves the gradients, carries the state on, returns the loss and the token count. */
  const walk = (sequence: number) => {
    const steps = streams.batch(sequence, inputs, targets);
    const tokens = steps * batchSize;
    const tensorOf = (entries: Int32Array) => ints(device, entries.subarray(0, tokens), [steps, batchSize]);
    const loss = device.scope(() => {
      const { logits, state: next } = model.forward(tensorOf(inputs), state);
      const mean = crossEntropy(logits, tensorOf(targets));
      mean.backward();
      carry(state, next);
      return device.heap.floats()[mean.offset];
    });
    return { loss, tokens };
  };

  yield {
    type: "start",
    settings,
    backend: device.backend,
    backendReason: device.reason,
    parameters: model.parameterCount(),
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens: ids.length,
    validationTokens: heldOut?.ids.length ?? 0,
    stepsPerEpoch,
    totalSteps,
    memoryBytes,
    secondsPerEpoch: secondsPerWalk(() => walk(0)) * stepsPerEpoch,
  };

  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const limitSeconds = "minutes" in budget ? budget.minutes * 60 : Number.POSITIVE_INFINITY;
  const pace = new Pace();
  let step = 0;
  let tokens = 0;
  let best: { readonly lossNats: number; readonly state: StateDict } | undefined;
  let evaluatedAt = 0;
  let pausedAt = performance.now();
  const isOver = () =>
    signal.aborted || (totalSteps === null ? elapsed() >= limitSeconds : step >= totalSteps);

  while (!isOver()) {
    if (step % stepsPerEpoch === 0) clearState(state);
    model.zeroGrad();
    const walked = walk(step % stepsPerEpoch);
    const gradientNorm = clipGradNorm(parameters, settings.gradClip || Number.POSITIVE_INFINITY);
    requireFinite(walked.loss, gradientNorm, step + 1, model);
    const progress = totalSteps === null ? elapsed() / limitSeconds : step / totalSteps;
    optimiser.learningRate =
      settings.learningRate * learningRateShare({ kind: settings.lrSchedule }, progress);
    optimiser.step();
    step += 1;
    tokens += walked.tokens;
    yield {
      type: "step",
      step,
      epoch: step / stepsPerEpoch,
      lossNats: walked.loss,
      gradientNorm,
      learningRate: optimiser.learningRate,
      tokensPerSecond: pace.add(walked.tokens),
      secondsLeft:
        totalSteps === null
          ? Math.max(0, limitSeconds - elapsed())
          : ((totalSteps - step) * elapsed()) / step,
    };
    const asideFrom = performance.now();
    if (isDue(settings.evalEvery, step) && !isOver()) yield* judge();
    if (isDue(settings.sampleEvery, step) && !isOver()) yield await sample();
    if (performance.now() - pausedAt > PAUSE_EVERY_MS) {
      await new Promise((resume) => setTimeout(resume, 0));
      pausedAt = performance.now();
    }
    pace.leaveOut(performance.now() - asideFrom);
  }

  const seconds = elapsed();
  if (evaluatedAt !== step) yield* judge();
  let evaluation: Evaluation | null = null;
  if (!signal.aborted) {
    if (best && heldOut) {
      model.loadStateDict(best.state);
      evaluation = await score(model, tokenizer, [heldOut]);
      yield {
        type: "model",
        step,
        files: await modelFiles({ model, tokenizer, training: { ...settings }, evaluation }),
      };
    }
    if (settings.sampleEvery > 0) yield await sample();
  }
  const reason = signal.aborted ? "aborted" : (Object.keys(budget)[0] as "steps" | "epochs" | "minutes");
  yield {
    type: "end",
    reason,
    steps: step,
    seconds,
    tokensPerSecond: seconds > 0 ? tokens / seconds : 0,
    evaluation,
  };

  /** Measures the model on the held-out text and hands it out if it is the best so far, or if there is nothing to measure on. */
  async function* judge(): AsyncGenerator<TrainingEvent, void, undefined> {
    evaluatedAt = step;
    if (!heldOut) {
      yield { type: "model", step, files: await modelFiles({ model, tokenizer, training: { ...settings } }) };
      return;
    }
    const found = await estimate(model, tokenizer, heldOut);
    const isBest = best === undefined || found.lossNats < best.lossNats;
    yield { type: "eval", step, best: isBest, ...found };
    if (!isBest) return;
    best = { lossNats: found.lossNats, state: await model.stateDict() };
    yield {
      type: "model",
      step,
      files: await modelFiles({ model, tokenizer, training: { ...settings }, evaluation: found }),
    };
  }

  async function sample(): Promise<TrainingEvent> {
    return { type: "sample", step, text: await sampleText(session, tokenizer, random.fork(1).fork(step)) };
  }
}

function isDue(every: number, step: number): boolean {
  return every > 0 && step % every === 0;
}

/** Seconds that a step takes: the second of two that change nothing. */
function secondsPerWalk(walk: () => void): number {
  walk();
  const started = performance.now();
  walk();
  return (performance.now() - started) / 1000;
}

/** Stops at a loss or gradient that is not finite, before it reaches the weights, and names where it stands. */
function requireFinite(loss: number, gradientNorm: number, step: number, model: LanguageModel): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  const { kernels } = model.device;
  for (const [name, parameter] of model.namedParameters()) {
    for (const [what, offset] of [
      ["", parameter.offset],
      ["the gradient of ", parameter.arrivedGradient()],
    ] as const) {
      if (offset === 0 || kernels.firstNotFinite(offset, parameter.size) < 0) continue;
      throw new UnrolledError(
        "not-finite",
        `train: at step ${step} the loss is ${loss} and ${what}${name} is not finite; lower --learning-rate or --grad-clip`,
      );
    }
  }
  throw new UnrolledError(
    "not-finite",
    `train: at step ${step} the loss is ${loss}, though all parameters are finite; lower --learning-rate`,
  );
}

/** What the model would write after a line break. */
async function sampleText(
  session: LanguageModelSession,
  tokenizer: Tokenizer,
  generator: Generator,
): Promise<string> {
  const prompt = tokenizer.encode("\n");
  session.reset();
  const events = generateTokens(session, prompt.length > 0 ? prompt : [0], {
    generator,
    maxNewTokens: SAMPLE_TOKENS,
    temperature: 0.8,
    stream: () => tokenizer.stream(),
    forbiddenIds: tokenizer.unknownId === null ? [] : [tokenizer.unknownId],
  });
  for await (const event of events) if (event.type === "end") return event.text;
  return "";
}
