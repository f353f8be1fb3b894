import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { type InspectedNetwork, inspected } from "./inspected-network.ts";
import { jacobianProducts, type LayerJacobians } from "./jacobian-products.ts";
import { lossGradients } from "./loss-gradients.ts";
import { pause } from "./pause.ts";
import { checkSequence, predicts, stepsIn } from "./sequence.ts";
import { trace } from "./trace.ts";

/** Predictions that are walked back from at once. */
const ROWS = 32;

/** How strongly each prediction depends on each earlier state and input: P predictions, row-major. */
export interface GradientsThroughTime {
  /** P: row t is the prediction after step t, column s what stood there after step s. Entries with s > t are 0. */
  readonly predictions: number;
  readonly layers: readonly (LayerJacobians & {
    /** |∂loss_t/∂h_s| [P, P] and, of an LSTM, |∂loss_t/∂c_s|, by the states' names; every way from there to the loss counted. */
    readonly states: { readonly h: Float64Array; readonly [state: string]: Float64Array };
  })[];
  /** |∂loss_t/∂x_s| [P, P], x_s being the embedding of ids[s], or the numbers of step s. */
  readonly inputs: Float64Array;
  /** [P]: mean over t of |∂loss_t/∂x_{t−k}|, for each distance k. */
  readonly byDistance: Float64Array;
  /** How many steps back this has first fallen below half of what it is at k = 0, interpolated; undefined if it never does. */
  readonly halfLifeSteps: number | undefined;
}

/** How gradients are walked back. */
export interface GradientOptions {
  /**
   * What was to be put out after each step: an id [T], whose cross-entropy is the loss; of a network that reads numbers, numbers [T, O],
   * half the squared error of which is. For a network that predicts the id after each that it reads, the ids that follow if not given.
   */
  readonly targets?: ArrayLike<number> | undefined;
  /** Steps over which products of Jacobians are taken, back from the last; 64 if not given, 0 for none. */
  readonly jacobianSteps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * |∂loss_t/∂h_s| and |∂loss_t/∂x_s| for all t and s ≤ t of a sequence of token ids [T], or of numbers [T, I], Euclidean norms, losses in
 * nats where targets are ids; with the decay of the product of Jacobians (Pascanu, Mikolov & Bengio 2013) and spectral radii. There are
 * T predictions, or T − 1 of ids that follow. Takes T² steps forwards and back. The network is left as it is, gradients of its
 * parameters too.
 *
 * @throws UnrolledError "invalid-argument" for fewer than two ids or ids outside the vocabulary, a network that cannot be looked into or
 * targets of another length, "aborted" once `signal` is
 */
export async function gradientsThroughTime(
  network: Network,
  sequence: ArrayLike<number>,
  { targets, jacobianSteps = 64, signal }: GradientOptions = {},
): Promise<GradientsThroughTime> {
  const call = "gradientsThroughTime";
  const looked = inspected(call, network);
  checkSequence(call, looked, sequence, targets ? 1 : 2);
  const { layers, inputSize } = looked;
  const wanted = targetsOf(call, looked, sequence, targets);
  const predictions = wanted.length;
  const matrix = () => new Float64Array(predictions * predictions);
  const inputs = matrix();
  const states = layers.map(
    ({ cell }) =>
      Object.fromEntries(cell.shape.states.map(({ name }) => [name, matrix()])) as Record<
        string,
        Float64Array
      > & {
        h: Float64Array;
      },
  );
  for (let first = 0; first < predictions; first += ROWS) {
    const batch = Math.min(ROWS, predictions - first);
    const steps = first + batch;
    const write = (to: Float64Array, s: number, gradients: ArrayLike<number>) => {
      const width = gradients.length / batch;
      for (let row = Math.max(0, s - first); row < batch; row++)
        to[(first + row) * predictions + s] = norm(gradients, row * width, width);
    };
    const asked = {
      sequence,
      steps,
      stepOf: (t: number) => t,
      at: Array.from({ length: batch }, (_, row) => first + row),
      targets: wanted.slice(first, steps).flat(),
    };
    const { dxs } = lossGradients(looked, asked, (layer, s, gradients) => {
      for (const [name, gradient] of Object.entries(gradients)) write(states[layer][name], s, gradient);
    });
    const width = batch * inputSize;
    for (let s = 0; s < steps; s++) write(inputs, s, dxs.subarray(s * width, (s + 1) * width));
    await pause(call, signal);
  }
  const read = Array.from(sequence).slice(0, predictions * (sequence.length / stepsIn(looked, sequence)));
  const jacobians = await jacobianProducts(looked, trace(network, read), jacobianSteps, signal);
  const byDistance = meanByDistance(inputs, predictions);
  return {
    predictions,
    layers: jacobians.map((layer, index) => ({ ...layer, states: states[index] })),
    inputs,
    byDistance,
    halfLifeSteps: halfLife(byDistance),
  };
}

/** For each prediction the id, or the numbers, that were to be put out. */
function targetsOf(
  call: string,
  looked: InspectedNetwork,
  sequence: ArrayLike<number>,
  given: ArrayLike<number> | undefined,
): number[][] {
  const { vocabularySize, outputSize, hasSteps } = looked;
  const problem = (text: string) => new UnrolledError("invalid-argument", { call, problem: text });
  if (!hasSteps) throw problem("the network puts out one value for a sequence, needed one for each step");
  if (!given) {
    if (!predicts(looked))
      throw problem("targets are not given, needed for a network that does not predict the next id");
    return Array.from(sequence)
      .slice(1)
      .map((id) => [id]);
  }
  const width = vocabularySize === undefined ? outputSize : 1;
  const needed = stepsIn(looked, sequence) * width;
  if (given.length !== needed) throw problem(`got ${given.length} targets, needed ${needed}`);
  const targets = Array.from(given);
  return Array.from({ length: needed / width }, (_, t) => targets.slice(t * width, (t + 1) * width));
}

/** Where numbers that begin at distance 0 have first fallen below half of the first one, interpolated between whole distances. */
export function halfLife(byDistance: ArrayLike<number>): number | undefined {
  const half = byDistance[0] / 2;
  for (let k = 1; k < byDistance.length; k++) {
    if (!(byDistance[k] < half)) continue;
    const before = byDistance[k - 1];
    return k - 1 + (before - half) / (before - byDistance[k]);
  }
  return undefined;
}

function meanByDistance(matrix: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => {
    let total = 0;
    for (let t = k; t < n; t++) total += matrix[t * n + t - k];
    return total / (n - k);
  });
}

/** The Euclidean norm of a part. */
export function norm(numbers: ArrayLike<number>, start: number, width: number): number {
  let total = 0;
  for (let index = start; index < start + width; index++) total += numbers[index] * numbers[index];
  return Math.sqrt(total);
}
