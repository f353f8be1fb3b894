import type { Case } from "./case.ts";
import { rounded } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { activations, describe, lengthsOf, STEP, stepSizes, sums } from "./cell-step.ts";

/** The numbers of tanh and relu in `unary`. */
const elmanOperations = [2, 4];

function elmanForward(size: StepSize, operation: number): Case {
  const { batch, hidden } = size;
  return {
    name: `${operation === 2 ? "tanh" : "relu"}, ${describe(size)}`,
    kernel: "elmanForward",
    tolerance: rounded,
    run(stage) {
      const x = sums(stage, "sums", batch * hidden);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      stage.kernels.elmanForward(operation, x, hPrevious, h, lengthsOf(stage, size), STEP, batch, hidden);
    },
  };
}

function elmanBackward(size: StepSize, operation: number, output: boolean): Case {
  const { batch, hidden } = size;
  return {
    name: `${operation === 2 ? "tanh" : "relu"}, ${describe(size)}${output ? "" : ", no dy"}`,
    kernel: "elmanBackward",
    tolerance: rounded,
    run(stage) {
      const h = activations(stage, "h", batch * hidden, () => (operation === 2 ? -1 : 0));
      const dsums = stage.uniform("dsums", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dh = stage.uniform("dh", batch * hidden);
      const lengths = lengthsOf(stage, size);
      stage.kernels.elmanBackward(operation, h, dsums, dy, dh, lengths, STEP, batch, hidden);
    },
  };
}

export const elmanCases: readonly Case[] = stepSizes.flatMap((size) =>
  elmanOperations.flatMap((operation) => [
    elmanForward(size, operation),
    elmanBackward(size, operation, true),
    elmanBackward(size, operation, false),
  ]),
);
