import type { ActivationRow } from "./activation-rows.ts";
import { activationRows, putActivations } from "./activation-rows.ts";
import type { Case } from "./case.ts";
import { rounded } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { describe, fewStepSizes, lengthsOf, STEP, sums } from "./cell-step.ts";

interface Variant {
  readonly size: StepSize;
  readonly row: ActivationRow;
  readonly gateClip: number;
}

const nameOf = ({ size, row, gateClip }: Variant) =>
  `${row.name}${gateClip ? ", gateClip" : ""}, ${describe(size)}`;

function forward(variant: Variant): Case {
  const { size, row, gateClip } = variant;
  const { batch, hidden } = size;
  return {
    name: nameOf(variant),
    kernel: "elmanVariantForward",
    tolerance: rounded,
    run(stage) {
      const x = sums(stage, "sums", batch * hidden);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      const triple = putActivations(stage, [row]);
      const lengths = lengthsOf(stage, size);
      stage.kernels.elmanVariantForward(x, hPrevious, h, triple, gateClip, lengths, STEP, batch, hidden);
    },
  };
}

/** Runs forward first, since each backend knows a bound again by its own results. */
function backward(variant: Variant, output: boolean): Case {
  const { size, row, gateClip } = variant;
  const { batch, hidden } = size;
  return {
    name: `${nameOf(variant)}${output ? "" : ", no dy"}`,
    kernel: "elmanVariantBackward",
    tolerance: rounded,
    run(stage) {
      const x = sums(stage, "sums", batch * hidden);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      const dsums = stage.uniform("dsums", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dh = stage.uniform("dh", batch * hidden);
      const triple = putActivations(stage, [row]);
      const lengths = lengthsOf(stage, size);
      const { kernels } = stage;
      kernels.elmanVariantForward(x, hPrevious, h, triple, gateClip, lengths, STEP, batch, hidden);
      kernels.elmanVariantBackward(h, dsums, dy, dh, triple, gateClip, lengths, STEP, batch, hidden);
    },
  };
}

export const elmanVariantCases: readonly Case[] = activationRows.flatMap((row) =>
  [0, 1.25].flatMap((gateClip) =>
    fewStepSizes.flatMap((size) => [
      forward({ size, row, gateClip }),
      backward({ size, row, gateClip }, true),
      backward({ size, row, gateClip }, false),
    ]),
  ),
);
