import { coresThere } from "#platform";
import { UnrolledError } from "../errors.ts";
import { gatherTexts, type Ranks } from "../parallel/ranks.ts";
import { LIBRARY_VARIABLE, loadMpi } from "./library.ts";
import { Mailbox } from "./mailbox.ts";
import { MpiRanks } from "./mpi-ranks.ts";
import { Signals } from "./signals.ts";
import type { Started } from "./started.ts";

/** MPI_THREAD_SERIALIZED: any thread may call, one at a time. */
const SERIALISED = 2;
const NAME_BYTES = 64;
const NUMBER_BYTES = 8;

/** What another thread of the same process needs to speak for it. Plain data. */
export interface WorldPlace {
  readonly library: string;
  readonly hosts: readonly string[];
  readonly signals: SharedArrayBuffer;
}

/** The processes of a job, joined by the thread that this one began with. */
export interface World {
  readonly ranks: Ranks;
  readonly signals: Signals;
  readonly place: WorldPlace;
  /** As the library describes itself. */
  readonly version: string;
  /** Threads that each of them can have, where some share a machine. */
  readonly threads: number;
  /** Letters between rank 0 and the others, outside of everything that all do together. */
  mailbox(onLetter: (from: number, letter: unknown) => void): Mailbox;
  /** Leaves in good order; all others must do so too. The process then ends by `process.reallyExit`. */
  leave(): void;
  /** Ends all processes at once. */
  abort(code: number): void;
}

/**
 * Joins the processes that this one was started with.
 *
 * @throws UnrolledError "missing-file" without koffi or MPI, "invalid-file" for a library that does not belong to what started them
 */
export async function joinWorld(started: Started): Promise<World> {
  // UCX, which libraries may move bytes with, would rewrite the C library's functions of memory, in which other threads of this process may be.
  process.env.UCX_MEM_EVENTS ??= "no";
  const mpi = await loadMpi(process.env[LIBRARY_VARIABLE], started.kind);
  const { level } = mpi.initialise(SERIALISED);
  const size = mpi.size();
  if (size !== started.size) {
    throw new UnrolledError("invalid-file", {
      problem: `${started.said} says that there are ${started.size} processes, but ${mpi.version} (${mpi.path}) knows of ${size}`,
      advice: `start with the mpirun that belongs to this library, or srun --mpi=pmix, or name the library that belongs to it: ${LIBRARY_VARIABLE}=/path/to/libmpi.so`,
    });
  }
  if (level < SERIALISED) {
    throw new UnrolledError("invalid-file", {
      problem: `${mpi.version} (${mpi.path}) was built without threads, needed MPI_THREAD_SERIALIZED`,
    });
  }
  const signals = new Signals();
  const hosts = gatherTexts(new MpiRanks(mpi, signals, []), mpi.host(), NAME_BYTES);
  const ranks = new MpiRanks(mpi, signals, hosts);
  const beside = hosts.filter((host) => host === hosts[ranks.rank]).length;
  const threads = gatherTexts(ranks, String(Math.max(1, Math.floor(coresThere() / beside))), NUMBER_BYTES);
  return {
    ranks,
    threads: Math.min(...threads.map(Number)),
    signals,
    place: { library: mpi.path, hosts, signals: signals.memory },
    version: mpi.version,
    mailbox: (onLetter) => {
      const others = Array.from({ length: size - 1 }, (_, index) => index + 1);
      return new Mailbox(mpi, ranks.rank === 0 ? others : [0], onLetter);
    },
    leave: () => mpi.finalise(),
    abort: (code) => mpi.abort(code),
  };
}

/** The ranks of a process that has joined them on another thread. */
export async function ranksAt({ library, hosts, signals }: WorldPlace): Promise<Ranks> {
  return new MpiRanks(await loadMpi(library, undefined), new Signals(signals), hosts);
}
