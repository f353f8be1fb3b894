import { UnrolledError } from "../../errors.ts";
import { record } from "../tape.ts";
import { shapeText, type Tensor } from "../tensor.ts";
import { outputOf } from "./output.ts";

/**
 * Row b of `yes` where chosen[b] is true, else row b of `no`, or zeros where there is none. Rows are entries of the first axis. What
 * is not chosen may be anything, infinite or NaN, and gets no gradient.
 *
 * @throws UnrolledError "shape-mismatch" for tensors of different shapes, or another number of choices than rows
 */
export function chooseRows(chosen: readonly boolean[], yes: Tensor, no?: Tensor): Tensor {
  const [rows] = yes.shape;
  if (chosen.length !== rows || (no && shapeText(no.shape) !== shapeText(yes.shape))) {
    throw new UnrolledError("shape-mismatch", {
      call: "chooseRows",
      problem: `${chosen.length} choices between ${shapeText(yes.shape)} and ${no ? shapeText(no.shape) : "zeros"}, needed one for each row and equal shapes`,
    });
  }
  const width = yes.size / rows;
  const y = outputOf(yes.shape, [yes, no]);
  const { kernels } = yes.device;
  if (!no) kernels.fill(y.offset, 0, y.size);
  const eachRow = (visit: (from: Tensor, start: number, size: number) => void) => {
    for (let start = 0, end = 0; start < rows; start = end) {
      // Neighbours with one choice are one run.
      while (end < rows && chosen[end] === chosen[start]) end += 1;
      const from = chosen[start] ? yes : no;
      if (from) visit(from, start * width, (end - start) * width);
    }
  };
  eachRow((from, start, size) => kernels.copyRows({ x: from.offset + start, y: y.offset + start, n: size }));
  if (y.requiresGrad) {
    record([y], no ? [yes, no] : [yes], [], () => {
      // What none of whose rows was chosen has a gradient all the same: zero.
      for (const part of [yes, no]) if (part?.requiresGrad) part.gathered();
      eachRow((from, start, size) => {
        if (from.requiresGrad)
          kernels.addScaled(y.arrivedGradient() + start, 1, from.gathered() + start, size);
      });
    });
  }
  return y;
}
