import { alignmentCases } from "./conformance/alignment-cases.ts";
import { binaryCases } from "./conformance/binary-cases.ts";
import type { Case } from "./conformance/case.ts";
import { dotCases } from "./conformance/dot-cases.ts";
import { entryCases } from "./conformance/entry-cases.ts";
import { lossCases } from "./conformance/loss-cases.ts";
import { matrixCases } from "./conformance/matrix-cases.ts";
import { narrowCases } from "./conformance/narrow-cases.ts";
import { optimiserCases } from "./conformance/optimiser-cases.ts";
import { recurrenceCases } from "./conformance/recurrence-cases.ts";
import { replayCases } from "./conformance/replay-cases.ts";
import { rowCases } from "./conformance/row-cases.ts";
import type { Outcome } from "./conformance/stage.ts";
import { Stage } from "./conformance/stage.ts";
import { stepCases } from "./conformance/step-cases.ts";
import { wholeCases } from "./conformance/whole-cases.ts";
import { windowCases } from "./conformance/window-cases.ts";
import type { Kernels } from "./contract.ts";
import type { Memory } from "./reference/memory.ts";

export type { Case } from "./conformance/case.ts";
export type { Tolerance } from "./conformance/compare.ts";
export { differences, differentBits } from "./conformance/compare.ts";
export type { Outcome } from "./conformance/stage.ts";

/** Every call that all backends must answer alike. A new kernel is a row here. */
export const cases: readonly Case[] = [
  ...matrixCases,
  ...narrowCases,
  ...recurrenceCases,
  ...entryCases,
  ...binaryCases,
  ...stepCases,
  ...rowCases,
  ...lossCases,
  ...alignmentCases,
  ...optimiserCases,
  ...wholeCases,
  ...windowCases,
  ...dotCases,
  ...replayCases,
];

/** Elements of memory that the largest case needs. */
export const STAGE_ELEMENTS = 1 << 19;

/**
 * Runs one case on STAGE_ELEMENTS elements of memory from `first`, its regions starting `skew` elements past a multiple of
 * sixteen.
 */
export function runCase(
  { run }: Case,
  kernels: Kernels,
  memory: Memory,
  first: number,
  skew: number,
): Outcome {
  const stage = new Stage(kernels, memory, first, skew);
  run(stage);
  return stage.finish();
}
