// Measuring on several threads. A part is read whole by one thread, and figures are put together in the order of the parts, so that
// they are the same bits for every number of threads.
import { UnrolledError } from "../errors.ts";
import type { PartFigures } from "./part-figures.ts";
import type { Part, Replica } from "./replica.ts";

/** What a model costs on parts. */
export interface Evaluated {
  /** Mean over all parts, in the units of the replica's loss, each part counting as in a step; NaN where nothing counts. */
  readonly loss: number;
  /** What the replica's `sums` add up to, by name; none where it has none. */
  readonly sums: Readonly<Record<string, number>>;
}

/** Figures of parts as those of all of them. */
export function evaluatedOf(figures: readonly PartFigures[]): Evaluated {
  const isWeighed = figures.some(({ weight }) => weight !== undefined);
  const isCounted = !isWeighed && figures.every(({ targets }) => targets !== undefined);
  let [sum, total] = [0, 0];
  const sums: Record<string, number> = {};
  for (const { loss, rows, weight = rows, targets = 0, sums: own } of figures) {
    const counts = isCounted ? targets : weight;
    // A part without targets has a mean that is no number.
    if (counts > 0) sum += counts * loss;
    total += counts;
    for (const [name, number] of Object.entries(own)) sums[name] = (sums[name] ?? 0) + number;
  }
  return { loss: total > 0 ? sum / total : Number.NaN, sums };
}

/** @throws UnrolledError "invalid-argument" for parts that cannot be evaluated */
export function requireEvaluable(parts: readonly Part<unknown>[], { carried = {} }: Replica<never>): void {
  const refuse = (problem: string) => {
    throw new UnrolledError("invalid-argument", { call: "evaluate", problem });
  };
  const [state] = Object.keys(carried);
  if (state !== undefined) {
    refuse(
      `the replica carries ${state} from one batch to the next, which parts on several threads do not; evaluate replica.model`,
    );
  }
  if (parts.length === 0) refuse("there are no parts");
  for (const part of parts) {
    if (!part) refuse(`a part is ${part}, needed rows and a share`);
  }
}
