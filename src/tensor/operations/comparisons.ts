// Comparisons give masks: 1 where something is so and 0 where it is not, as numbers that can be multiplied, summed and chosen by.
import type { Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { combine, compare, type Operand } from "./binary.ts";
import { widened } from "./widened.ts";

/**
 * 1 where a > b, else 0, entry by entry, with broadcasting; 0 where either is NaN. One of the two may be a number, and tensors may be of
 * whole numbers. Without gradient.
 *
 * @throws UnrolledError "shape-mismatch" for shapes that cannot be broadcast, "invalid-argument" without a tensor
 */
export function greater(a: Operand, b: Operand): Tensor {
  return compare("greater", "above", a, b);
}

/** 1 where a ≥ b, else 0, entry by entry; all else as for `greater`. */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return compare("greaterEqual", "atLeast", a, b);
}

/** 1 where a < b, else 0, entry by entry; all else as for `greater`. */
export function less(a: Operand, b: Operand): Tensor {
  return compare("less", "above", b, a);
}

/** 1 where a ≤ b, else 0, entry by entry; all else as for `greater`. */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return compare("lessEqual", "atLeast", b, a);
}

/** 1 where a = b, else 0, entry by entry; all else as for `greater`. */
export function equal(a: Operand, b: Operand): Tensor {
  return compare("equal", "equal", a, b);
}

/** 1 where a ≠ b, else 0, entry by entry; 1 where either is NaN. All else as for `greater`. */
export function notEqual(a: Operand, b: Operand): Tensor {
  return not(equal(a, b));
}

/** 1 where a mask is 0, and 0 where it is anything else, entry by entry. */
export function not(mask: Tensor): Tensor {
  return compare("not", "equal", mask, 0);
}

/**
 * a where the mask is not 0, else b, entry by entry, with broadcasting of all three. One of a and b, or both, may be a number; the mask may
 * be of whole numbers. What is not chosen may be infinite or NaN, and gets no gradient.
 *
 * @throws UnrolledError "shape-mismatch" for shapes that cannot be broadcast
 */
export function where(mask: Tensor, a: Operand, b: Operand): Tensor {
  const chosen = widened(mask);
  return add(combine("where", "kept", a, chosen), combine("where", "kept", b, not(chosen)));
}
