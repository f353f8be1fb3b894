import { UnrolledError } from "../../errors.ts";
import { isWhole, requireWhole } from "../../whole-numbers.ts";
import { record } from "../tape.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { axisOf, firstAxis, lastAxis } from "./axes.ts";
import { outputOf, viewOf } from "./output.ts";

/**
 * The same numbers under another shape; one length may be −1 and is worked out.
 *
 * @throws UnrolledError "shape-mismatch" for a shape of another number of entries
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const full = shape.map((length) => (length === -1 ? x.size / known : length));
  if (sizeOf(full) !== x.size || !full.every((length) => isWhole(length, 1))) {
    throw new UnrolledError("shape-mismatch", {
      call: "reshape",
      problem: `${shapeText(x.shape)} has ${x.size} entries, shape ${shapeText(shape)} does not fit them`,
    });
  }
  const y = viewOf(x, full);
  tracer?.operation("reshape", [x], y);
  if (y.requiresGrad) {
    record([y], [x], [], () => {
      const slot = x.gradientSlot();
      x.device.kernels.copyRows({
        x: y.arrivedGradient(),
        y: slot.offset,
        n: y.size,
        accumulate: slot.accumulate,
      });
    });
  }
  return y;
}

/**
 * Entries `start` to before `end` (the length if not given) along the first axis: a view. Negative indices count from the end.
 *
 * @throws UnrolledError "invalid-argument" for a range outside the axis
 */
export function narrow(x: Tensor, start: number, end = x.shape[0]): Tensor {
  const length = firstAxis("narrow", x);
  const from = start < 0 ? length + start : start;
  const to = end < 0 ? length + end : end;
  if (!isWhole(from, 0) || !isWhole(to, from + 1, length)) {
    throw new UnrolledError("invalid-argument", {
      call: "narrow",
      problem: `${start} to ${end} is not a part of the first axis of ${shapeText(x.shape)}`,
    });
  }
  const width = x.size / length;
  const y = viewOf(x, [to - from, ...x.shape.slice(1)], from * width);
  if (y.requiresGrad)
    record([y], [x], [], () =>
      x.device.kernels.addScaled(y.arrivedGradient(), 1, x.gathered() + from * width, y.size),
    );
  return y;
}

/**
 * Entry `index` along the first axis: step t of a sequence [T, B, H] is [B, H]. A negative index counts from the end.
 *
 * @throws UnrolledError "invalid-argument" for an index outside the axis
 */
export function select(x: Tensor, index: number): Tensor {
  const length = firstAxis("select", x);
  requireWhole("select", "index", index, -length, length - 1);
  const at = index < 0 ? length + index : index;
  const y = reshape(narrow(x, at, at + 1), x.shape.slice(1));
  tracer?.operation("select", [x], y, { index: at });
  return y;
}

/** Tensors of one shape along a new first axis: N of [B, H] make [N, B, H]. Throws as `concat` does. */
export function stack(parts: readonly Tensor[]): Tensor {
  const y = concat(
    parts.map((part) => reshape(part, [1, ...part.shape])),
    0,
  );
  tracer?.operation("stack", parts, y);
  return y;
}

/**
 * Tensors one after the other along an axis (the last by default).
 *
 * @throws UnrolledError "shape-mismatch" where other lengths differ, "invalid-argument" without tensors or for an unknown axis
 */
export function concat(parts: readonly Tensor[], axis = -1): Tensor {
  if (parts.length === 0)
    throw new UnrolledError("invalid-argument", { call: "concat", problem: "needs at least one tensor" });
  const first = parts[0].shape;
  const along = axisOf("concat", first, axis);
  for (const part of parts) {
    if (
      part.shape.length !== first.length ||
      part.shape.some((length, index) => index !== along && length !== first[index])
    ) {
      throw new UnrolledError("shape-mismatch", {
        call: "concat",
        problem: `${shapeText(part.shape)} does not fit ${shapeText(first)} along axis ${along}`,
      });
    }
  }
  const total = parts.reduce((sum, part) => sum + part.shape[along], 0);
  const shape = first.map((length, index) => (index === along ? total : length));
  const y = outputOf(shape, parts);
  const { kernels } = y.device;
  const rows = sizeOf(first.slice(0, along));
  const width = y.size / rows;
  let start = 0;
  const places = parts.map((part) => {
    const place = { part, start, width: part.size / rows };
    start += place.width;
    return place;
  });
  for (const { part, start: from, width: own } of places)
    kernels.copyRows({ x: part.offset, y: y.offset + from, yRow: width, m: rows, n: own });
  tracer?.operation("concat", parts, y, { axis: along });
  if (y.requiresGrad) {
    record([y], parts, [], () => {
      for (const { part, start: from, width: own } of places) {
        if (!part.requiresGrad) continue;
        const slot = part.gradientSlot();
        kernels.copyRows({
          x: y.arrivedGradient() + from,
          xRow: width,
          y: slot.offset,
          m: rows,
          n: own,
          accumulate: slot.accumulate,
        });
      }
    });
  }
  return y;
}

