import { splitRows } from "./split.ts";

/** How many threads share the work, and why not as many as were asked for. */
export interface ThreadCount {
  readonly threads: number;
  readonly reason: string | undefined;
}

/** How many threads can share batches of B sequences of a replica that comes from `source`. */
export function threadsFor(source: unknown, asked: number, batchSize: number): ThreadCount {
  if (asked === 1) return { threads: 1, reason: undefined };
  if (typeof source === "function") {
    return {
      threads: 1,
      reason:
        "the model is made by a function, which cannot travel to another thread; export it from a module and give { module, export } instead",
    };
  }
  if (!canShare()) {
    return {
      threads: 1,
      reason: "this page is not cross-origin isolated, so its memory cannot be handed to other threads",
    };
  }
  const threads = splitRows(batchSize, asked).filter((rows) => rows > 0).length;
  if (threads === asked) return { threads, reason: undefined };
  const sequences = threads === 1 ? "is one sequence" : `are ${threads} sequences`;
  return { threads, reason: `there ${sequences} in a batch for ${asked} threads` };
}

/** A browser hands shared memory to workers only where the page is cross-origin isolated. */
function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer !== "undefined" && crossOriginIsolated !== false;
}
