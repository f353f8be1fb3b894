import { requireWhole } from "../../whole-numbers.ts";

/** How a sequence is cut into windows. */
export interface WindowsOptions {
  /** Steps in a window, at least 1. */
  readonly size: number;
  /** Steps from one window's first step to the next one's; the size if not given. */
  readonly stride?: number | undefined;
}

/**
 * The first step of each whole window in a sequence of T steps: 0, stride, 2·stride, … as long as `size` steps follow. None of a sequence
 * that is shorter than a window.
 *
 * @throws UnrolledError "invalid-argument" for a size or a stride below 1
 */
export function windows(steps: number, { size, stride = size }: WindowsOptions): number[] {
  requireWhole("windows", "size", size, 1);
  requireWhole("windows", "stride", stride, 1);
  return Array.from({ length: Math.max(0, Math.floor((steps - size) / stride) + 1) }, (_, at) => at * stride);
}
