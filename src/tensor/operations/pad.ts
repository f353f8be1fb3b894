import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import { record } from "../tape.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor.ts";
import { outputOf } from "./output.ts";
import { requireScalar } from "./scalar.ts";
import { LONGEST } from "./window.ts";

/** What stands around x: one value, its entries mirrored at the first and last one, or these repeated. */
export type PadMode = "constant" | "reflect" | "edge";

const MODES: readonly PadMode[] = ["constant", "reflect", "edge"];

/**
 * x with entries added around it: `pads` has a number for the start of each axis, then one for the end of each axis, as in ONNX.
 * Negative ones take entries away.
 *
 * @throws UnrolledError "invalid-argument" for an unknown mode, or pads that do not fit x's axes
 */
export function pad(x: Tensor, pads: readonly number[], mode: PadMode = "constant", value = 0): Tensor {
  const axes = x.shape.length;
  if (pads.length !== 2 * axes || !pads.every((each) => isWhole(each, -LONGEST, LONGEST))) {
    throw new UnrolledError("invalid-argument", {
      call: "pad",
      subject: "pads",
      got: shapeText(pads),
      needed: `${2 * axes} whole numbers for input ${shapeText(x.shape)}`,
    });
  }
  requireScalar("pad", "value", value);
  if (!MODES.includes(mode)) {
    throw new UnrolledError("invalid-argument", {
      call: "pad",
      subject: "mode",
      got: `"${mode}"`,
      needed: MODES.join(", "),
    });
  }
  let y = x;
  for (let axis = 0; axis < axes; axis++) {
    const [before, after] = [pads[axis], pads[axes + axis]];
    if (before !== 0 || after !== 0) y = padAxis(y, axis, before, after, mode, value);
  }
  return y;
}

function padAxis(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  mode: PadMode,
  value: number,
): Tensor {
  const length = x.shape[axis];
  const most = mode === "reflect" ? length - 1 : Number.POSITIVE_INFINITY;
  const padded = length + before + after;
  if (padded < 1 || before > most || after > most) {
    throw new UnrolledError("invalid-argument", {
      call: "pad",
      problem: `${before} before and ${after} after axis ${axis} of ${shapeText(x.shape)}, needed ${mode === "reflect" ? `at most ${most} on each side` : "a result with at least one entry"}`,
    });
  }
  const rows = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const y = outputOf(
    x.shape.map((each, index) => (index === axis ? padded : each)),
    [x],
  );
  const { kernels } = x.device;
  if (mode === "constant") kernels.fill(y.offset, value, y.size);
  const runs = runsOf(length, before, padded, mode);
  for (const { from, to, count } of runs)
    kernels.copyRows({
      x: x.offset + from * inner,
      xRow: length * inner,
      y: y.offset + to * inner,
      yRow: padded * inner,
      m: rows,
      n: count * inner,
    });
  if (y.requiresGrad) {
    record([y], [x], [], () => {
      const [dx, dy] = [x.gathered(), y.arrivedGradient()];
      for (const { from, to, count } of runs)
        kernels.copyRows({
          x: dy + to * inner,
          xRow: padded * inner,
          y: dx + from * inner,
          yRow: length * inner,
          m: rows,
          n: count * inner,
          accumulate: 1,
        });
    });
  }
  return y;
}

/** Which entries of the axis stand where in the result: those that stay as one run, those around them one by one. */
function runsOf(length: number, before: number, padded: number, mode: PadMode) {
  const first = Math.max(0, before);
  const last = Math.min(padded, length + before);
  const runs = last > first ? [{ from: first - before, to: first, count: last - first }] : [];
  if (mode === "constant") return runs;
  for (let to = 0; to < padded; to++) {
    if (to >= first && to < last) continue;
    const at = to - before;
    const within = Math.min(Math.max(at, 0), length - 1);
    runs.push({ from: mode === "edge" ? within : 2 * within - at, to, count: 1 });
  }
  return runs;
}
