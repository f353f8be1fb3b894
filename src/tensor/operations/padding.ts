// What stands behind the end of a sequence x [B, …, T] is padding.
import { requireLengths } from "../../whole-numbers.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { add, multiply } from "./arithmetic.ts";

/** x [B, …, T] with −∞ behind each sequence's end: neither a largest entry nor a share of a softmax is there. */
export function withoutPadding(call: string, x: Tensor, lengths: readonly number[]): Tensor {
  return add(
    x,
    stepsOf(call, x, lengths, (t, length) => (t < length ? 0 : Number.NEGATIVE_INFINITY)),
  );
}

/** x [B, …, T] times T / length up to each sequence's end and zero behind it: its mean is that of the steps that count. */
export function sharesOfSteps(call: string, x: Tensor, lengths: readonly number[]): Tensor {
  const steps = x.shape[x.shape.length - 1];
  return multiply(
    x,
    stepsOf(call, x, lengths, (t, length) => (t < length ? steps / length : 0)),
  );
}

/** A number for each step of each sequence, [B, 1, …, T]. */
function stepsOf(
  call: string,
  x: Tensor,
  lengths: readonly number[],
  number: (t: number, length: number) => number,
): Tensor {
  const [batch, ...rest] = x.shape;
  const steps = rest[rest.length - 1];
  requireLengths(call, lengths, batch, steps);
  const numbers = new Float32Array(batch * steps);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < steps; t++) numbers[b * steps + t] = number(t, lengths[b]);
  return tensor(x.device, numbers, [batch, ...rest.slice(1).map(() => 1), steps]);
}
