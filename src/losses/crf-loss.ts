import { UnrolledError } from "../errors.ts";
import { scaled } from "../tensor/operations/arithmetic.ts";
import { deviceOf, outputOf } from "../tensor/operations/output.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { record } from "../tensor/tape.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";
import { type ChainScores, ForwardBackward } from "./forward-backward.ts";

/** What a linear-chain CRF of K tags learns beside its emissions. */
export interface CrfScores {
  /** [K, K]: the score of the column's tag behind the row's. */
  readonly transitions: Tensor;
  /** [K]: the score of a sequence's first tag. */
  readonly start: Tensor;
  /** [K]: the score of its last one. */
  readonly end: Tensor;
}

/** Options of a CRF's loss. */
export interface CrfLossOptions {
  /** Steps of each of the B sequences, 1 to T; all T if not given. What stands behind them counts for nothing. */
  readonly lengths?: readonly number[] | undefined;
  /** The mean over the sequences (the default), their sum, or one loss for each, [B]. */
  readonly reduction?: "mean" | "sum" | "none";
}

/**
 * The negative log-likelihood of tags under a linear-chain conditional random field, in nats a sequence: ln Z minus the score of the tags'
 * path, Z being the sum over all paths (Lafferty, McCallum & Pereira 2001; over a recurrent network, Huang, Xu & Yu 2015 and Lample et al.
 * 2016). Gradients go to the emissions and to the scores. `viterbi` finds the best path.
 *
 * @param emissions [B, T, K]: a score of each tag at each step
 * @param tags whole numbers [B, T], from 0 to K − 1
 * @returns [1], or [B] for the reduction "none"
 * @throws UnrolledError "shape-mismatch" for tags, scores or lengths that do not fit the emissions, "invalid-argument" for a tag that is not
 * one of K
 */
export function crfLoss(
  emissions: Tensor,
  tags: Tensor,
  { transitions, start, end }: CrfScores,
  { lengths, reduction = "mean" }: CrfLossOptions = {},
): Tensor {
  const losses = outputOf([emissions.shape[0] ?? 0], [emissions, transitions, start, end], { whole: [tags] });
  const [B, T, K] = sizesOf("crfLoss", emissions, { transitions, start, end }, lengths);
  if (shapeText(tags.shape) !== shapeText([B, T])) {
    throw new UnrolledError("shape-mismatch", {
      call: "crfLoss",
      problem: `emissions ${shapeText(emissions.shape)} need tags [${B}, ${T}], got ${shapeText(tags.shape)}`,
    });
  }
  const path = Int32Array.from(tags.device.heap.ints().subarray(tags.offset, tags.offset + tags.size));
  const stepsOf = (b: number) => lengths?.[b] ?? T;
  for (let b = 0; b < B; b++)
    for (let t = 0; t < stepsOf(b); t++)
      if (!(path[b * T + t] >= 0 && path[b * T + t] < K)) {
        throw new UnrolledError("invalid-argument", {
          call: "crfLoss",
          problem: `tag ${path[b * T + t]} at step ${t} of sequence ${b} is not one of the ${K}`,
        });
      }

  const { device } = emissions;
  const isRecorded = losses.requiresGrad;
  const marginals = new Float64Array(isRecorded ? B * T * K : 0);
  const moves = new Float64Array(isRecorded ? B * K * K : 0);
  const scores = numbersOf({ transitions, start, end });
  const sums = new ForwardBackward(scores);
  const floats = device.heap.floats();
  for (let b = 0; b < B; b++) {
    const steps = stepsOf(b);
    const from = emissions.offset + b * T * K;
    const expected = isRecorded
      ? {
          marginals: marginals.subarray(b * T * K, (b * T + steps) * K),
          transitions: moves.subarray(b * K * K, (b + 1) * K * K),
        }
      : undefined;
    const logZ = sums.run(floats, from, steps, expected);
    const own = path.subarray(b * T, b * T + steps);
    floats[losses.offset + b] = logZ - scoreOf(floats, from, own, scores);
  }
  if (isRecorded) {
    record([losses], [emissions, transitions, start, end], [], () => {
      const arrived = losses.arrivedGradient();
      const places = [emissions, transitions, start, end].map((each) =>
        each.requiresGrad ? each.gathered() : undefined,
      );
      const numbers = device.heap.floats();
      const [dEmissions, dTransitions, dStart, dEnd] = places;
      for (let b = 0; b < B; b++) {
        const share = numbers[arrived + b];
        const steps = stepsOf(b);
        // Expected less observed counts, of tags and of pairs of tags.
        const ofTags = marginals.subarray(b * T * K, (b * T + steps) * K);
        const ofPairs = moves.subarray(b * K * K, (b + 1) * K * K);
        for (let t = 0; t < steps; t++) {
          ofTags[t * K + path[b * T + t]] -= 1;
          if (t > 0) ofPairs[path[b * T + t - 1] * K + path[b * T + t]] -= 1;
        }
        addTo(numbers, dEmissions, b * T * K, ofTags, share);
        addTo(numbers, dTransitions, 0, ofPairs, share);
        addTo(numbers, dStart, 0, ofTags.subarray(0, K), share);
        addTo(numbers, dEnd, 0, ofTags.subarray((steps - 1) * K), share);
      }
    });
  }
  if (reduction === "none") return losses;
  return reduction === "sum" ? sum(losses) : scaled(sum(losses), 1 / B);
}

