// How far back a model's memory reaches: its loss against the number of tokens that it has read (Khandelwal, He, Qi & Jurafsky, "Sharp
// nearby, fuzzy far away", 2018). The same predictions are made with each context, so that differences between two contexts are known
// far better than the losses themselves.
import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { Generator } from "../random/philox.ts";
import { contextLosses } from "./context-losses.ts";
import { type GradientReach, gradientReach } from "./gradient-reach.ts";
import { inspected } from "./inspected-network.ts";
import { checkSequence, vocabularyOf } from "./sequence.ts";

/** Of the normal distribution, for 95 %. */
const DEVIATIONS = 1.96;
const RESAMPLES = 1000;
const MOST_GRADIENT_ROWS = 64;

/** How the reach is measured. */
export interface ReachOptions {
  /** Lengths of context in tokens; 1, 2, 3, 4, 6, 8, 12, 16, … up to `maxContext` if not given. */
  readonly contexts?: readonly number[] | undefined;
  /** 256 if not given, or half the text where that is shorter. */
  readonly maxContext?: number | undefined;
  /** Predictions that are made with each context, spread over the text by chance; 1,000 if not given, or all there are. */
  readonly positions?: number | undefined;
  /** Memory reaches as far as more context still gains more than this; 0.01 if not given. */
  readonly toleranceNats?: number | undefined;
  /** Decides which predictions are made; 0 if not given. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** What a context of one length is worth. Intervals hold 95 %. */
export interface ContextLoss {
  readonly context: number;
  /** Mean over the predictions. */
  readonly lossNats: number;
  readonly interval: readonly [number, number];
  /** Mean difference from the best context, and its own interval. */
  readonly excessNats: number;
  readonly excessInterval: readonly [number, number];
}

/** How far back a model remembers. */
export interface Reach {
  readonly predictions: number;
  readonly contexts: readonly ContextLoss[];
  /** The context with the least loss. */
  readonly bestContext: number;
  readonly toleranceNats: number;
  /** The shortest context whose loss is within `toleranceNats` of the best. */
  readonly reachTokens: number;
  /** The interval of 95 % of the reaches that predictions drawn again from these give (Efron's bootstrap, 1979). */
  readonly reachInterval: readonly [number, number];
  readonly gradient: GradientReach;
}

/**
 * Measures how far back a model's memory reaches on token ids: by its behaviour, loss against context, and by its gradient.
 *
 * @throws UnrolledError "text-too-short" for fewer than 4 ids, "invalid-argument" for impossible options, "aborted" once `signal` is
 */
export async function reach(
  network: Network,
  ids: ArrayLike<number>,
  options: ReachOptions = {},
): Promise<Reach> {
  const { toleranceNats = 0.01, seed = 0, signal, onProgress } = options;
  const looked = inspected("reach", network);
  vocabularyOf("reach", looked);
  checkSequence("reach", looked, ids);
  const contexts = contextsOf(ids.length, options);
  const longest = contexts[contexts.length - 1];
  const generator = new Generator(seed);
  const positions = positionsOf(ids.length, longest, options.positions ?? 1000, generator);
  const work = contexts.reduce((sum, context) => sum + context, 0);
  let done = 0;
  const losses: Float64Array[] = [];
  for (const context of contexts) {
    losses.push(await contextLosses(looked, ids, positions, context, signal));
    done += context;
    onProgress?.(done / work);
  }
  const means = losses.map(meanOf);
  const best = means.indexOf(Math.min(...means));
  const rows = positions.filter((_, row) => row % Math.ceil(positions.length / MOST_GRADIENT_ROWS) === 0);
  return {
    predictions: positions.length,
    contexts: contexts.map((context, index) => {
      const differences = losses[index].map((loss, row) => loss - losses[best][row]);
      return {
        context,
        lossNats: means[index],
        interval: intervalOf(losses[index]),
        excessNats: meanOf(differences),
        excessInterval: intervalOf(differences),
      };
    }),
    bestContext: contexts[best],
    toleranceNats,
    reachTokens: contexts[reachIndex(means, toleranceNats)],
    reachInterval: resampledReach(contexts, losses, toleranceNats, generator),
    gradient: gradientReach(looked, ids, rows, longest),
  };
}

function contextsOf(length: number, options: ReachOptions): number[] {
  if (length < 4)
    throw new UnrolledError("text-too-short", {
      call: "reach",
      problem: `the text has ${length} tokens, needed at least 4`,
    });
  const most = Math.floor(length / 2);
  const whole = (name: string, value: number, least: number, largest: number) => {
    if (Number.isInteger(value) && value >= least && value <= largest) return;
    throw new UnrolledError("invalid-argument", {
      call: "reach",
      subject: name,
      got: `${value}`,
      needed: `a whole number from ${least} to ${largest} for a text of ${length} tokens`,
    });
  };
  const { maxContext = Math.min(256, most), positions = 1, toleranceNats = 0.01 } = options;
  whole("maxContext", maxContext, 1, most);
  if (!(Number.isInteger(positions) && positions >= 1))
    throw new UnrolledError("invalid-argument", {
      call: "reach",
      subject: "positions",
      got: `${positions}`,
      needed: "a whole number of at least 1",
    });
  if (!(toleranceNats >= 0 && Number.isFinite(toleranceNats)))
    throw new UnrolledError("invalid-argument", {
      call: "reach",
      subject: "toleranceNats",
      got: `${toleranceNats}`,
      needed: "a number of at least 0",
    });
  const given = options.contexts ?? usualContexts(maxContext);
  if (given.length === 0)
    throw new UnrolledError("invalid-argument", { call: "reach", problem: "contexts is empty, needed one" });
  for (const context of given) whole("context", context, 1, most);
  return [...new Set(given)].sort((a, b) => a - b);
}

/** Powers of two and what lies between them. */
function usualContexts(longest: number): number[] {
  const contexts: number[] = [];
  for (let context = 1; context < longest; context *= 2) {
    contexts.push(context);
    const between = context * 1.5;
    if (Number.isInteger(between) && between < longest) contexts.push(between);
  }
  return [...contexts, longest];
}

/** One position at a random place in each of so many equal stretches of the text, all with the longest context before them. */
function positionsOf(length: number, longest: number, wanted: number, generator: Generator): number[] {
  const first = longest - 1;
  const room = length - 1 - first;
  const count = Math.min(wanted, room);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * room) / count);
    const end = Math.floor(((index + 1) * room) / count);
    return first + start + Math.floor(generator.uniform() * (end - start));
  });
}

