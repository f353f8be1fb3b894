// Runs the built command line as several processes, as a user would: with mpirun.
import { spawn } from "node:child_process";
import { findMpi, type MpiKind } from "../../scripts/mpi.mjs";
import { type Finished, finished, MAIN } from "../cli/command.ts";

/** Processes started together. */
export interface Started {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<Finished>;
}

/** Everything may run as root and on one machine, however many there are. */
const OPTIONS = { "open-mpi": ["--allow-run-as-root", "--oversubscribe"], mpich: [] } as const;

/** Starts `unrolled` as so many ranks; `environment` is added to that of all. */
export function startRanks(
  kind: MpiKind,
  ranks: number,
  parameters: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn(
    findMpi(kind)!,
    [...OPTIONS[kind], "-n", String(ranks), process.execPath, MAIN, ...parameters],
    {
      cwd,
      env: {
        ...process.env,
        NO_COLOR: "1",
        FORCE_COLOR: "",
        XDG_CACHE_HOME: `${cwd}-cache`,
        ...environment,
      },
    },
  );
  return { child, ended: finished(child) };
}

/** The same to its end. */
export function onRanks(...given: Parameters<typeof startRanks>): Promise<Finished> {
  return startRanks(...given).ended;
}
