import type { Reach } from "../../inspect/reach.ts";

/** A reach as JSON has it: plain arrays, and null where there is no number. */
export function reachJson({ gradient, ...found }: Reach): object {
  const { byDistance, halfLifeSteps = null, decayPerStep = null, predictions } = gradient;
  return {
    ...found,
    gradient: { predictions, halfLifeSteps, decayPerStep, byDistance: Array.from(byDistance) },
  };
}
