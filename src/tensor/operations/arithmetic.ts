import { record } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { combine, type Operand } from "./binary.ts";
import { outputOf } from "./output.ts";
import { requireScalar } from "./scalar.ts";

/**
 * a + b, with broadcasting: shapes are aligned at the right, and a length of 1 is repeated. One of the two may be a number.
 *
 * @throws UnrolledError "shape-mismatch" for shapes that cannot be broadcast, "invalid-argument" without a tensor
 */
export function add(a: Operand, b: Operand): Tensor {
  return combine("add", "add", a, b);
}

/** a − b, entry by entry, with broadcasting. One of the two may be a number. Throws as `add` does. */
export function subtract(a: Operand, b: Operand): Tensor {
  return combine("subtract", "subtract", a, b);
}

/** a ∘ b, entry by entry, with broadcasting. One of the two may be a number. Throws as `add` does. */
export function multiply(a: Operand, b: Operand): Tensor {
  return combine("multiply", "multiply", a, b);
}

/** a / b, entry by entry, with broadcasting. One of the two may be a number. Throws as `add` does. */
export function divide(a: Operand, b: Operand): Tensor {
  return combine("divide", "divide", a, b);
}

/**
 * aᵇ, entry by entry, with broadcasting. One of the two may be a number. NaN where a is negative and b not whole. Whole exponents up to 64
 * are products; others are exp(b ln a), whose relative error grows with |b ln a|. No gradient passes to b where a is 0. Throws as `add` does.
 */
export function pow(a: Operand, b: Operand): Tensor {
  return combine("pow", "power", a, b);
}

/**
 * The larger of a and b, entry by entry, with broadcasting; NaN where either is. One of the two may be a number. The gradient goes to the
 * one that was taken, to a where they are equal. Throws as `add` does.
 */
export function maximum(a: Operand, b: Operand): Tensor {
  return combine("maximum", "larger", a, b);
}

/** The smaller of a and b, entry by entry; all else as for `maximum`. */
export function minimum(a: Operand, b: Operand): Tensor {
  return combine("minimum", "smaller", a, b);
}

/**
 * x between low and high, entry by entry: min(max(x, low), high). A bound that is not given bounds nothing. The gradient passes where x is
 * within its bounds.
 *
 * @throws UnrolledError "invalid-argument" for bounds that are no numbers
 */
export function clamp(x: Tensor, { low, high }: { readonly low?: number; readonly high?: number }): Tensor {
  const above = low === undefined ? x : maximum(x, bound("low", low));
  return high === undefined ? above : minimum(above, bound("high", high));
}

function bound(name: string, value: number): number {
  requireScalar("clamp", name, value);
  return value;
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
