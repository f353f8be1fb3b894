// What can be said of the training loop, whatever the task.
import { backendChoices } from "../kernels/backend.ts";
import { OPTIMISERS } from "../optimisers/optimiser-options.ts";
import { SCHEDULES } from "../optimisers/schedule-options.ts";
import { optionsOfKinds } from "../options/kinds.ts";
import { listOption, numberOption, shareOption, type ValuesOf, wordOption } from "../options/option.ts";

/** How long to train: exactly one of the three. Epochs can have a number of steps that they are at least, however few the data are. */
export type Budget =
  | { readonly steps: number }
  | { readonly epochs: number; readonly leastSteps?: number }
  | { readonly minutes: number };

const wordsOf = <Kind extends string>(kinds: Readonly<Record<Kind, unknown>>) =>
  Object.keys(kinds) as Kind[] as readonly Kind[];

const { learningRate, weightDecay, ...ofSomeOptimisers } = optionsOfKinds(OPTIMISERS);

/** The options of the training loop. */
export const LOOP_OPTIONS = {
  /** B: rows in a batch. */
  batchSize: numberOption(
    { whole: true, atLeast: 1 },
    { default: 32, placeholder: "n", help: "rows in a batch" },
  ),
  optimizer: wordOption(wordsOf(OPTIMISERS), {
    default: "adamw",
    placeholder: "kind",
    help: "how gradients become updates",
  }),
  /** The optimiser's own where it is not given. */
  learningRate,
  lrSchedule: wordOption(wordsOf(SCHEDULES), {
    default: "cosine",
    placeholder: "kind",
    help: "the learning rate's course",
  }),
  ...optionsOfKinds(SCHEDULES),
  gradClip: numberOption(
    { atLeast: 0 },
    { default: 1, placeholder: "norm", help: "largest norm of the gradients; 0: any" },
  ),
  weightDecay,
  averageDecay: shareOption({
    default: 0,
    placeholder: "d",
    help: "measure and save an exponential average of the weights; 0: none",
  }),
  ...ofSomeOptimisers,
  earlyStopping: numberOption(
    { whole: true, atLeast: 0 },
    { default: 0, placeholder: "n", help: "end after so many evaluations without improvement; 0: never" },
  ),
  /** Names of parameters, with * for any part of one, that are not trained. */
  freeze: listOption({
    default: [],
    placeholder: "names",
    help: "leave parameters as they are, by names with * for any part",
  }),
  onDivergence: wordOption(["stop", "skip", "rollback"], {
    default: "stop",
    placeholder: "what",
    help: "what to do where the loss is not finite or gradients explode",
  }),
  divergenceFactor: numberOption(
    { atLeast: 0 },
    {
      default: 1000,
      placeholder: "f",
      help: "gradients explode where their norm is so many times its average; 0: never",
    },
  ),
  /** null: so often that a short run has a curve too (`stepsBetweenMeasurements`). */
  evalEvery: numberOption(
    { whole: true, atLeast: 0 },
    {
      default: null,
      defaultText: "500, or a tenth of a shorter run",
      placeholder: "steps",
      help: "measure and keep the best; 0: at the end",
    },
  ),
  sampleEvery: numberOption(
    { whole: true, atLeast: 0 },
    { default: 1000, placeholder: "steps", help: "write a sample; 0: none" },
  ),
  seed: numberOption(
    { whole: true, atLeast: 0 },
    { default: 1, placeholder: "n", help: "seed of all random numbers" },
  ),
  /** null: as many as there are cores. */
  threads: numberOption(
    { whole: true, atLeast: 1 },
    { default: null, defaultText: "all cores", placeholder: "n", help: "threads that share each batch" },
  ),
  /** What processes that train together (mpirun) send one another. */
  gradientFormat: wordOption(["float32", "bfloat16"], {
    default: "float32",
    placeholder: "format",
    help: "how ranks send gradients",
  }),
  backend: wordOption(backendChoices, {
    default: "auto",
    placeholder: "name",
    help: "kernels to run on; auto is the fastest there are",
  }),
} as const;

/** The settings of the training loop, none missing. Plain data. */
export type LoopSettings = ValuesOf<typeof LOOP_OPTIONS> & {
  readonly budget: Budget;
  /** How often a checkpoint is yielded; null: never. */
  readonly checkpointEvery: { readonly seconds: number } | { readonly steps: number } | null;
};
