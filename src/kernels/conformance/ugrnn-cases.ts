import type { Case } from "./case.ts";
import { rounded } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { activations, describe, lengthsOf, STEP, stepSizes, sums } from "./cell-step.ts";

function ugrnnForward(size: StepSize): Case {
  const { batch, hidden } = size;
  return {
    name: describe(size),
    kernel: "ugrnnForward",
    tolerance: rounded,
    run(stage) {
      const both = sums(stage, "sums", batch * 2 * hidden);
      const hBefore = stage.uniform("hBefore", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      stage.kernels.ugrnnForward(both, hBefore, h, lengthsOf(stage, size), STEP, batch, hidden);
    },
  };
}

function ugrnnBackward(size: StepSize, output: boolean): Case {
  const { batch, hidden } = size;
  return {
    name: `${describe(size)}${output ? "" : ", no dy"}`,
    kernel: "ugrnnBackward",
    tolerance: rounded,
    run(stage) {
      const isGate = (i: number) => Math.floor(i / hidden) % 2 === 0;
      const gates = activations(stage, "sums", batch * 2 * hidden, (i) => (isGate(i) ? 0 : -1));
      const hBefore = stage.uniform("hBefore", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dh = stage.uniform("dh", batch * hidden);
      stage.kernels.ugrnnBackward(gates, hBefore, dy, dh, lengthsOf(stage, size), STEP, batch, hidden);
    },
  };
}

export const ugrnnCases: readonly Case[] = stepSizes.flatMap((size) => [
  ugrnnForward(size),
  ugrnnBackward(size, true),
  ugrnnBackward(size, false),
]);
