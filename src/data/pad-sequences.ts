import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { ints, type Tensor } from "../tensor/tensor.ts";
import { INT_LEAST, INT_MOST, requireWhole, requireWholes } from "../whole-numbers.ts";

/**
 * Sequences of token ids, of unequal length, side by side: `ids` [T, B], filled up with `padding` (0 if not given) to T, the
 * longest, and the `lengths` that recurrent layers want beside it.
 *
 * @throws UnrolledError "invalid-argument" if there is no sequence, an empty one, or an id that is not a whole number of 32 bits
 */
export function padSequences(
  device: Device,
  sequences: readonly ArrayLike<number>[],
  padding = 0,
): { readonly ids: Tensor; readonly lengths: number[] } {
  const lengths = sequences.map(({ length }) => length);
  const empty = lengths.indexOf(0);
  if (lengths.length === 0 || empty >= 0) {
    throw new UnrolledError("invalid-argument", {
      call: "padSequences",
      problem: `${lengths.length === 0 ? "no sequences were given" : `sequence ${empty} is empty`}, needed at least one token in each`,
    });
  }
  const [steps, batch] = [Math.max(...lengths), lengths.length];
  requireWhole("padSequences", "padding", padding, INT_LEAST, INT_MOST);
  for (const [b, sequence] of sequences.entries())
    requireWholes("padSequences", sequence, (index) => `sequence ${b}: entry ${index} is`);
  const padded = new Int32Array(steps * batch).fill(padding);
  for (const [b, sequence] of sequences.entries()) {
    for (let t = 0; t < sequence.length; t++) padded[t * batch + b] = sequence[t];
  }
  return { ids: ints(device, padded, [steps, batch]), lengths };
}
