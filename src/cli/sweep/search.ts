import { Generator } from "../../random/philox.ts";
import { UsageError } from "../failure.ts";
import { countable, drawn, type Parameter, type TrialSettings } from "./parameter.ts";

const MOST_TRIALS = 10_000;

/** Every combination of the parameters' values, the last parameter's changing fastest. */
export function gridTrials(parameters: readonly Parameter[]): TrialSettings[] {
  let trials: TrialSettings[] = [{}];
  for (const parameter of parameters) {
    const values = countable(parameter);
    if (values === null) {
      throw new UsageError(`parameter ${parameter.key} needs a step or a count for search: grid`);
    }
    if (trials.length * values.length > MOST_TRIALS) {
      throw new UsageError(
        `the grid has more than ${MOST_TRIALS} trials, needed fewer values or search: random`,
      );
    }
    trials = trials.flatMap((trial) => values.map((value) => ({ ...trial, [parameter.key]: value })));
  }
  return trials;
}

/** That many combinations at random (Bergstra & Bengio 2012), no two alike, decided by the seed alone. */
export function randomTrials(
  parameters: readonly Parameter[],
  trials: number,
  seed: number,
): TrialSettings[] {
  const sizes = parameters.map((parameter) => countable(parameter)?.length ?? Number.POSITIVE_INFINITY);
  const combinations = sizes.reduce((product, size) => product * size, 1);
  if (combinations < trials) {
    throw new UsageError(
      `the parameters have ${combinations} combinations, fewer than the ${trials} trials; search: grid tries each once`,
    );
  }
  const generator = new Generator(seed);
  const found = new Map<string, TrialSettings>();
  for (let draws = 0; found.size < trials; draws++) {
    if (draws === 1000 * trials) {
      throw new UsageError(`the parameters' ranges are too narrow for ${trials} different trials`);
    }
    const trial = Object.fromEntries(
      parameters.map((parameter) => [parameter.key, drawn(parameter, generator)]),
    );
    found.set(JSON.stringify(trial), found.get(JSON.stringify(trial)) ?? trial);
  }
  return [...found.values()];
}
