import type { ActivationRow } from "./activation-rows.ts";
import { activationRows, putActivations, putSums, sigmoid, tanh } from "./activation-rows.ts";
import type { Case } from "./case.ts";
import { product } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { describe, fewStepSizes, lengthsOf, STEP } from "./cell-step.ts";

interface Variant {
  readonly name: string;
  /** 3: the GRU with its reset gate before the product; 2: the minimal gated unit. */
  readonly gates: number;
  readonly activations: readonly ActivationRow[];
  readonly gateClip?: number;
}

const variants: readonly Variant[] = [
  { name: "gru", gates: 3 },
  { name: "minimal", gates: 2 },
].flatMap(({ name, gates }) => [
  { name, gates, activations: [sigmoid, tanh] },
  { name: `${name}, gateClip`, gates, activations: [sigmoid, tanh], gateClip: 1.25 },
  ...activationRows.map((row) => ({ name: `${name}, ${row.name}`, gates, activations: [row, row] })),
]);

type Phase = "gatedForward" | "gatedCandidateForward" | "gatedCandidateBackward" | "gatedBackward";

/** Runs the phases up to the one that the case is for, since each backend knows a bound again by its own results. */
function upTo(
  last: Phase,
  size: StepSize,
  { name, gates, activations, gateClip = 0 }: Variant,
  output: boolean,
): Case {
  const { batch, hidden } = size;
  const units = batch * hidden;
  return {
    name: `${name}, ${describe(size)}${output ? "" : ", no dy"}`,
    kernel: last,
    tolerance: product,
    run(stage) {
      const { kernels } = stage;
      const sums = putSums(stage, "sums", units * gates, activations);
      const [hPrevious, h, gated] = ["hPrevious", "h", "gated"].map((place) => stage.uniform(place, units));
      const triples = putActivations(stage, activations);
      const options = [triples, gateClip, gates, lengthsOf(stage, size), STEP, batch, hidden] as const;
      kernels.gatedForward(sums, hPrevious, gated, ...options);
      if (last === "gatedForward") return;
      kernels.gatedCandidateForward(sums, hPrevious, h, ...options);
      if (last === "gatedCandidateForward") return;
      const dy = output ? stage.uniform("dy", units) : 0;
      const dh = stage.uniform("dh", units);
      const dmix = gates === 2 ? stage.uniform("dmix", units) : 0;
      kernels.gatedCandidateBackward(sums, hPrevious, dy, dh, dmix, ...options);
      if (last === "gatedCandidateBackward") return;
      const dgated = stage.uniform("dgated", units);
      kernels.gatedBackward(sums, hPrevious, dgated, dmix, dh, ...options);
    },
  };
}

export const gatedCases: readonly Case[] = variants.flatMap((variant) =>
  fewStepSizes.flatMap((size) => [
    upTo("gatedForward", size, variant, true),
    upTo("gatedCandidateForward", size, variant, true),
    upTo("gatedCandidateBackward", size, variant, true),
    upTo("gatedCandidateBackward", size, variant, false),
    upTo("gatedBackward", size, variant, true),
  ]),
);
