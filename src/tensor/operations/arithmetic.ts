import { UnrolledError } from "../../errors.ts";
import { record } from "../tape.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { outputOf } from "./output.ts";
import { requireScalar } from "./scalar.ts";

const ADD = 0;
const SUBTRACT = 1;
const MULTIPLY = 2;
const DIVIDE = 3;
type Operation = typeof ADD | typeof SUBTRACT | typeof MULTIPLY | typeof DIVIDE;

/**
 * a + b, with broadcasting: shapes are aligned at the right, and a length of 1 is repeated.
 *
 * @throws UnrolledError "shape-mismatch" for shapes that cannot be broadcast
 */
export function add(a: Tensor, b: Tensor): Tensor {
  return combine("add", ADD, a, b);
}

/** a − b, entry by entry, with broadcasting. Throws as `add` does. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  return combine("subtract", SUBTRACT, a, b);
}

/** a ∘ b, entry by entry, with broadcasting. Throws as `add` does. */
export function multiply(a: Tensor, b: Tensor): Tensor {
  return combine("multiply", MULTIPLY, a, b);
}

/** a / b, entry by entry, with broadcasting. Throws as `add` does. */
export function divide(a: Tensor, b: Tensor): Tensor {
  return combine("divide", DIVIDE, a, b);
}

/** factor · x, entry by entry. */
export function scaled(x: Tensor, factor: number): Tensor {
  requireScalar("scaled", "factor", factor);
  const y = outputOf(x.shape, [x]);
  const { kernels } = x.device;
  kernels.copyRows({ x: x.offset, y: y.offset, n: x.size });
  kernels.scale(y.offset, factor, y.size);
  tracer?.operation("scaled", [x], y, { factor });
  if (y.requiresGrad)
    record([y], [x], [], () => kernels.addScaled(y.arrivedGradient(), factor, x.gathered(), y.size));
  return y;
}

function combine(call: string, operation: Operation, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShape(call, a.shape, b.shape);
  const y = outputOf(shape, [a, b]);
  const { kernels, device } = { kernels: y.device.kernels, device: y.device };
  const walk = walkOf(shape, a.shape, b.shape);
  eachBlock(walk, (aStart, bStart, yStart) =>
    kernels.binary({
      operation,
      a: a.offset + aStart,
      aRow: walk.aRow,
      aCol: walk.aCol,
      b: b.offset + bStart,
      bRow: walk.bRow,
      bCol: walk.bCol,
      y: y.offset + yStart,
      m: walk.m,
      n: walk.n,
    }),
  );
  tracer?.operation(call, [a, b], y);
  if (!y.requiresGrad) return y;
  record([y], [a, b], savedBy(operation, a, b, y), () => {
    const dy = y.arrivedGradient();
    if (a.requiresGrad) {
      if (operation === ADD || operation === SUBTRACT)
        gatherBroadcast(walk, "a", dy, 1, a.gathered(), device);
      else
        device.temporary(y.size, (product) => {
          const by = operation === MULTIPLY ? MULTIPLY : DIVIDE;
          eachBlock(walk, (_, bStart, yStart) =>
            kernels.binary({
              operation: by,
              a: dy + yStart,
              b: b.offset + bStart,
              bRow: walk.bRow,
              bCol: walk.bCol,
              y: product + yStart,
              m: walk.m,
              n: walk.n,
            }),
          );
          gatherBroadcast(walk, "a", product, 1, a.gathered(), device);
        });
    }
    if (b.requiresGrad) {
      if (operation === ADD || operation === SUBTRACT)
        gatherBroadcast(walk, "b", dy, operation === ADD ? 1 : -1, b.gathered(), device);
      else
        device.temporary(y.size, (product) => {
          // ∂(a∘b)/∂b = a, and ∂(a/b)/∂b = −y/b.
          eachBlock(walk, (aStart, bStart, yStart) => {
            const other = operation === MULTIPLY ? a.offset + aStart : y.offset + yStart;
            const [row, col] = operation === MULTIPLY ? [walk.aRow, walk.aCol] : [walk.n, 1];
            kernels.binary({
              operation: MULTIPLY,
              a: dy + yStart,
              b: other,
              bRow: row,
              bCol: col,
              y: product + yStart,
              m: walk.m,
              n: walk.n,
            });
            if (operation === DIVIDE) {
              kernels.binary({
                operation: DIVIDE,
                a: product + yStart,
                b: b.offset + bStart,
                bRow: walk.bRow,
                bCol: walk.bCol,
                y: product + yStart,
                m: walk.m,
                n: walk.n,
              });
            }
          });
          gatherBroadcast(walk, "b", product, operation === MULTIPLY ? 1 : -1, b.gathered(), device);
        });
    }
  });
  return y;
}

/** What the way back reads: nothing of a sum; of a product or a quotient what the gradients that are needed depend on. */
function savedBy(operation: Operation, a: Tensor, b: Tensor, y: Tensor): Tensor[] {
  if (operation === ADD || operation === SUBTRACT) return [];
  if (operation === DIVIDE) return b.requiresGrad ? [b, y] : [b];
  return [...(a.requiresGrad ? [b] : []), ...(b.requiresGrad ? [a] : [])];
}

/** How two broadcast operands are walked: outer axes one by one, the last two (m, n) in one kernel call. */
interface Walk {
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

function broadcastShape(call: string, a: readonly number[], b: readonly number[]): number[] {
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

function walkOf(shape: readonly number[], aShape: readonly number[], bShape: readonly number[]): Walk {
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

function eachBlock(walk: Walk, run: (aStart: number, bStart: number, yStart: number) => void): void {
  const descend = (axis: number, a: number, b: number, y: number) => {
    if (axis === walk.outer.length) return run(a, b, y);
    const { length, a: aStep, b: bStep, y: yStep } = walk.outer[axis];
    for (let index = 0; index < length; index++)
      descend(axis + 1, a + index * aStep, b + index * bStep, y + index * yStep);
  };
  descend(0, 0, 0, 0);
}

/** Adds factor·g, of the output's shape, to an operand's gradient: entries that were repeated are summed. */
function gatherBroadcast(
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
