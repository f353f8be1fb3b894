// The sequences that a network is looked at with: T token ids, or T rows of numbers [T, I], row-major.
import { UnrolledError } from "../errors.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import type { InspectedNetwork } from "./inspected-network.ts";

/** T. */
export function stepsIn(
  { vocabularySize, inputSize }: InspectedNetwork,
  sequence: ArrayLike<number>,
): number {
  return vocabularySize === undefined ? sequence.length / inputSize : sequence.length;
}

/** @throws UnrolledError "invalid-argument" unless there are so many steps, of ids that the network knows or of whole rows */
export function checkSequence(
  call: string,
  network: InspectedNetwork,
  sequence: ArrayLike<number>,
  least = 1,
): void {
  const { vocabularySize, inputSize } = network;
  const problem = (text: string) => new UnrolledError("invalid-argument", { call, problem: text });
  if (vocabularySize === undefined) {
    const steps = stepsIn(network, sequence);
    if (Number.isInteger(steps) && steps >= least) return;
    throw problem(`got ${sequence.length} numbers, needed at least ${least} steps of ${inputSize}`);
  }
  if (sequence.length < least) throw problem(`got ${sequence.length} token ids, needed at least ${least}`);
  for (let index = 0; index < sequence.length; index++) {
    const id = sequence[index];
    if (Number.isInteger(id) && id >= 0 && id < vocabularySize) continue;
    throw problem(`token id ${index} is ${id}, needed 0 to ${vocabularySize - 1}`);
  }
}

/** V, of a network that predicts the token after each that it reads. */
export function vocabularyOf(call: string, network: InspectedNetwork): number {
  const { vocabularySize, outputSize, hasSteps } = network;
  if (vocabularySize !== undefined && predicts(network)) return vocabularySize;
  const made = `${outputSize} numbers ${hasSteps ? "at each step" : "for a sequence"}`;
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `the network reads ${vocabularySize === undefined ? "numbers" : `${vocabularySize} token ids`} and puts out ${made}, needed one that reads token ids and puts out logits of the next`,
  });
}

/** Whether a network puts out logits of the token after each that it reads. */
export function predicts({ vocabularySize, outputSize, hasSteps }: InspectedNetwork): boolean {
  return hasSteps && outputSize === vocabularySize;
}

/** Sequences of T steps, `stepOf(t, row)` giving the place of each row's step t in `from`, as the network reads them. */
export function sequencesOf(
  { network: { device }, isBatchFirst, vocabularySize, inputSize }: InspectedNetwork,
  from: ArrayLike<number>,
  [steps, batch]: readonly [number, number],
  stepOf: (t: number, row: number) => number,
): Tensor {
  const axes = isBatchFirst ? [batch, steps] : [steps, batch];
  const width = vocabularySize === undefined ? inputSize : 1;
  const numbers = Float64Array.from({ length: steps * batch * width }, (_, place) => {
    const [pair, entry] = [Math.floor(place / width), place % width];
    const [outer, inner] = [Math.floor(pair / axes[1]), pair % axes[1]];
    const step = isBatchFirst ? stepOf(inner, outer) : stepOf(outer, inner);
    return from[step * width + entry];
  });
  return vocabularySize === undefined
    ? tensor(device, numbers, [...axes, inputSize])
    : ints(device, numbers, axes);
}
