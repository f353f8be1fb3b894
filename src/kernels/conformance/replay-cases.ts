import { CallRecorder, type RecordedCalls } from "../call-recorder.ts";
import type { Kernels } from "../contract.ts";
import { ARGUMENTS, type KernelTable } from "../kernel-table.ts";
import type { Case } from "./case.ts";
import { rounded } from "./case.ts";

/** The words of calls that nobody makes. */
function written(body: (kernels: Kernels) => void): RecordedCalls {
  const silent = Object.fromEntries(Object.keys(ARGUMENTS).map((name) => [name, () => undefined]));
  const recorder = new CallRecorder(silent as unknown as KernelTable);
  const calls = { words: [], count: 0 };
  recorder.record(calls, () => body(recorder.kernels));
  return calls;
}

export const replayCases: readonly Case[] = [
  {
    name: "three calls, with places, whole numbers, fractions and what is left out",
    kernel: "replay",
    tolerance: rounded,
    run(stage) {
      const x = stage.uniform("x", 35);
      const y = stage.uniform("y", 35);
      const sums = stage.uniform("sums", 5);
      const { words, count } = written((kernels) => {
        kernels.addScaled(x, -0.7, y, 35);
        kernels.binary({ operation: 2, a: x, b: y, y, m: 5, n: 7 });
        kernels.sumColumns({ x: y, factor: 0.125, sums, m: 5, n: 7 });
      });
      const calls = stage.addresses("calls", words);
      stage.kernels.replay(calls, calls, count);
    },
  },
  {
    name: "none",
    kernel: "replay",
    tolerance: rounded,
    run(stage) {
      const calls = stage.ints("calls", [0]);
      stage.kernels.replay(calls, calls, 0);
    },
  },
];
