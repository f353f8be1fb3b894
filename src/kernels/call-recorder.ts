import { byName } from "./by-name.ts";
import type { Kernels } from "./contract.ts";
import { ARGUMENTS, type KernelTable } from "./kernel-table.ts";

/** Calls as the words that the kernel `replay` reads. */
export interface RecordedCalls {
  readonly words: number[];
  count: number;
}

type Call = (...given: number[]) => number | undefined;

/** The kernels of a table, which write down how they are called while they are asked to. */
export class CallRecorder {
  readonly kernels: Kernels;
  #calls: RecordedCalls | undefined;

  constructor(table: KernelTable) {
    const rows = Object.entries(ARGUMENTS).map(([name, kinds], number) => {
      const call = table[name as keyof KernelTable] as Call;
      const noted: Call = (...given) => {
        const result = call(...given);
        // What answers changes nothing.
        if (this.#calls && result === undefined) note(this.#calls, number, kinds, given);
        return result;
      };
      return [name, noted];
    });
    this.kernels = byName(Object.fromEntries(rows) as KernelTable);
  }

  /** Makes the calls of a callback, and adds them to those written down. */
  record(calls: RecordedCalls, body: () => void): void {
    this.#calls = calls;
    try {
      body();
    } finally {
      this.#calls = undefined;
    }
  }
}

function note(calls: RecordedCalls, number: number, kinds: string, given: readonly number[]): void {
  calls.words.push(number);
  calls.count += 1;
  given.forEach((argument, index) => {
    if (kinds[index] === "w") calls.words.push(argument);
    else calls.words.push(...new Int32Array(Float64Array.of(argument).buffer));
  });
}
