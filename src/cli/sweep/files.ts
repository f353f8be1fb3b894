import { join } from "node:path";
import { writeWhole } from "../../data/corpus/atomic-file.ts";
import { resultsCsv } from "./csv.ts";
import type { SweepState } from "./state.ts";

const CSV_FILE = "results.csv";
const PLOT_FILE = "sweep.svg";

/** Writes what people and other programs read of a sweep into its folder, and names it. */
export async function writeResults(folder: string, { plan, trials }: SweepState): Promise<string[]> {
  writeWhole(join(folder, CSV_FILE), resultsCsv(trials));
  // Drawing needs libraries that take a while to load.
  const { sweepSvg } = await import("./plot.ts");
  writeWhole(join(folder, PLOT_FILE), sweepSvg(plan, trials));
  return [CSV_FILE, PLOT_FILE];
}
