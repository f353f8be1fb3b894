// The learning rate range test (Smith 2017, "Cyclical learning rates for training neural networks"): the rate rises exponentially from
// step to step while the loss is watched. It falls while the rate is good, and then explodes.
import { UnrolledError } from "../errors.ts";
import { targetsOf } from "../losses/reduce-losses.ts";
import type { Module } from "../module/module.ts";
import { createOptimiser } from "../optimisers/create.ts";
import { OPTIMISERS } from "../optimisers/optimiser-options.ts";
import { trainingStep } from "../optimisers/training-step.ts";
import { bucketedBatches } from "../tasks/fit/bucketed.ts";
import { collated } from "../tasks/fit/collate.ts";
import { type Example, kindsOf, lengthOf } from "../tasks/fit/example.ts";
import { cut, kindsFor, kindsSaid, weightsOf } from "../tasks/fit/fit-task.ts";
import { readBatch } from "../tasks/fit/read-batch.ts";
import { requireExamples } from "../tasks/fit/require-examples.ts";
import { requireWhole } from "../whole-numbers.ts";
import { checkRange } from "./check-fit.ts";
import type { FitOptions } from "./fit.ts";

/** How far rates are tried. */
export interface LearningRateRange {
  /** 1e−5. */
  readonly from?: number;
  /** 1. */
  readonly to?: number;
  /** 100. */
  readonly steps?: number;
}

/** What was found. */
export interface LearningRateFound {
  /** A tenth of the rate at which the smoothed loss was least: a good one to begin with. */
  readonly suggestion: number;
  /** Every rate that was tried and the loss at it, smoothed. */
  readonly rates: readonly number[];
  readonly losses: readonly number[];
}

/** Share of the smoothed loss that is kept from step to step. */
const SMOOTHING = 0.9;
/** How many times the least loss is an explosion. */
const EXPLODED = 4;

/**
 * Tries learning rates on a model, whose weights are afterwards what they were before.
 *
 * @throws UnrolledError "invalid-argument" for an impossible range, and as `fit`
 */
export async function findLearningRate<Model extends Module, Learned extends Example, Output = unknown>(
  model: Model,
  { from = 1e-5, to = 1, steps = 100, ...options }: FitOptions<Model, Learned, Output> & LearningRateRange,
): Promise<LearningRateFound> {
  if (!(from > 0 && to > from)) {
    throw new UnrolledError("invalid-argument", {
      call: "findLearningRate",
      problem: `from is ${from} and to is ${to}, needed 0 < from < to`,
    });
  }
  checkRange(options);
  requireWhole("findLearningRate", "steps", steps, 1);
  if (options.optimiser !== undefined && !Object.hasOwn(OPTIMISERS, options.optimiser)) {
    throw new UnrolledError("invalid-argument", {
      call: "findLearningRate",
      subject: "optimiser",
      got: JSON.stringify(options.optimiser),
      needed: `one of ${Object.keys(OPTIMISERS).join(", ")}`,
    });
  }
  requireExamples("findLearningRate", "data", options.data);
  const { data, batchSize = 32, seed = 1, timeMajor = false, optimiser = "adam", kinds } = options;
  const { accumulate = 1 } = options;
  requireWhole("findLearningRate", "accumulate", accumulate, 1);
  const lengths = Float64Array.from(data, lengthOf);
  const read = kindsFor(model, {
    kinds: {
      inputs: kindsSaid(kindsOf("findLearningRate", data, "inputs"), kinds?.inputs),
      targets: kindsSaid(kindsOf("findLearningRate", data, "targets"), kinds?.targets),
    },
    timeMajor,
  });
  const classWeights = weightsOf(options.classWeights, data);
  const before = await model.stateDict();
  const { training } = model;
  const parameters = model.trainableParameters();
  const kind = optimiser === "nt-asgd" ? "sgd" : optimiser;
  const stepper = createOptimiser({ kind, learningRate: from }, parameters);
  const { clip = 1 } = options;
  const maxNorm = clip || Number.POSITIVE_INFINITY;
  const rates: number[] = [];
  const losses: number[] = [];
  let smoothed = 0;
  let batches: readonly Int32Array[] = [];
  model.train();
  try {
    for (let step = 0; step < steps; step++) {
      if (batches.length === 0) batches = bucketedBatches(lengths, batchSize, { seed, epoch: step });
      const [places, ...rest] = batches;
      batches = rest;
      stepper.learningRate = from * (to / from) ** (step / Math.max(1, steps - 1));
      const { device } = parameters[0];
      const examples = Array.from(places, (place) => data[place]);
      // In as many goes as fit reads a batch in; each counts its targets, or its rows.
      const readInGoes = () => {
        let [sum, total] = [0, 0];
        for (const { rows, share } of cut(examples, accumulate))
          device.scope(() => {
            const batch = collated(device, share, read);
            const { loss } = readBatch(options as never, model, batch as never, classWeights);
            const weight = targetsOf(loss) ?? rows;
            if (weight === 0) return;
            loss.backward([weight]);
            sum += weight * loss.read()[0];
            total += weight;
          });
        for (const parameter of parameters) {
          const gradient = parameter.arrivedGradient();
          if (gradient && total > 0) device.kernels.scale(gradient, 1 / total, parameter.size);
        }
        return { loss: undefined, found: () => sum / total };
      };
      const accepts = (loss: number) => {
        smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * loss;
        rates.push(stepper.learningRate);
        losses.push(smoothed / (1 - SMOOTHING ** (step + 1)));
        return Number.isFinite(loss) && losses[step] <= EXPLODED * Math.min(...losses);
      };
      if (!trainingStep(stepper, readInGoes, { maxNorm, accepts }).isAccepted) break;
      await new Promise((resume) => setTimeout(resume, 0));
      if (options.signal?.aborted)
        throw new UnrolledError("aborted", { call: "findLearningRate", problem: "aborted by its signal" });
    }
  } finally {
    stepper.zeroGrad();
    model.loadStateDict(before);
    if (!training) model.eval();
  }
  return { suggestion: rates[losses.indexOf(Math.min(...losses))] / 10, rates, losses };
}
