import type { Memory } from "./memory.ts";

/** Whether the sequence in row b is over before step t. Without lengths none is. */
export function ended(memory: Memory, lengths: number, b: number, t: number): boolean {
  return lengths !== 0 && memory.ints()[lengths + b] <= t;
}
