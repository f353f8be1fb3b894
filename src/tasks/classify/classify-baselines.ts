// What a classifier has to beat: the class of most examples, and logistic regression on what does not know of any order: the
// words of a text, the mean and the deviation of each number.
import type { StateDict } from "../../module/module.ts";
import {
  fitLogisticRegression,
  type LogisticRegression,
  logisticLogits,
  type SparseRow,
} from "../baselines/logistic-regression.ts";
import type { ClassifyExample, ClassifyReading } from "./classify-examples.ts";
import { classifyFound, type Decided } from "./classify-measure.ts";

/** Both, fitted to the training part; without the second where its file is not there. */
export interface ClassifyBaselines {
  /** The class of most examples; where they have several, 1 for each that more than half of them have. */
  readonly majority: number | readonly number[];
  readonly bagOfWords?: LogisticRegression | undefined;
}

/** Both. */
export interface FittedBaselines extends ClassifyBaselines {
  readonly bagOfWords: LogisticRegression;
}

/** Their figures. */
export interface BaselineFigures {
  readonly majority: Decided;
  readonly bagOfWords?: Decided;
}

const WEIGHT = "bagOfWords.weight";
const BIAS = "bagOfWords.bias";

/** What of most examples is so: their class, or of each of several labels whether more than half have it. */
export function majorityOf(
  counts: readonly number[],
  examples: number,
  { isMultiLabel }: Pick<ClassifyReading, "isMultiLabel">,
): ClassifyBaselines["majority"] {
  if (isMultiLabel) return counts.map((count) => (2 * count > examples ? 1 : 0));
  return counts.indexOf(Math.max(...counts));
}

/** Fits them. */
export function fitClassifyBaselines(
  examples: readonly ClassifyExample[],
  reading: ClassifyReading,
  {
    vocabularySize,
    seed,
    majority,
  }: { readonly vocabularySize: number | undefined; readonly seed: number } & Pick<
    ClassifyBaselines,
    "majority"
  >,
): FittedBaselines {
  const targets = examples.map(({ target }) => target) as readonly number[];
  const features = vocabularySize ?? 2 * reading.features!.length;
  const rows = examples.map(({ inputs }) => rowOf(inputs, reading));
  const options = { features, classes: reading.labels.length, seed };
  return { majority, bagOfWords: fitLogisticRegression(rows, targets, options) };
}

/** Their figures on examples. */
export function baselineFigures(
  { majority, bagOfWords }: ClassifyBaselines,
  examples: readonly ClassifyExample[],
  reading: ClassifyReading,
): BaselineFigures {
  const targets = examples.map(({ target }) => target);
  const logits = new Float64Array(reading.labels.length);
  const figures = (logitsOf: (example: ClassifyExample) => ArrayLike<number>): Decided => {
    const said = examples.map((example) => Float32Array.from(logitsOf(example)));
    const { accuracy, macroF1 } = classifyFound(said, targets, { temperature: 1 });
    return { accuracy, macroF1 };
  };
  const usual = reading.labels.map((_, label) =>
    (typeof majority === "number" ? label === majority : majority[label] === 1) ? 1 : -1,
  );
  return {
    majority: figures(() => usual),
    ...(bagOfWords
      ? { bagOfWords: figures(({ inputs }) => logisticLogits(bagOfWords, rowOf(inputs, reading), logits)) }
      : {}),
  };
}

/** As tensors of a file. */
export function baselineTensors({ bagOfWords: { weight, bias } }: FittedBaselines): StateDict {
  return {
    [WEIGHT]: { shape: [bias.length, weight.length / bias.length], data: weight },
    [BIAS]: { shape: [bias.length], data: bias },
  };
}

/** Of such a file, if there is one. */
export function baselinesOf(
  tensors: StateDict | undefined,
  majority: ClassifyBaselines["majority"],
): ClassifyBaselines {
  if (!tensors) return { majority };
  return { majority, bagOfWords: { weight: tensors[WEIGHT].data, bias: tensors[BIAS].data } };
}

function rowOf(inputs: ClassifyExample["inputs"], { features }: ClassifyReading): SparseRow {
  if (inputs instanceof Int32Array) {
    const places = [...new Set(inputs)];
    return { places, values: places.map(() => 1) };
  }
  const width = features!.length;
  const steps = inputs.length / width;
  const values = new Float64Array(2 * width);
  for (let at = 0; at < inputs.length; at++) values[at % width] += inputs[at] / steps;
  for (let at = 0; at < inputs.length; at++)
    values[width + (at % width)] += (inputs[at] - values[at % width]) ** 2 / steps;
  for (let f = 0; f < width; f++) values[width + f] = Math.sqrt(values[width + f]);
  return { places: Array.from(values, (_, at) => at), values };
}
