// What a classifier has to beat: the class of most examples, and logistic regression on what does not know of any order: the
// words of a text, the mean and the deviation of each number.
import type { StateDict } from "../../module/module.ts";
import {
  fitLogisticRegression,
  type LogisticRegression,
  logisticProbabilities,
  type SparseRow,
} from "../baselines/logistic-regression.ts";
import type { ClassifyExample, ClassifyReading } from "./classify-examples.ts";
import { type Decided, decided, likeliest } from "./classify-measure.ts";

/** Both, fitted to the training part; without the second where its file is not there. */
export interface ClassifyBaselines {
  readonly majority: number;
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

/** Fits them; undefined where an example has several labels. */
export function fitClassifyBaselines(
  examples: readonly ClassifyExample[],
  reading: ClassifyReading,
  { vocabularySize, seed }: { readonly vocabularySize: number | undefined; readonly seed: number },
): FittedBaselines | undefined {
  if (reading.isMultiLabel) return undefined;
  const targets = examples.map(({ target }) => target as number);
  const counts = reading.labels.map((_, label) => targets.filter((each) => each === label).length);
  const features = vocabularySize ?? 2 * reading.features!.length;
  const rows = examples.map(({ inputs }) => rowOf(inputs, reading));
  const bagOfWords = fitLogisticRegression(rows, targets, { features, classes: counts.length, seed });
  return { majority: counts.indexOf(Math.max(...counts)), bagOfWords };
}

/** Their figures on examples. */
export function baselineFigures(
  { majority, bagOfWords }: ClassifyBaselines,
  examples: readonly ClassifyExample[],
  reading: ClassifyReading,
): BaselineFigures {
  const targets = examples.map(({ target }) => target as number);
  const figures = (decisions: readonly number[]): Decided => {
    const { accuracy, macroF1 } = decided(decisions, targets);
    return { accuracy, macroF1 };
  };
  const shares = new Float64Array(reading.labels.length);
  return {
    majority: figures(targets.map(() => majority)),
    ...(bagOfWords
      ? {
          bagOfWords: figures(
            examples.map(({ inputs }) =>
              likeliest(logisticProbabilities(bagOfWords, rowOf(inputs, reading), shares)),
            ),
          ),
        }
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
export function baselinesOf(tensors: StateDict | undefined, majority: number): ClassifyBaselines {
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
