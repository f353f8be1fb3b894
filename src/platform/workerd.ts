// Cloudflare's Workers, and whatever else runs workerd: WebAssembly is imported, since nothing may be compiled there, and there is one thread.
import kernels from "../../build/kernels.wasm";
import { UnrolledError } from "../errors.ts";
import { soon } from "./browser.ts";
import { fetchedPlace } from "./fetch-place.ts";
import type { NativeModule, OpenFile, Place, Platform, WasmSource, WorkerThread } from "./platform.ts";

export { soon };

export function loadNative(): NativeModule {
  return { problem: "Workers run WebAssembly" };
}

/** All kernels, whichever are asked for: one file that is deployed with the Worker. */
export async function loadWasm(_isWhole: boolean, relaxed: boolean): Promise<WasmSource> {
  if (relaxed) throw new Error("a Worker is deployed without those of wasm-relaxed");
  return kernels;
}

/** A Worker starts no threads, and has too little time to train. */
export function startWorker<Request, Reply>(): WorkerThread<Request, Reply> {
  throw new UnrolledError("invalid-argument", {
    problem: "a Worker has one thread, and what was called needs another",
    advice: "train elsewhere and open the model here",
  });
}
export const startTaskWorker = startWorker;

export function coresThere(): number {
  return 1;
}

/** What lies at a whole URL: a Worker has no place of its own. */
export async function openPlace(call: string, source: string | URL): Promise<Place> {
  if (URL.canParse(source)) return fetchedPlace(call, new URL(source));
  throw new UnrolledError("missing-file", {
    call,
    problem: `${source} is no whole URL, and a Worker has no place that it could be relative to`,
    advice: "give https://…, or the bytes themselves",
  });
}

export function openFile(call: string, path: string): OpenFile {
  throw new UnrolledError("missing-file", {
    call,
    problem: `${path} is a file, but a Worker has none; give the bytes themselves`,
  });
}

/** All of it, which the compiler holds complete. */
export const workerd = {
  loadNative,
  loadWasm,
  soon,
  startWorker,
  coresThere,
  openPlace,
  openFile,
} satisfies Platform;
