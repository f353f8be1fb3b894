// Which class a model puts first, beside the one it should.
import { UnrolledError } from "../errors.ts";
import { IGNORED, type MetricNumbers, numbersIn } from "./metric.ts";

/** Calls back with the class that was predicted and the right one, for each target that counts. */
export type ClassVisit = (predicted: number, target: number, place: number) => void;

/**
 * Reads outputs beside targets [...]: logits [..., V], of which the largest counts, or classes [...] themselves. Targets that are
 * `ignoreIndex` are passed over.
 *
 * @throws UnrolledError "shape-mismatch" where they are not as many, "invalid-argument" for outputs that are not classes
 */
export function eachClass(
  call: string,
  outputs: MetricNumbers,
  targets: MetricNumbers,
  visit: ClassVisit,
  ignoreIndex = IGNORED,
): void {
  const out = numbersIn(call, outputs);
  const right = numbersIn(call, targets);
  const count = right.data.length;
  const width = count === 0 ? 1 : out.data.length / count;
  // Logits have one axis more than their targets.
  const isLogits = out.shape.length === right.shape.length + 1;
  if (!Number.isInteger(width) || (!isLogits && width !== 1)) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `outputs [${out.shape.join(", ")}] and targets [${right.shape.join(", ")}], needed logits [..., V] or classes for each target`,
    });
  }
  for (let place = 0; place < count; place++) {
    const target = right.data[place];
    if (target === ignoreIndex) continue;
    const predicted = isLogits ? largestAt(out.data, place * width, width) : out.data[place];
    if (!Number.isInteger(predicted)) {
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `output ${predicted} is not a class, needed whole numbers or logits [..., V]; for one logit of yes or no, use binaryAccuracy`,
      });
    }
    visit(predicted, target, place);
  }
}

function largestAt(numbers: ArrayLike<number>, from: number, width: number): number {
  let best = 0;
  for (let at = 1; at < width; at++) if (numbers[from + at] > numbers[from + best]) best = at;
  return best;
}