/** The first of the contexts whose mean loss is within the tolerance of the least. */
export function reachIndex(means: ArrayLike<number>, toleranceNats: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < means.length; index++) least = Math.min(least, means[index]);
  let index = 0;
  while (means[index] - least > toleranceNats) index++;
  return index;
}

function resampledReach(
  contexts: readonly number[],
  losses: readonly Float64Array[],
  toleranceNats: number,
  generator: Generator,
): readonly [number, number] {
  const count = losses[0].length;
  const found = Array.from({ length: RESAMPLES }, () => {
    const means = new Float64Array(contexts.length);
    for (let draw = 0; draw < count; draw++) {
      const row = Math.floor(generator.uniform() * count);
      for (let index = 0; index < means.length; index++) means[index] += losses[index][row] / count;
    }
    return contexts[reachIndex(means, toleranceNats)];
  }).sort((a, b) => a - b);
  return [found[Math.floor(0.025 * RESAMPLES)], found[Math.ceil(0.975 * RESAMPLES) - 1]];
}

function meanOf(numbers: Float64Array): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function intervalOf(numbers: Float64Array): readonly [number, number] {
  const mean = meanOf(numbers);
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = numbers.length > 1 ? Math.sqrt(squares / (numbers.length - 1) / numbers.length) : 0;
  return [mean - DEVIATIONS * error, mean + DEVIATIONS * error];
}
