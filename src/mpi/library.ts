// The C interface of MPI, through koffi. What a handle is, the standard leaves to the library: in MPICH and its kin an int, in Open MPI
// the address of a global.
import { UnrolledError } from "../errors.ts";
import { importPackage } from "../import-package.ts";
import type { MpiKind } from "./started.ts";

/** A communicator, a type, an error handler. */
export type Handle = unknown;

/** The calls that are made here. Each returns 0, or an error's number. */
export interface MpiLibrary {
  readonly path: string;
  readonly kind: MpiKind;
  /** As the library describes itself, its first line. */
  readonly version: string;
  /** Room for requests, of which the library says what they are. */
  requests(count: number): BigInt64Array | Int32Array;
  initialise(level: number): { readonly level: number };
  finalise(): void;
  abort(code: number): void;
  rank(): number;
  size(): number;
  host(): string;
  broadcast(bytes: Uint8Array, request: Requests): void;
  send(bytes: Uint8Array, to: number, tag: number, request: Requests): void;
  receive(bytes: Uint8Array, from: number, tag: number, request: Requests): void;
  /** Another communicator of all ranks, which is waited for until all of them have asked for it. */
  communicator(): Handle;
  exchange(pieces: Uint8Array, received: Uint8Array, count: number, among: Handle, request: Requests): void;
  gather(own: Uint8Array, all: Uint8Array, among: Handle, request: Requests): void;
  /** Whether what a request stands for is done; gives the library a turn to get on with everything else. */
  isDone(request: Requests): boolean;
  /** Lets another process have this core for a moment. */
  giveWay(): void;
}

export type Requests = BigInt64Array | Int32Array;

/** What is used of koffi. */
interface Koffi {
  config(settings: Readonly<Record<string, number>>): unknown;
  load(path: string | null, options?: { readonly global?: boolean }): Loaded;
}

interface Loaded {
  func(definition: string): (...given: unknown[]) => number;
  symbol(name: string): unknown;
}

/** Where each kind's library is on Linux and macOS, by the names that its programs are linked with. */
const NAMES: Readonly<Record<MpiKind, readonly string[]>> = {
  "open-mpi": ["libmpi.so.40", "libmpi.so.80", "libmpi.40.dylib", "libmpi.dylib", "libmpi.so"],
  mpich: ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib", "libmpich.so", "libmpi.so"],
};

const STACK_BYTES = 8 * 2 ** 20;

/** Names another library than the ones that are looked for. */
export const LIBRARY_VARIABLE = "UNROLLED_MPI";

/**
 * Loads MPI: the library at `path`, or one of a kind.
 *
 * @throws UnrolledError "missing-file" without koffi or without a library, "invalid-file" for a library that is no MPI
 */
export async function loadMpi(path: string | undefined, kind: MpiKind | undefined): Promise<MpiLibrary> {
  const koffi = await loadKoffi();
  const names = path !== undefined ? [path] : kind ? NAMES[kind] : [...NAMES["open-mpi"], ...NAMES.mpich];
  let problem = "";
  for (const name of names) {
    let loaded: Loaded;
    try {
      // Open MPI's plug-ins look for its symbols among those of the process.
      loaded = koffi.load(name, { global: true });
    } catch (error) {
      problem ||= `${name}: ${(error as Error).message.split("\n")[0]}`;
      continue;
    }
    return bound(name, loaded, koffi);
  }
  throw new UnrolledError("missing-file", {
    problem: `no MPI library can be loaded: ${problem}`,
    advice: `install Open MPI or MPICH, or name its library: ${LIBRARY_VARIABLE}=/path/to/libmpi.so`,
  });
}

async function loadKoffi(): Promise<Koffi> {
  let koffi: Koffi;
  try {
    koffi = (await importPackage("koffi")).default as Koffi;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ERR_MODULE_NOT_FOUND" ? "" : ` (${message.split("\n")[0]})`;
    throw new UnrolledError("missing-file", {
      problem: `training on several ranks needs the package koffi, which is not there${why}`,
      advice: "npm install koffi",
    });
  }
  // MPICH keeps large arrays on the stack.
  koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
  return koffi;
}

/** Handles as each kind has them: `type` as a prototype says it, and those that are used. */
function handlesOf(loaded: Loaded): {
  readonly kind: MpiKind;
  readonly type: string;
  readonly world: Handle;
  readonly byte: Handle;
  readonly errorsReturn: Handle;
} {
  try {
    return {
      kind: "open-mpi",
      type: "void *",
      world: loaded.symbol("ompi_mpi_comm_world"),
      byte: loaded.symbol("ompi_mpi_byte"),
      errorsReturn: loaded.symbol("ompi_mpi_errors_return"),
    };
  } catch {
    return { kind: "mpich", type: "int", world: 0x44000000, byte: 0x4c00010d, errorsReturn: 0x54000001 };
  }
}

