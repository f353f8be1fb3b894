// How a process finds out that it is one of several: what starts them says so in the environment of each.
import { UnrolledError } from "../errors.ts";

/** The families of MPI whose libraries differ in what handles are. */
export type MpiKind = "open-mpi" | "mpich";

/** What a starter says. */
export interface Started {
  readonly rank: number;
  /** More than one. */
  readonly size: number;
  /** The variable that says so. */
  readonly said: string;
  /** Whose library the starter belongs to, where that is known. */
  readonly kind: MpiKind | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Pairs of variables: Open MPI's mpirun; Hydra (MPICH, Intel MPI, MVAPICH) and srun with PMI; srun with PMIx. */
const STARTERS = [
  { size: "OMPI_COMM_WORLD_SIZE", rank: "OMPI_COMM_WORLD_RANK", kind: "open-mpi" },
  { size: "PMI_SIZE", rank: "PMI_RANK", kind: "mpich" },
  { size: "SLURM_STEP_NUM_TASKS", rank: "PMIX_RANK", kind: undefined },
  { size: "SLURM_STEP_NUM_TASKS", rank: "SLURM_PROCID", kind: undefined },
] as const;

/**
 * What the environment says of the processes that this one is one of; undefined where it is alone.
 *
 * @throws UnrolledError "invalid-argument" for variables that contradict one another
 */
export function startedAs(environment: Environment): Started | undefined {
  for (const { size, rank, kind } of STARTERS) {
    const [sizeText, rankText] = [environment[size], environment[rank]];
    if (sizeText === undefined || rankText === undefined) continue;
    const found = { size: wholeOf(size, sizeText), rank: wholeOf(rank, rankText) };
    if (found.size < 1 || found.rank >= found.size) {
      throw new UnrolledError("invalid-argument", {
        problem: `${rank} is ${rankText} and ${size} is ${sizeText}, needed a rank below the number of processes`,
        advice: ADVICE,
      });
    }
    if (found.size > 1) return { ...found, said: size, kind };
    return undefined;
  }
  return undefined;
}

/**
 * What MPICH's starter says everything by is a socket that each process gets from it, and that is lost on the way where another program
 * stands between the two. MPI would end the process for it, in words of its own.
 *
 * @throws UnrolledError "invalid-argument" that says how to start instead
 */
export function requireConnection(environment: Environment, isSocket: (descriptor: number) => boolean): void {
  const { PMI_FD: descriptor } = environment;
  if (descriptor === undefined || isSocket(wholeOf("PMI_FD", descriptor))) return;
  const between = isByNpx(environment) ? "npx" : "another program";
  throw new UnrolledError("invalid-argument", {
    problem: `mpirun cannot be reached: ${between} stands between it and this process, and does not hand on its connection (PMI_FD)`,
    advice: `start ${DIRECTLY}`,
  });
}

/** How a process is started with nothing in between. */
export const DIRECTLY = "node_modules/.bin/unrolled itself";

/** Whether npx has started this process: it hands on no signals. */
export function isByNpx({ npm_lifecycle_event, npm_command }: Environment): boolean {
  return npm_command === "exec" || npm_lifecycle_event === "npx";
}

const ADVICE = "start with mpirun or srun, which set these variables, or unset them";

function wholeOf(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UnrolledError("invalid-argument", {
    subject: name,
    got: JSON.stringify(text),
    needed: "a whole number",
    advice: ADVICE,
  });
}
