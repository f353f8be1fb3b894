import { record } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { outputOf } from "./output.ts";
import { unaryOperations } from "./unary-operations.ts";

function entryByEntry(name: keyof typeof unaryOperations, x: Tensor): Tensor {
  const operation = unaryOperations[name];
  const y = outputOf(x.shape, [x]);
  const { kernels } = x.device;
  kernels.unary(operation, x.offset, y.offset, x.size);
  tracer?.operation(name, [x], y);
  if (y.requiresGrad) {
    record([y], [x], savedBy(operation, x, y), () =>
      kernels.unaryBackward({
        operation,
        x: x.offset,
        y: y.offset,
        dy: y.arrivedGradient(),
        dx: x.gathered(),
        n: x.size,
      }),
    );
  }
  return y;
}

/** Which of x and y the slope of a function depends on, as the kernel `unaryBackward` has it. */
function savedBy(operation: number, x: Tensor, y: Tensor): Tensor[] {
  const { identity, negation, log, square, relu, absolute } = unaryOperations;
  if (operation === identity || operation === negation) return [];
  return [log, square, relu, absolute].some((each) => each === operation) ? [x] : [y];
}

/** eˣ, entry by entry. */
export function exp(x: Tensor): Tensor {
  return entryByEntry("exp", x);
}

/** Hyperbolic tangent, entry by entry. */
export function tanh(x: Tensor): Tensor {
  return entryByEntry("tanh", x);
}

/** The logistic function σ(x) = 1 / (1 + e⁻ˣ), entry by entry. */
export function sigmoid(x: Tensor): Tensor {
  return entryByEntry("logistic", x);
}

/** max(x, 0), entry by entry. */
export function relu(x: Tensor): Tensor {
  return entryByEntry("relu", x);
}

/** Natural logarithm, entry by entry; −∞ at 0, NaN below. */
export function log(x: Tensor): Tensor {
  return entryByEntry("log", x);
}

/** Square root, entry by entry. */
export function sqrt(x: Tensor): Tensor {
  return entryByEntry("squareRoot", x);
}

/** |x|, entry by entry; its slope at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return entryByEntry("absolute", x);
}

/** −x, entry by entry. */
export function negate(x: Tensor): Tensor {
  return entryByEntry("negation", x);
}

/** x², entry by entry. */
export function square(x: Tensor): Tensor {
  return entryByEntry("square", x);
}

/** 1 / x, entry by entry. */
export function reciprocal(x: Tensor): Tensor {
  return entryByEntry("reciprocal", x);
}
