// Broadcasting: shapes are aligned at the right, and a length of 1 is repeated.
import { UnrolledError } from "../../errors.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor.ts";

/** How two broadcast operands are walked: outer axes one by one, the last two (m, n) in one kernel call. */
export interface Walk {
  readonly m: number;
  readonly n: number;
  readonly aRow: number;
  readonly aCol: 0 | 1;
  readonly bRow: number;
  readonly bCol: 0 | 1;
  readonly outer: readonly {
    readonly length: number;
    readonly a: number;
    readonly b: number;
    readonly y: number;
  }[];
}

/** The shape of two operands together: aligned at the right, a length of 1 repeated. */
export function broadcastShape(call: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: `shapes ${shapeText(a)} and ${shapeText(b)} do not fit each other`,
      });
    }
    return Math.max(left, right);
  });
}

function stridesIn(operand: readonly number[], shape: readonly number[]): number[] {
  let stride = 1;
  const strides = shape.map(() => 0);
  for (let axis = shape.length - 1, own = operand.length - 1; own >= 0; axis--, own--) {
    strides[axis] = operand[own] === 1 ? 0 : stride;
    stride *= operand[own];
  }
  return strides;
}

/** How two operands of these shapes are walked to make one of `shape`. */
export function walkOf(shape: readonly number[], aShape: readonly number[], bShape: readonly number[]): Walk {
  const a = stridesIn(aShape, shape);
  const b = stridesIn(bShape, shape);
  const axes: { length: number; a: number; b: number; y: number }[] = [];
  let y = sizeOf(shape);
  shape.forEach((length, axis) => {
    y /= length;
    if (length === 1) return;
    const last = axes[axes.length - 1];
    // Axes that both operands walk through evenly are one longer axis.
    if (last && last.a === a[axis] * length && last.b === b[axis] * length) {
      axes[axes.length - 1] = { length: last.length * length, a: a[axis], b: b[axis], y };
    } else axes.push({ length, a: a[axis], b: b[axis], y });
  });
  const inner = axes.pop() ?? { length: 1, a: 0, b: 0, y: 1 };
  const middle = axes.pop() ?? { length: 1, a: 0, b: 0, y: inner.length };
  return {
    m: middle.length,
    n: inner.length,
    aRow: middle.a,
    aCol: inner.a === 0 ? 0 : 1,
    bRow: middle.b,
    bCol: inner.b === 0 ? 0 : 1,
    outer: axes,
  };
}

/** Calls run(place in a, place in b, place in the result) for each block of m × n entries. */
export function eachBlock(walk: Walk, run: (aStart: number, bStart: number, yStart: number) => void): void {
  const descend = (axis: number, a: number, b: number, y: number) => {
    if (axis === walk.outer.length) return run(a, b, y);
    const { length, a: aStep, b: bStep, y: yStep } = walk.outer[axis];
    for (let index = 0; index < length; index++)
      descend(axis + 1, a + index * aStep, b + index * bStep, y + index * yStep);
  };
  descend(0, 0, 0, 0);
}

/** Adds factor·g, of the output's shape, to an operand's gradient: entries that were repeated are summed. */
export function gatherBroadcast(
  walk: Walk,
  operand: "a" | "b",
  g: number,
  factor: 1 | -1,
  gradient: number,
  device: Tensor["device"],
): void {
  const { kernels } = device;
  const [row, col] = operand === "a" ? [walk.aRow, walk.aCol] : [walk.bRow, walk.bCol];
  eachBlock(walk, (aStart, bStart, yStart) => {
    const place = gradient + (operand === "a" ? aStart : bStart);
    for (let i = 0; i < walk.m; i++) {
      const from = g + yStart + i * walk.n;
      if (col) kernels.addScaled(from, factor, place + i * row, walk.n);
      else kernels.sumColumns({ x: from, factor, sums: place + i * row, m: 1, n: walk.n });
    }
  });
}
