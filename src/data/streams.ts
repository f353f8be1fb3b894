import { naming, UnrolledError } from "../errors.ts";
import { type Tokens, tokensOf } from "./tokens.ts";

/** One text as B contiguous parallel streams, cut into sequences for truncated backpropagation. */
export interface TokenStreams {
  readonly batchSize: number;
  readonly seqLength: number;
  /** Sequences until the text is through: how often `batch` is called in an epoch. */
  readonly sequencesPerEpoch: number;
  /** Tokens predicted in an epoch, over all streams. */
  readonly predictionsPerEpoch: number;
  /** Steps of a sequence: seqLength, or fewer for the last one of an epoch. */
  lengthOf(sequence: number): number;
  /**
   * Writes a sequence, counted from 0 in its epoch, into the first T·B entries of two arrays of the caller's:
   * `inputs [T, B]` and `targets [T, B]`, a target being the token after its input. Stream b goes on in
   * sequence k+1 where it stopped in k, so state carried from one to the other stays true. If it is said which, so
   * many streams alone are read and written.
   *
   * @returns T, the sequence's steps
   */
  batch(sequence: number, inputs: Int32Array, targets: Int32Array, first?: number, count?: number): number;
}

/**
 * Cuts N tokens into `batchSize` streams of P = ⌊(N−1)/B⌋ predictions each; stream b starts at token b·P.
 * An epoch is ⌈P/T⌉ sequences, of which the last has what is left. No text is lost to a partial sequence;
 * only the (N−1) mod B predictions that would make streams unequal are.
 *
 * @param ids the tokens [N], in memory (not copied) or wherever they are read from
 * @throws UnrolledError "text-too-short" below B·T + 1 tokens, "invalid-argument"
 */
export function tokenStreams(ids: Int32Array | Tokens, batchSize: number, seqLength: number): TokenStreams {
  requirePositive("batchSize", batchSize);
  requirePositive("seqLength", seqLength);
  const needed = batchSize * seqLength + 1;
  if (ids.length < needed) {
    const [seq, batch] = [{ option: "seqLength" }, { option: "batchSize" }];
    throw new UnrolledError("text-too-short", {
      call: "tokenStreams",
      problem:
        `the text has ${ids.length} tokens, but ${batchSize} parallel streams of ${seqLength} steps ` +
        `need at least ${needed}`,
      advice: naming`give more text or lower ${seq} or ${batch}`,
    });
  }
  const streamLength = Math.floor((ids.length - 1) / batchSize);
  const sequencesPerEpoch = Math.ceil(streamLength / seqLength);
  const tokens = tokensOf(ids);
  const sequenceAndNext = new Int32Array(seqLength + 1);

  function lengthOf(sequence: number): number {
    if (!Number.isInteger(sequence) || sequence < 0 || sequence >= sequencesPerEpoch) {
      throw new UnrolledError("invalid-argument", {
        call: "tokenStreams",
        subject: "sequence",
        got: `${sequence}`,
        needed: `an integer from 0 to ${sequencesPerEpoch - 1}`,
      });
    }
    return Math.min(seqLength, streamLength - sequence * seqLength);
  }

  function batch(
    sequence: number,
    inputs: Int32Array,
    targets: Int32Array,
    first = 0,
    count = batchSize,
  ): number {
    const steps = lengthOf(sequence);
    const room = Math.min(inputs.length, targets.length);
    if (room < steps * count) {
      throw new UnrolledError("shape-mismatch", {
        call: "batch",
        problem:
          `inputs and targets have room for ${inputs.length} and ${targets.length} tokens, ` +
          `needed [${steps}, ${count}]`,
      });
    }
    for (let column = 0; column < count; column++) {
      const row = sequenceAndNext.subarray(0, steps + 1);
      tokens.read((first + column) * streamLength + sequence * seqLength, row);
      for (let t = 0; t < steps; t++) {
        inputs[t * count + column] = row[t];
        targets[t * count + column] = row[t + 1];
      }
    }
    return steps;
  }

  return {
    batchSize,
    seqLength,
    sequencesPerEpoch,
    predictionsPerEpoch: streamLength * batchSize,
    lengthOf,
    batch,
  };
}

function requirePositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new UnrolledError("invalid-argument", {
      call: "tokenStreams",
      subject: name,
      got: `${value}`,
      needed: "an integer above 0",
    });
  }
}
