import type { TokenFileRef } from "../data/token-file-ref.ts";
import type { Tokens } from "../data/tokens.ts";
import { UnrolledError } from "../errors.ts";
import type { NativeResult } from "../kernels/backend.ts";
import type { ModelPlace } from "../open/model-place.ts";
import type { MemberWorker } from "../parallel/members.ts";
import type { TrainingWorker } from "../training/train.ts";
import { fetched, fetchedPlace } from "./fetch-place.ts";

export { importFactory } from "./import-factory.ts";

/** A browser has no native kernels. */
export function loadNative(): NativeResult {
  return { problem: "browsers run WebAssembly" };
}

/** The bytes of the WebAssembly kernels, which a bundler finds by these literal URLs. */
export async function loadWasm(relaxed: boolean): Promise<BufferSource> {
  const url = relaxed
    ? new URL("../../build/kernels-relaxed.wasm", import.meta.url)
    : new URL("../../build/kernels.wasm", import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href}: ${response.status} ${response.statusText}`);
  return await response.arrayBuffer();
}

/** A worker that trains. */
export async function startWorker(): Promise<TrainingWorker> {
  return listened(new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" }));
}

/** A worker that trains beside others. */
export function startMember(): MemberWorker {
  return listened(new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" }));
}

/** Threads that a computation can use at once. */
export function coresThere(): number {
  return navigator.hardwareConcurrency || 1;
}

function listened<Request, Reply>(worker: Worker) {
  return {
    post: (request: Request) => worker.postMessage(request),
    listen(onReply: (reply: Reply) => void, onDeath: (error: Error) => void) {
      worker.addEventListener("message", (event) => onReply(event.data));
      worker.addEventListener("error", (event) => onDeath(new Error(event.message || "it did not start")));
    },
    stop: () => worker.terminate(),
  };
}

/** One file below a URL. */
export async function readFrom(folder: string, file: string): Promise<Uint8Array> {
  const url = new URL(file, new URL(folder.endsWith("/") ? folder : `${folder}/`, baseUrl()));
  return fetched("loadModel", url);
}

/** What relative URLs are relative to; a worker has no document. */
function baseUrl(): string {
  return globalThis.document?.baseURI ?? globalThis.location.href;
}

/** What lies at a URL, relative to the page's own. */
export async function openPlace(call: string, source: string | URL): Promise<ModelPlace> {
  return fetchedPlace(call, new URL(source, baseUrl()));
}

/** A browser has no token files. */
export function openTokens({ path }: TokenFileRef): Tokens {
  throw noFiles("openTokens", path);
}

/** A browser has no token files. */
export function openDocumentStarts({ path }: TokenFileRef): Float64Array {
  throw noFiles("openDocumentStarts", path);
}

function noFiles(call: string, path: string): UnrolledError {
  return new UnrolledError(
    "missing-file",
    `${call}: ${path} is a file, but a browser has none; give the text itself`,
  );
}
