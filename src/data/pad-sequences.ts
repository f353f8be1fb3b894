import { UnrolledError } from "../errors.ts";
import { deviceOn, type OnDevice } from "../tensor/on-device.ts";
import { requireScalar } from "../tensor/operations/scalar.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { INT_LEAST, INT_MOST, requireWhole, requireWholes } from "../whole-numbers.ts";

/** Sequences of token ids side by side. */
export interface PaddedIds {
  /** [T, B], whole numbers. */
  readonly ids: Tensor;
  readonly lengths: number[];
}

/** Sequences of vectors side by side. */
export interface PaddedVectors {
  /** [T, B, I]. */
  readonly xs: Tensor;
  readonly lengths: number[];
}

/**
 * Sequences of unequal length side by side, filled up with `padding` (0 if not given) to T, the longest, and the `lengths` that recurrent
 * layers want beside it: token ids as `ids` [T, B], vectors of I numbers for each step as `xs` [T, B, I].
 *
 * @throws UnrolledError "invalid-argument" if there is no sequence, an empty one, or an id that is not a whole number of 32 bits;
 * "shape-mismatch" for vectors of unequal lengths
 */
export function padSequences(
  on: OnDevice,
  sequences: readonly ArrayLike<number>[],
  padding?: number,
): PaddedIds;
export function padSequences(
  on: OnDevice,
  sequences: readonly ArrayLike<ArrayLike<number>>[],
  padding?: number,
): PaddedVectors;
export function padSequences(
  on: OnDevice,
  sequences: readonly ArrayLike<number | ArrayLike<number>>[],
  padding = 0,
): PaddedIds | PaddedVectors {
  const device = deviceOn("padSequences", on);
  const lengths = sequences.map(({ length }) => length);
  const empty = lengths.indexOf(0);
  if (lengths.length === 0 || empty >= 0) {
    throw new UnrolledError("invalid-argument", {
      call: "padSequences",
      problem: `${lengths.length === 0 ? "no sequences were given" : `sequence ${empty} is empty`}, needed at least one step in each`,
    });
  }
  const steps = Math.max(...lengths);
  if (typeof sequences[0][0] !== "object") {
    const ids = paddedIds(sequences as readonly ArrayLike<number>[], steps, padding);
    return { ids: ints(device, ids, [steps, lengths.length]), lengths };
  }
  const vectors = sequences as readonly ArrayLike<ArrayLike<number>>[];
  const width = vectors[0][0].length;
  requireScalar("padSequences", "padding", padding);
  const padded = new Float64Array(steps * vectors.length * width).fill(padding);
  for (const [b, sequence] of vectors.entries()) {
    for (let t = 0; t < sequence.length; t++) {
      requireVector(sequence[t], width, b, t);
      for (let i = 0; i < width; i++) padded[(t * vectors.length + b) * width + i] = sequence[t][i];
    }
  }
  return { xs: tensor(device, padded, [steps, vectors.length, width]), lengths };
}

function paddedIds(sequences: readonly ArrayLike<number>[], steps: number, padding: number): Int32Array {
  const batch = sequences.length;
  requireWhole("padSequences", "padding", padding, INT_LEAST, INT_MOST);
  for (const [b, sequence] of sequences.entries())
    requireWholes("padSequences", sequence, (index) => `sequence ${b}: entry ${index} is`);
  const padded = new Int32Array(steps * batch).fill(padding);
  for (const [b, sequence] of sequences.entries()) {
    for (let t = 0; t < sequence.length; t++) padded[t * batch + b] = sequence[t];
  }
  return padded;
}

function requireVector(vector: unknown, width: number, b: number, t: number): void {
  const list =
    typeof vector === "object" && vector !== null && "length" in vector
      ? (vector as ArrayLike<unknown>)
      : undefined;
  if (list?.length === width && Array.from(list).every((entry) => typeof entry === "number")) return;
  throw new UnrolledError("shape-mismatch", {
    call: "padSequences",
    problem: `step ${t} of sequence ${b} is ${list ? `a vector of ${list.length} entries` : typeof vector}, needed ${width} numbers, as in the first step`,
  });
}
