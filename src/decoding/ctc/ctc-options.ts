import { UnrolledError } from "../../errors.ts";
import { requireWhole } from "../../whole-numbers.ts";

/** What the classes of a network's outputs mean to connectionist temporal classification. */
export interface CtcOptions {
  /** V: classes of the logits, the blank among them. */
  readonly vocabularySize: number;
  /** The class that stands for no token, 0 to V − 1. Default 0. */
  readonly blank?: number | undefined;
}

const MOST_CLASSES = 1e7;

/** The blank, checked. */
export function checkedBlank(call: string, { vocabularySize, blank = 0 }: CtcOptions): number {
  requireWhole(call, "vocabularySize", vocabularySize, 1, MOST_CLASSES);
  requireWhole(call, "blank", blank, 0, vocabularySize - 1);
  return blank;
}

/** T of logits [T·V], or an error. */
export function stepsOf(call: string, logits: ArrayLike<number>, vocabularySize: number): number {
  const steps = logits.length / vocabularySize;
  if (Number.isInteger(steps)) return steps;
  throw new UnrolledError("shape-mismatch", {
    call,
    subject: "logits",
    got: `${logits.length} numbers`,
    needed: `V for each step, a multiple of ${vocabularySize}`,
  });
}
