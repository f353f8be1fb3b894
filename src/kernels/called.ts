import type { Kernels } from "./contract.ts";
import { coreByName } from "./core-by-name.ts";
import type { KernelTable } from "./kernel-table.ts";

/** The kernels of a table, as they are called. A page that only trains plain language models fetches no more than the core's. */
export async function called(table: KernelTable, isWhole: boolean): Promise<Kernels> {
  // Without the rest, no task that says so calls any of it: `Task.kernels`.
  if (!isWhole) return coreByName(table) as Kernels;
  const { byName } = await import("./by-name.ts");
  return byName(table);
}
