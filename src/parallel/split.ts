import type { Range } from "../optimisers/optimiser.ts";

/** The parts of a batch, of those for all threads of all processes, that this process reads. */
export interface OwnParts {
  readonly first: number;
  readonly count: number;
}

/** Vector units stay whole. */
const GRAIN = 16;

/** Cuts the entries of parameters of these sizes, one after another, into `threads` runs of about equal length. */
export function splitEntries(sizes: readonly number[], threads: number): Range[][] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares: Range[][] = Array.from({ length: threads }, () => []);
  let start = 0;
  for (const [index, size] of sizes.entries()) {
    let from = 0;
    for (let thread = 0; thread < threads && from < size; thread++) {
      const end = Math.floor((total * (thread + 1)) / threads) - start;
      const to = thread === threads - 1 || end >= size ? size : Math.floor(Math.max(0, end) / GRAIN) * GRAIN;
      if (to <= from) continue;
      shares[thread].push({ index, from, to });
      from = to;
    }
    start += size;
  }
  return shares;
}

/** Cuts B sequences into `threads` parts whose sizes differ by at most one, the larger ones first; a part can be empty. */
export function splitRows(batch: number, threads: number): number[] {
  return Array.from(
    { length: threads },
    (_, thread) => Math.floor(batch / threads) + (thread < batch % threads ? 1 : 0),
  );
}

/** Which thread does which of these jobs: the largest first, each to whoever has the least so far. */
export function splitJobs(sizes: readonly number[], threads: number): number[] {
  const load = new Array<number>(threads).fill(0);
  const owner = new Array<number>(sizes.length).fill(0);
  const bySize = [...sizes.keys()].sort((left, right) => sizes[right] - sizes[left] || left - right);
  for (const job of bySize) {
    const thread = load.indexOf(Math.min(...load));
    owner[job] = thread;
    load[thread] += sizes[job];
  }
  return owner;
}
