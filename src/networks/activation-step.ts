import { unaryOperations } from "../tensor/operations/functions.ts";
import type { LayerConfig } from "./config.ts";
import { alphaOf, entryFunctions } from "./entry-functions.ts";
import type { LayerStep, StepRoom } from "./layer-step.ts";
import type { StepValue } from "./step-value.ts";

/** The step of an activation layer, over rows of `rowWidth` entries. */
export function activationStep(
  { device, batch }: StepRoom,
  { activation, alpha: given }: Extract<LayerConfig, { readonly kind: "activation" }>,
  rowWidth: number,
  x: StepValue,
  value: StepValue,
): LayerStep {
  const { kernels, heap } = device;
  const size = batch * x.width;
  const byKernel = (operation: number): LayerStep => ({
    value,
    run: () => kernels.unary(operation, x.at, value.at, size),
  });
  switch (activation) {
    case "softmax":
    case "log-softmax": {
      const logarithm = activation === "softmax" ? 0 : 1;
      return { value, run: () => kernels.softmax(x.at, value.at, size / rowWidth, rowWidth, logarithm) };
    }
    case "relu":
      return byKernel(unaryOperations.relu);
    case "tanh":
      return byKernel(unaryOperations.tanh);
    case "sigmoid":
      return byKernel(unaryOperations.logistic);
    case "exponential":
      return byKernel(unaryOperations.exp);
    default: {
      const { value: apply } = entryFunctions[activation];
      const alpha = alphaOf(activation, given);
      return {
        value,
        run: () => {
          const numbers = heap.floats();
          for (let index = 0; index < size; index++)
            numbers[value.at + index] = apply(numbers[x.at + index], alpha);
        },
      };
    }
  }
}