/**
 * The probability of each tag at each step, over all paths of a linear-chain CRF: [B, T, K] in float64, row-major, zeros behind a
 * sequence's end.
 *
 * @param emissions [B, T, K]
 * @throws UnrolledError "shape-mismatch" for scores or lengths that do not fit the emissions
 */
export function crfMarginals(
  emissions: Tensor,
  scores: CrfScores,
  { lengths }: Pick<CrfLossOptions, "lengths"> = {},
): Float64Array {
  const [B, T, K] = sizesOf("crfMarginals", emissions, scores, lengths);
  const marginals = new Float64Array(B * T * K);
  const sums = new ForwardBackward(numbersOf(scores));
  const transitions = new Float64Array(K * K);
  for (let b = 0; b < B; b++) {
    const steps = lengths?.[b] ?? T;
    const own = marginals.subarray(b * T * K, (b * T + steps) * K);
    const from = emissions.offset + b * T * K;
    sums.run(emissions.device.heap.floats(), from, steps, { marginals: own, transitions });
  }
  return marginals;
}

/** B, T and K. */
function sizesOf(
  call: string,
  emissions: Tensor,
  { transitions, start, end }: CrfScores,
  lengths: CrfLossOptions["lengths"],
): readonly [number, number, number] {
  deviceOf([emissions, transitions, start, end]);
  const [B, T, K] = emissions.shape;
  const needed = [`[${K}, ${K}]`, `[${K}]`, `[${K}]`];
  const came = [transitions, start, end].map(({ shape }) => shapeText(shape));
  if (emissions.shape.length !== 3 || came.some((each, at) => each !== needed[at])) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem:
        emissions.shape.length === 3
          ? `emissions ${shapeText(emissions.shape)} need transitions ${needed[0]}, start and end ${needed[1]}, got ${came.join(", ")}`
          : `emissions have shape ${shapeText(emissions.shape)}, needed [B, T, K]`,
    });
  }
  requireLengths(call, lengths, B, T);
  return [B, T, K];
}

function numbersOf({ transitions, start, end }: CrfScores): ChainScores {
  const floats = transitions.device.heap.floats();
  const [first, second, third] = [transitions, start, end].map(({ offset, size }) =>
    floats.slice(offset, offset + size),
  );
  return { transitions: first, start: second, end: third };
}

/** The score of a path through emissions that stand from `from` on. */
function scoreOf(
  emissions: ArrayLike<number>,
  from: number,
  path: Int32Array,
  { transitions, start, end }: ChainScores,
): number {
  const K = start.length;
  let score = start[path[0]] + end[path[path.length - 1]];
  for (let t = 0; t < path.length; t++) {
    score += emissions[from + t * K + path[t]];
    if (t > 0) score += transitions[path[t - 1] * K + path[t]];
  }
  return score;
}

function addTo(
  numbers: Float32Array | Float64Array,
  to: number | undefined,
  start: number,
  counts: Float64Array,
  share: number,
): void {
  if (to === undefined) return;
  for (let at = 0; at < counts.length; at++) numbers[to + start + at] += share * counts[at];
}
