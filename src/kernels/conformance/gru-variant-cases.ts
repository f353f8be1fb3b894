import type { ActivationRow } from "./activation-rows.ts";
import { activationRows, putActivations, putSums, sigmoid, tanh } from "./activation-rows.ts";
import type { Case } from "./case.ts";
import { product } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { describe, fewStepSizes, lengthsOf, STEP } from "./cell-step.ts";

interface Variant {
  readonly name: string;
  readonly activations: readonly ActivationRow[];
  readonly gateClip?: number;
}

const variants: readonly Variant[] = [
  { name: "usual", activations: [sigmoid, tanh] },
  { name: "gateClip", activations: [sigmoid, tanh], gateClip: 1.25 },
  ...activationRows.map((row) => ({ name: row.name, activations: [row, row] })),
];

/** Backward runs forward first, since each backend knows a bound again by its own results. */
function upTo(
  last: "gruVariantForward" | "gruVariantBackward",
  size: StepSize,
  { name, activations, gateClip = 0 }: Variant,
  output: boolean,
): Case {
  const { batch, hidden } = size;
  return {
    name: `${name}, ${describe(size)}${output ? "" : ", no dy"}`,
    kernel: last,
    tolerance: product,
    run(stage) {
      const gatesX = putSums(stage, "gatesX", batch * 3 * hidden, activations);
      const gatesH = stage.uniform("gatesH", batch * 3 * hidden, -2, 2);
      const [hPrevious, h] = ["hPrevious", "h"].map((place) => stage.uniform(place, batch * hidden));
      const triples = putActivations(stage, activations);
      const options = [triples, gateClip, lengthsOf(stage, size), STEP, batch, hidden] as const;
      stage.kernels.gruVariantForward(gatesX, gatesH, hPrevious, h, ...options);
      if (last === "gruVariantForward") return;
      const dh = stage.uniform("dh", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      stage.kernels.gruVariantBackward(gatesX, gatesH, hPrevious, dy, dh, ...options);
    },
  };
}

export const gruVariantCases: readonly Case[] = variants.flatMap((variant) =>
  fewStepSizes.flatMap((size) => [
    upTo("gruVariantForward", size, variant, true),
    upTo("gruVariantBackward", size, variant, true),
    upTo("gruVariantBackward", size, variant, false),
  ]),
);