function bound(path: string, loaded: Loaded, koffi: Koffi): MpiLibrary {
  const { kind, type: h, world, byte, errorsReturn } = handlesOf(loaded);
  const call = (name: string, parameters: string) => {
    try {
      return loaded.func(`int MPI_${name}(${parameters})`);
    } catch {
      throw new UnrolledError("invalid-file", {
        problem: `${path} is no MPI library: it has no MPI_${name}`,
        advice: `name another by ${LIBRARY_VARIABLE}, or leave it out`,
      });
    }
  };
  const getVersion = call("Get_library_version", "void *text, void *length");
  const initThread = call("Init_thread", "void *argc, void *argv, int level, void *got");
  const finalize = call("Finalize", "");
  const abort = call("Abort", `${h} world, int code`);
  const setHandler = call("Comm_set_errhandler", `${h} world, ${h} handler`);
  const commRank = call("Comm_rank", `${h} world, void *rank`);
  const commDup = call("Comm_dup", `${h} world, void *copy`);
  const commSize = call("Comm_size", `${h} world, void *size`);
  const processorName = call("Get_processor_name", "void *text, void *length");
  const errorString = call("Error_string", "int code, void *text, void *length");
  const ibcast = call("Ibcast", `void *bytes, int count, ${h} type, int root, ${h} world, void *request`);
  const message = `void *bytes, int count, ${h} type, int rank, int tag, ${h} world, void *request`;
  const isend = call("Isend", message);
  const irecv = call("Irecv", message);
  const both = `void *own, int n, ${h} type, void *all, int m, ${h} other, ${h} world, void *request`;
  const ialltoall = call("Ialltoall", both);
  const iallgather = call("Iallgather", both);
  const test = call("Test", "void *request, void *flag, void *status");

  const number = new Int32Array(1);
  const text = new Uint8Array(8192);
  const status = new Int32Array(16);
  const checked = (name: string, code: number) => {
    if (code === 0) return;
    errorString(code, text, number);
    const problem = `MPI_${name}: ${new TextDecoder().decode(text.slice(0, number[0]))}`;
    throw new UnrolledError("worker-died", { problem });
  };
  const read = (name: string, ask: (...given: unknown[]) => number) => {
    checked(name, ask(world, number));
    return number[0];
  };
  const described = (ask: (...given: unknown[]) => number) => {
    ask(text, number);
    return new TextDecoder().decode(text.slice(0, number[0]));
  };
  return {
    path,
    kind,
    version: described(getVersion).split("\n")[0].replaceAll("\t", " "),
    requests: (count) => (kind === "open-mpi" ? new BigInt64Array(count) : new Int32Array(count)),
    initialise(level) {
      checked("Init_thread", initThread(null, null, level, number));
      const got = number[0];
      checked("Comm_set_errhandler", setHandler(world, errorsReturn));
      return { level: got };
    },
    finalise: () => checked("Finalize", finalize()),
    abort: (code) => void abort(world, code),
    rank: () => read("Comm_rank", commRank),
    size: () => read("Comm_size", commSize),
    host: () => described(processorName),
    broadcast: (bytes, request) => checked("Ibcast", ibcast(bytes, bytes.length, byte, 0, world, request)),
    send: (bytes, to, tag, request) =>
      checked("Isend", isend(bytes, bytes.length, byte, to, tag, world, request)),
    receive: (bytes, from, tag, request) =>
      checked("Irecv", irecv(bytes, bytes.length, byte, from, tag, world, request)),
    communicator() {
      const copy = kind === "open-mpi" ? new BigInt64Array(1) : new Int32Array(1);
      checked("Comm_dup", commDup(world, copy));
      return copy[0];
    },
    exchange: (pieces, received, count, among, request) =>
      checked("Ialltoall", ialltoall(pieces, count, byte, received, count, byte, among, request)),
    gather: (own, all, among, request) =>
      checked("Iallgather", iallgather(own, own.length, byte, all, own.length, byte, among, request)),
    isDone(request) {
      checked("Test", test(request, number, status));
      return number[0] !== 0;
    },
    giveWay: yielding(koffi),
  };
}

/** Where the system's library is not found by its name, waiting costs a core and no more. */
function yielding(koffi: Koffi): () => void {
  for (const name of ["libc.so.6", "libSystem.dylib", "libc.so"]) {
    try {
      return koffi.load(name).func("int sched_yield()");
    } catch {}
  }
  return () => {};
}
