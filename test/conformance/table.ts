// The table that holds backends to the reference, as one call for wherever a test takes it.
import type { BackendChoice } from "../../src/kernels/backend.ts";
import { cases, differences, runCase, STAGE_ELEMENTS } from "../../src/kernels/conformance.ts";
import { loadReference } from "../../src/kernels/load-reference.ts";
import { openBackend } from "../../src/kernels/select.ts";

/** How many cases ran, and what is not as the reference has it. */
export interface Conformed {
  readonly ran: number;
  readonly wrong: readonly string[];
}

/** Runs the whole table on a backend. */
export async function conformance(name: BackendChoice): Promise<Conformed> {
  const [reference, { kernels, heap }] = [
    await openBackend("reference", loadReference),
    await openBackend(name),
  ];
  const referenceFirst = reference.heap.allocate(STAGE_ELEMENTS);
  const first = heap.allocate(STAGE_ELEMENTS);
  const wrong: string[] = [];
  for (const entry of cases) {
    for (const skew of [0, 3]) {
      const expected = runCase(entry, reference.kernels, reference.heap, referenceFirst, skew);
      const outcome = runCase(entry, kernels, heap, first, skew);
      const lines = differences(name, outcome, expected, entry.tolerance).slice(0, 3);
      wrong.push(...lines.map((line) => `${entry.kernel} ${entry.name}, skew ${skew}: ${line}`));
    }
  }
  return { ran: cases.length, wrong };
}
