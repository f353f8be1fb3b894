import { UnrolledError } from "../../errors.ts";
import { gatherRows } from "../../tensor/operations/rows.ts";
import { concat, reshape } from "../../tensor/operations/shapes.ts";
import { ints, type Tensor, zeros } from "../../tensor/tensor.ts";

/**
 * One part, h or c, of the state before the first step [L·D, B, N]: what was `given`, in the rows that are `reset` what a sequence
 * begins with, which is what was `learnt` [L·D, N], or zero. None where it is zero everywhere.
 */
export function stateBefore(
  call: string,
  given: Tensor | undefined,
  learnt: Tensor | undefined,
  reset: readonly boolean[] | undefined,
  batch: number,
): Tensor | undefined {
  if (reset && reset.length !== batch) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `reset has ${reset.length} entries, needed one for each of the ${batch} sequences`,
    });
  }
  if (!given) {
    if (!learnt) return undefined;
    const [rows, width] = learnt.shape;
    const ids = Array.from({ length: rows * batch }, (_, place) => Math.floor(place / batch));
    return reshape(gatherRows(learnt, ints(learnt.device, ids)), [rows, batch, width]);
  }
  if (!reset?.some((begins) => begins)) return given;
  const [rows, , width] = given.shape;
  const begun = learnt ?? zeros(given.device, [rows, width]);
  const table = concat([reshape(given, [rows * batch, width]), begun], 0);
  const ids = Array.from({ length: rows * batch }, (_, place) =>
    reset[place % batch] ? rows * batch + Math.floor(place / batch) : place,
  );
  return reshape(gatherRows(table, ints(given.device, ids)), given.shape);
}
