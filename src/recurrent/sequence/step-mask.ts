import { UnrolledError } from "../../errors.ts";
import { deviceOf } from "../../tensor/operations/output.ts";
import { shapeText, type Tensor } from "../../tensor/tensor.ts";

/** A mask's numbers, time-major, for sequences of this shape [T, B, I]; `beside` is on the device where it has to be. */
export function stepMask(
  name: string,
  mask: Tensor,
  beside: Tensor,
  [steps, batch]: readonly number[],
  batchFirst: boolean,
): Uint8Array {
  const needed = batchFirst ? [batch, steps] : [steps, batch];
  if (mask.kind !== "int" || shapeText(mask.shape) !== shapeText(needed)) {
    throw new UnrolledError("shape-mismatch", {
      call: name,
      problem: `mask has shape ${shapeText(mask.shape)} (${mask.kind}), needed whole numbers ${shapeText(needed)}`,
    });
  }
  deviceOf([beside], [mask]);
  const numbers = mask.read();
  return Uint8Array.from({ length: mask.size }, (_, place) => {
    const [t, b] = [Math.floor(place / batch), place % batch];
    return numbers[batchFirst ? b * steps + t : place] === 0 ? 0 : 1;
  });
}