/**
 * Columns `start` to before `end` of the last axis: a copy.
 *
 * @throws UnrolledError "invalid-argument" for a range outside the axis
 */
export function columns(x: Tensor, start: number, end: number): Tensor {
  const width = lastAxis("columns", x);
  if (!isWhole(start, 0) || !isWhole(end, start + 1, width)) {
    throw new UnrolledError("invalid-argument", {
      call: "columns",
      problem: `${start} to ${end} is not a part of the last axis of ${shapeText(x.shape)}`,
    });
  }
  const rows = x.size / width;
  const y = outputOf([...x.shape.slice(0, -1), end - start], [x]);
  const { kernels } = x.device;
  kernels.copyRows({ x: x.offset + start, xRow: width, y: y.offset, m: rows, n: end - start });
  tracer?.operation("columns", [x], y, { start, end });
  if (y.requiresGrad) {
    record([y], [x], [], () =>
      kernels.copyRows({
        x: y.arrivedGradient(),
        y: x.gathered() + start,
        yRow: width,
        m: rows,
        n: end - start,
        accumulate: 1,
      }),
    );
  }
  return y;
}

/**
 * The first two axes exchanged: batch-major [B, T, …] to time-major [T, B, …] and back.
 *
 * @throws UnrolledError "shape-mismatch" for fewer than two axes
 */
export function swapAxes(x: Tensor): Tensor {
  const [rows, columnsOf] = x.shape;
  if (x.shape.length < 2)
    throw new UnrolledError("shape-mismatch", {
      call: "swapAxes",
      problem: `needs two axes or more, got ${shapeText(x.shape)}`,
    });
  const width = x.size / rows / columnsOf;
  const y = outputOf([columnsOf, rows, ...x.shape.slice(2)], [x]);
  const { kernels } = x.device;
  for (let row = 0; row < rows; row++) {
    kernels.copyRows({
      x: x.offset + row * columnsOf * width,
      y: y.offset + row * width,
      yRow: rows * width,
      m: columnsOf,
      n: width,
    });
  }
  tracer?.operation("swapAxes", [x], y);
  if (y.requiresGrad) {
    record([y], [x], [], () => {
      const { offset, accumulate } = x.gradientSlot();
      for (let row = 0; row < rows; row++) {
        kernels.copyRows({
          x: y.arrivedGradient() + row * width,
          xRow: rows * width,
          y: offset + row * columnsOf * width,
          m: columnsOf,
          n: width,
          accumulate,
        });
      }
    });
  }
  return y;
}

/**
 * The last two axes exchanged: [B, T, C] to [B, C, T], which convolutions read, and back.
 *
 * @throws UnrolledError "shape-mismatch" for fewer than two axes
 */
export function swapLastAxes(x: Tensor): Tensor {
  const axes = x.shape.length;
  if (axes < 2) {
    throw new UnrolledError("shape-mismatch", {
      call: "swapLastAxes",
      problem: `needs two axes or more, got ${shapeText(x.shape)}`,
    });
  }
  const [m, n] = x.shape.slice(-2);
  const count = x.size / (m * n);
  const y = outputOf([...x.shape.slice(0, -2), n, m], [x]);
  const { kernels } = x.device;
  kernels.transpose({ x: x.offset, y: y.offset, count, m, n });
  tracer?.operation("swapLastAxes", [x], y);
  if (y.requiresGrad) {
    record([y], [x], [], () => {
      const { offset, accumulate } = x.gradientSlot();
      kernels.transpose({ x: y.arrivedGradient(), y: offset, count, m: n, n: m, accumulate });
    });
  }
  return y;
}
