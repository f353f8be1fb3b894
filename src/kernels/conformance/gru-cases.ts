import type { Case } from "./case.ts";
import { rounded } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { activations, describe, lengthsOf, STEP, stepSizes, sums } from "./cell-step.ts";

function gruForward(size: StepSize): Case {
  const { batch, hidden } = size;
  return {
    name: describe(size),
    kernel: "gruForward",
    // r∘hn reaches 100 in the saturated entries, and its rounding with it.
    tolerance: { relative: 2e-6, absolute: 1e-5 },
    run(stage) {
      const gatesX = sums(stage, "gatesX", batch * 3 * hidden);
      const gatesH = stage.uniform("gatesH", batch * 3 * hidden, -4, 4);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      const lengths = lengthsOf(stage, size);
      stage.kernels.gruForward(gatesX, gatesH, hPrevious, h, lengths, STEP, batch, hidden);
    },
  };
}

function gruBackward(size: StepSize, output: boolean): Case {
  const { batch, hidden } = size;
  return {
    name: `${describe(size)}${output ? "" : ", no dy"}`,
    kernel: "gruBackward",
    tolerance: rounded,
    run(stage) {
      const isCandidate = (i: number) => Math.floor(i / hidden) % 3 === 2;
      const gatesX = activations(stage, "gatesX", batch * 3 * hidden, (i) => (isCandidate(i) ? -1 : 0));
      const gatesH = stage.uniform("gatesH", batch * 3 * hidden, -4, 4);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dh = stage.uniform("dh", batch * hidden);
      const lengths = lengthsOf(stage, size);
      stage.kernels.gruBackward(gatesX, gatesH, hPrevious, dy, dh, lengths, STEP, batch, hidden);
    },
  };
}

export const gruCases: readonly Case[] = stepSizes.flatMap((size) => [
  gruForward(size),
  gruBackward(size, true),
  gruBackward(size, false),
]);
