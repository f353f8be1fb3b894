import { ARGUMENTS, type KernelTable } from "../kernel-table.ts";
import type { Memory } from "./memory.ts";

/** Calls of kernels that were written down. */
export function replayKernels(memory: Memory, table: () => KernelTable): Pick<KernelTable, "replay"> {
  const rows = Object.entries(ARGUMENTS) as [keyof KernelTable, string][];
  const double = new DataView(new ArrayBuffer(8));
  return {
    replay(calls, _place, count) {
      const words = memory.ints();
      let next = calls;
      for (let call = 0; call < count; call++) {
        const [name, kinds] = rows[words[next++]];
        const given = Array.from(kinds, (kind) => {
          if (kind === "w") return words[next++];
          double.setInt32(0, words[next++], true);
          double.setInt32(4, words[next++], true);
          return double.getFloat64(0, true);
        });
        (table()[name] as (...numbers: readonly number[]) => unknown)(...given);
      }
    },
  };
}
