import type { TokenFileRef } from "../data/token-file-ref.ts";
import type { Tokens } from "../data/tokens.ts";
import { UnrolledError } from "../errors.ts";
import type { NativeResult } from "../kernels/backend.ts";
import type { TrainingWorker } from "../training/train.ts";

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
  const worker = new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" });
  return {
    post: (request) => worker.postMessage(request),
    listen(onReply, onDeath) {
      worker.addEventListener("message", (event) => onReply(event.data));
      worker.addEventListener("error", (event) => onDeath(new Error(event.message || "it did not start")));
    },
    stop: () => worker.terminate(),
  };
}

/** One file below a URL. */
export async function readFrom(folder: string, file: string): Promise<Uint8Array> {
  const url = new URL(file, new URL(folder.endsWith("/") ? folder : `${folder}/`, document.baseURI));
  const response = await fetch(url);
  if (!response.ok)
    throw new UnrolledError(
      "missing-file",
      `loadModel: ${url.href}: ${response.status} ${response.statusText}`,
    );
  return new Uint8Array(await response.arrayBuffer());
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
