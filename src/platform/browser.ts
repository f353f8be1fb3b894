import { UnrolledError } from "../errors.ts";
import { fetchedPlace } from "./fetch-place.ts";
import type { NativeModule, OpenFile, Place, Platform, WorkerThread } from "./platform.ts";

/** What a worker that knows all tasks is called from within. */
const TASK_WORKER = "unrolled-tasks";

/** A browser has no native kernels. */
export function loadNative(): NativeModule {
  return { problem: "browsers run WebAssembly" };
}

/** The bytes of the WebAssembly kernels, which a bundler finds by this literal URL. */
export async function loadWasm(isWhole: boolean, relaxed: boolean): Promise<ArrayBuffer | ArrayBufferView> {
  const url =
    isWhole || relaxed
      ? (await import("./other-wasm.ts")).otherWasm(isWhole, relaxed)
      : new URL("../../build/kernels-core.wasm", import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href}: ${response.status} ${response.statusText}`);
  return await response.arrayBuffer();
}

/** Calls back at this thread's next turn: by a message, since browsers delay timers. */
export function soon(call: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(null);
}

/** A worker, which a bundler finds by this literal call. One that knows all tasks starts others from its own file. */
export function startWorker<Request, Reply>(): WorkerThread<Request, Reply> {
  return threadOf(
    (globalThis as { name?: unknown }).name === TASK_WORKER
      ? new Worker(globalThis.location.href, { type: "module", name: TASK_WORKER })
      : new Worker(new URL("../workers/browser-worker.js", import.meta.url), { type: "module" }),
  );
}

/** A browser's worker as a thread. */
export function threadOf<Request, Reply>(worker: Worker): WorkerThread<Request, Reply> {
  return {
    post: (request) => worker.postMessage(request),
    listen(onReply, onDeath) {
      worker.addEventListener("message", (event) => onReply(event.data));
      worker.addEventListener("error", (event) => onDeath(new Error(event.message || "it did not start")));
    },
    stop: () => worker.terminate(),
  };
}

/** Threads that a computation can use at once. */
export function coresThere(): number {
  return navigator.hardwareConcurrency || 1;
}

/** What lies at a URL, relative to the page's own. */
export async function openPlace(call: string, source: string | URL): Promise<Place> {
  return fetchedPlace(call, new URL(source, baseUrl()));
}

/** What relative URLs are relative to; a worker has no document. */
function baseUrl(): string {
  return globalThis.document?.baseURI ?? globalThis.location.href;
}

/** A browser has no files. */
export function openFile(call: string, path: string): OpenFile {
  throw new UnrolledError("missing-file", {
    call,
    problem: `${path} is a file, but a browser has none; give the text itself`,
  });
}

/** All of it. Importers name what they need, so that a bundler can leave out the rest. */
export const browser = {
  loadNative,
  loadWasm,
  soon,
  startWorker,
  coresThere,
  openPlace,
  openFile,
} satisfies Platform;
