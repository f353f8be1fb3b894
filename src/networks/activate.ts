import { exp, relu, sigmoid, tanh } from "../tensor/operations/functions.ts";
import { outputOf } from "../tensor/operations/output.ts";
import { logSoftmax, softmax } from "../tensor/operations/rows.ts";
import { record } from "../tensor/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { tracer } from "../tensor/tracing.ts";
import {
  type ActivationLayerName,
  alphaOf,
  type EntryFunctionName,
  entryFunctions,
} from "./entry-functions.ts";

/** A function of a network's activation layer, on the tape: by a kernel where there is one. */
export function activate(x: Tensor, activation: ActivationLayerName, alpha: number | undefined): Tensor {
  switch (activation) {
    case "softmax":
      return softmax(x);
    case "log-softmax":
      return logSoftmax(x);
    case "relu":
      return relu(x);
    case "tanh":
      return tanh(x);
    case "sigmoid":
      return sigmoid(x);
    case "exponential":
      return exp(x);
    default:
      return entryByEntry(x, activation, alphaOf(activation, alpha));
  }
}

function entryByEntry(x: Tensor, name: EntryFunctionName, alpha: number): Tensor {
  const { value, slope } = entryFunctions[name];
  const y = outputOf(x.shape, [x]);
  const { heap } = x.device;
  const numbers = heap.floats();
  const [from, to, size] = [x.offset, y.offset, x.size];
  for (let index = 0; index < size; index++) numbers[to + index] = value(numbers[from + index], alpha);
  tracer?.operation("activation", [x], y, { activation: name, alpha });
  if (y.requiresGrad) {
    record([y], [x], [x, y], () => {
      const [dy, dx] = [y.arrivedGradient(), x.gathered()];
      // A gradient may have made the heap grow, and views of it stale.
      const all = heap.floats();
      for (let index = 0; index < size; index++)
        all[dx + index] += all[dy + index] * slope(all[from + index], all[to + index], alpha);
    });
  }
  return y;
}
