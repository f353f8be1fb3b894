// What is measured of a classifier, and of what it has to beat.
import { calibrationError, fitTemperature } from "../../metrics/calibration.ts";
import { confusion, f1 } from "../../metrics/confusion.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { sortedBatches } from "../fit/bucketed.ts";
import { classifyBatch } from "./classify-batch.ts";
import type { ClassifyExample } from "./classify-examples.ts";

/** Figures of decisions alone. */
export interface Decided {
  readonly accuracy: number;
  readonly macroF1: number;
}

/** Figures of a classifier. */
export interface ClassifyFound extends Decided {
  readonly examples: number;
  /** The mean cross-entropy; of several labels, that of each yes or no. */
  readonly lossNats: number;
  /** Of probabilities at the temperature; null where an example has several labels. */
  readonly calibrationError: number | null;
  /** By which logits are divided: fitted on what was held out, once the training is over. */
  readonly temperature: number;
  /** How often each class was taken for each: rows are labels, columns predictions; null where an example has several labels. */
  readonly confusion: readonly (readonly number[])[] | null;
}

/** The logits [V] of each input, in the order of the inputs. */
export async function logitsOf(
  network: LayeredNetwork,
  inputs: readonly ClassifyExample["inputs"][],
  batchSize = 64,
): Promise<Float32Array[]> {
  const { device } = network;
  const all = new Array<Float32Array>(inputs.length);
  const lengths = Float64Array.from(inputs, ({ length }) => length);
  for (const places of sortedBatches(lengths, batchSize)) {
    const rows = Array.from(places, (place) => inputs[place]);
    const logits = await device
      .withoutGradients(() =>
        device.scope(() => {
          const batch = classifyBatch(network, rows);
          return network.forward(batch.inputs, { lengths: batch.lengths }).outputs.logits;
        }),
      )
      .toArray();
    const width = logits.length / rows.length;
    for (const [row, place] of places.entries()) all[place] = logits.slice(row * width, (row + 1) * width);
  }
  return all;
}

/** The figures of a classifier's logits; with `fits`, at the temperature that suits these best. */
export function classifyFound(
  logits: readonly Float32Array[],
  targets: readonly ClassifyExample["target"][],
  { temperature, fits = false }: { readonly temperature: number; readonly fits?: boolean },
): ClassifyFound {
  if (typeof targets[0] !== "number") return severalFound(logits, targets as readonly (readonly number[])[]);
  const classes = targets as readonly number[];
  // Where nothing is wrong, the surer the better, without end: that says nothing of other data.
  const isFitted = fits && logits.some((row, at) => likeliest(row) !== classes[at]);
  const used = isFitted ? fitTemperature(logits, classes) : temperature;
  const shares = logits.map((row) => probabilities(row, used));
  const decisions = shares.map(likeliest);
  const { accuracy, macroF1, matrix } = decided(decisions, classes);
  return {
    examples: classes.length,
    accuracy,
    macroF1,
    lossNats: shares.reduce((sum, row, at) => sum - Math.log(row[classes[at]]), 0) / classes.length,
    calibrationError: calibrationError(
      shares.map((row, at) => row[decisions[at]]),
      decisions.map((each, at) => each === classes[at]),
    ),
    temperature: used,
    confusion: matrix,
  };
}

/** Accuracy, macro F1 and the confusion of decisions. */
export function decided(decisions: readonly number[], targets: readonly number[]) {
  const [counted, balanced] = [confusion(), f1()];
  for (const metric of [counted, balanced]) metric.add(decisions, targets);
  return { accuracy: counted.value, macroF1: balanced.value, matrix: counted.matrix };
}

/** Of several labels an example: right is who has all of them right; F1 counts each label. */
function severalFound(
  logits: readonly Float32Array[],
  targets: readonly (readonly number[])[],
): ClassifyFound {
  const classes = targets[0].length;
  let [right, loss] = [0, 0];
  const counts = Array.from({ length: classes }, () => ({ both: 0, all: 0 }));
  for (const [at, row] of logits.entries()) {
    let isRight = true;
    for (const [label, wanted] of targets[at].entries()) {
      const said = row[label] > 0 ? 1 : 0;
      if (said !== wanted) isRight = false;
      counts[label].both += said * wanted;
      counts[label].all += said + wanted;
      loss += Math.log1p(Math.exp(-Math.abs(row[label]))) + Math.max(row[label], 0) - row[label] * wanted;
    }
    if (isRight) right += 1;
  }
  const there = counts.filter(({ all }) => all > 0);
  return {
    examples: targets.length,
    accuracy: right / targets.length,
    macroF1: there.reduce((sum, { both, all }) => sum + (2 * both) / all, 0) / Math.max(1, there.length),
    lossNats: loss / (targets.length * classes),
    calibrationError: null,
    temperature: 1,
    confusion: null,
  };
}

/** softmax(logits / τ). */
export function probabilities(logits: ArrayLike<number>, temperature: number): Float64Array {
  const shares = new Float64Array(logits.length);
  let most = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < logits.length; v++) most = Math.max(most, logits[v]);
  let total = 0;
  for (let v = 0; v < logits.length; v++) {
    shares[v] = Math.exp((logits[v] - most) / temperature);
    total += shares[v];
  }
  for (let v = 0; v < shares.length; v++) shares[v] /= total;
  return shares;
}

export function likeliest(shares: ArrayLike<number>): number {
  let best = 0;
  for (let v = 1; v < shares.length; v++) if (shares[v] > shares[best]) best = v;
  return best;
}
