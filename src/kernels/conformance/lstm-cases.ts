import type { Case } from "./case.ts";
import { rounded } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { activations, describe, lengthsOf, STEP, stepSizes, sums } from "./cell-step.ts";

function lstmForward(size: StepSize): Case {
  const { batch, hidden } = size;
  return {
    name: describe(size),
    kernel: "lstmForward",
    tolerance: rounded,
    run(stage) {
      const gates = sums(stage, "gates", batch * 4 * hidden);
      const [cPrevious, c, hPrevious, h] = ["cPrevious", "c", "hPrevious", "h"].map((name) =>
        stage.uniform(name, batch * hidden, -3, 3),
      );
      const lengths = lengthsOf(stage, size);
      stage.kernels.lstmForward(gates, cPrevious, c, hPrevious, h, lengths, STEP, batch, hidden);
    },
  };
}

function lstmBackward(size: StepSize, output: boolean): Case {
  const { batch, hidden } = size;
  return {
    name: `${describe(size)}${output ? "" : ", no dy"}`,
    kernel: "lstmBackward",
    tolerance: rounded,
    run(stage) {
      const isCandidate = (i: number) => Math.floor(i / hidden) % 4 === 2;
      const gates = activations(stage, "gates", batch * 4 * hidden, (i) => (isCandidate(i) ? -1 : 0));
      const [cPrevious, c, dh, dc] = ["cPrevious", "c", "dh", "dc"].map((name) =>
        stage.uniform(name, batch * hidden, -2, 2),
      );
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const lengths = lengthsOf(stage, size);
      stage.kernels.lstmBackward(gates, cPrevious, c, dy, dh, dc, lengths, STEP, batch, hidden);
    },
  };
}

export const lstmCases: readonly Case[] = stepSizes.flatMap((size) => [
  lstmForward(size),
  lstmBackward(size, true),
  lstmBackward(size, false),
]);
