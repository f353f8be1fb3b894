// The platform of a model that is one file: whatever it needs is in it, so nothing is fetched, and no other thread is started.
import { UnrolledError } from "../errors.ts";
import { soon } from "./browser.ts";
import type { NativeModule, OpenFile, Place, Platform, WorkerThread } from "./platform.ts";

export { soon };

let kernels: (() => Uint8Array) | undefined;

/** Says where the WebAssembly kernels are, before a device is opened. */
export function useKernels(bytes: () => Uint8Array): void {
  kernels = bytes;
}

/** It runs the WebAssembly that it brings along, wherever it is. */
export function loadNative(): NativeModule {
  return { problem: "a bundled model runs the WebAssembly that is in it" };
}

/** The bytes of the kernels that were bundled, whatever is asked for. */
export async function loadWasm(): Promise<ArrayBuffer | ArrayBufferView> {
  if (!kernels) throw new Error("no kernels were bundled");
  return kernels();
}

/** It trains nothing, so it needs no thread. */
export function startWorker<Request, Reply>(): WorkerThread<Request, Reply> {
  throw refusal("train", "threads");
}
export const startTaskWorker = startWorker;

/** The thread that it is loaded in. */
export function coresThere(): number {
  return 1;
}

/** Nothing lies anywhere else. */
export async function openPlace(call: string, source: string | URL): Promise<Place> {
  throw refusal(call, String(source));
}

/** It has no files. */
export function openFile(call: string, path: string): OpenFile {
  throw refusal(call, path);
}

function refusal(call: string, asked: string): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call,
    problem: `a bundled model has what was put into its file, and ${asked} is not among it; the package "unrolled" has`,
  });
}

/** All of it, which the compiler holds complete. */
export const bundled = {
  loadNative,
  loadWasm,
  soon,
  startWorker,
  coresThere,
  openPlace,
  openFile,
} satisfies Platform;
