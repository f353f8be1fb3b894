import type { ActivationRow } from "./activation-rows.ts";
import { activationRows, putActivations, putSums, sigmoid, tanh } from "./activation-rows.ts";
import type { Case } from "./case.ts";
import { product } from "./case.ts";
import type { StepSize } from "./cell-step.ts";
import { describe, fewStepSizes, lengthsOf, STEP } from "./cell-step.ts";
import type { Stage } from "./stage.ts";

interface Variant {
  readonly name: string;
  readonly activations: readonly ActivationRow[];
  readonly peepholes?: boolean;
  readonly coupled?: boolean;
  readonly gateClip?: number;
  readonly cellClip?: number;
  /** Whether tanh reads something other than c, as where c is layer-normalised. */
  readonly apart?: boolean;
}

const usual = [sigmoid, tanh, tanh];
const together = { peepholes: true, apart: true, gateClip: 1.25, cellClip: 0.75 };

/** A row for each option, and for those that act on one another together. */
const variants: readonly Variant[] = [
  { name: "usual", activations: usual },
  { name: "peepholes", activations: usual, peepholes: true },
  { name: "coupled", activations: usual, coupled: true },
  { name: "gateClip", activations: usual, gateClip: 1.25 },
  { name: "cellClip", activations: usual, cellClip: 0.75 },
  { name: "cOut apart", activations: usual, apart: true },
  { name: "coupled, peepholes", activations: usual, coupled: true, peepholes: true },
  { name: "everything", activations: usual, coupled: true, ...together },
  { name: "everything, not coupled", activations: usual, ...together },
  ...activationRows.map((row) => ({ name: row.name, activations: [row, row, row], peepholes: true })),
];

/** Lays out the arguments of both phases; `c` starts as noise that the state phase overwrites. */
function layOut(stage: Stage, size: StepSize, { activations, peepholes, coupled, apart }: Variant) {
  const units = size.batch * size.hidden;
  const width = coupled ? 3 : 4;
  const gates = putSums(stage, "gates", units * width, activations);
  const [cPrevious, c, hPrevious, h] = ["cPrevious", "c", "hPrevious", "h"].map((name) =>
    stage.uniform(name, units, -2, 2),
  );
  return {
    gates,
    cPrevious,
    c,
    hPrevious,
    h,
    cOut: apart ? stage.uniform("cOut", units, -2, 2) : c,
    peepholes: peepholes ? stage.uniform("peepholes", (width - 1) * size.hidden) : 0,
    activations: putActivations(stage, activations),
    lengths: lengthsOf(stage, size),
  };
}

type Phase = "lstmStateForward" | "lstmOutputForward" | "lstmOutputBackward" | "lstmStateBackward";

/** Runs the phases up to the one that the case is for, since each backend knows a bound again by its own results. */
function upTo(last: Phase, size: StepSize, variant: Variant, output: boolean): Case {
  const { batch, hidden } = size;
  const { gateClip = 0, cellClip = 0 } = variant;
  const coupled = variant.coupled ? 1 : 0;
  const without = last === "lstmOutputForward" ? "no hPrevious" : "no dy";
  return {
    name: `${variant.name}, ${describe(size)}${output ? "" : `, ${without}`}`,
    kernel: last,
    tolerance: product,
    run(stage) {
      const { kernels } = stage;
      const places = layOut(stage, size, variant);
      const { gates, cPrevious, c, cOut, h, peepholes, activations, lengths } = places;
      const step = [lengths, STEP, batch, hidden] as const;
      const options = [peepholes, activations, gateClip] as const;
      kernels.lstmStateForward(gates, cPrevious, c, ...options, cellClip, coupled, ...step);
      if (last === "lstmStateForward") return;
      const hPrevious = output ? places.hPrevious : 0;
      kernels.lstmOutputForward(gates, c, cOut, hPrevious, h, ...options, coupled, ...step);
      if (last === "lstmOutputForward") return;
      const [dh, dc] = ["dh", "dc"].map((name) => stage.uniform(name, batch * hidden));
      const dcOut = variant.apart ? stage.uniform("dcOut", batch * hidden) : dc;
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dpeepholes = peepholes && output ? stage.uniform("dpeepholes", (coupled ? 2 : 3) * hidden) : 0;
      kernels.lstmOutputBackward(
        ...[gates, c, cOut, ...options, coupled, dy, dh, dc, dcOut, dpeepholes, ...step],
      );
      if (last === "lstmOutputBackward") return;
      kernels.lstmStateBackward(
        ...[gates, cPrevious, c, ...options, cellClip, coupled, dc, dpeepholes, ...step],
      );
    },
  };
}

export const lstmPhaseCases: readonly Case[] = variants.flatMap((variant) =>
  fewStepSizes.flatMap((size) => [
    upTo("lstmStateForward", size, variant, true),
    ...[true, false].flatMap((output) => [
      upTo("lstmOutputForward", size, variant, output),
      upTo("lstmOutputBackward", size, variant, output),
      upTo("lstmStateBackward", size, variant, output),
    ]),
  ]),
);
