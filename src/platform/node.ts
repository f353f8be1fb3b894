import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { placeInFolder, readRegular } from "../data/corpus/regular-file.ts";
import { UnrolledError } from "../errors.ts";
import type { NativeAddon, NativeResult } from "../kernels/backend.ts";
import type { ModelPlace } from "../open/model-place.ts";
import type { MemberWorker } from "../parallel/members.ts";
import type { TrainingWorker } from "../training/train.ts";
import { fetchedPlace } from "./fetch-place.ts";

export { importFactory } from "./import-factory.ts";

const build = (file: string) => new URL(`../../build/${file}`, import.meta.url);

/** The addon that this package's installation compiled, or why it did not. */
export function loadNative(): NativeResult {
  try {
    return { addon: createRequire(import.meta.url)("../../build/unrolled.node") as NativeAddon };
  } catch (error) {
    return {
      problem: whyNotBuilt() ?? `the native kernels do not load: ${(error as Error).message.split("\n")[0]}`,
    };
  }
}

function whyNotBuilt(): string | undefined {
  try {
    return JSON.parse(readFileSync(build("native.json"), "utf8")).problem ?? undefined;
  } catch {
    return "the native kernels were not built (no installation script ran; npm rebuild unrolled runs it)";
  }
}

/** The bytes of the WebAssembly kernels. */
export async function loadWasm(relaxed: boolean): Promise<BufferSource> {
  return await readFile(build(relaxed ? "kernels-relaxed.wasm" : "kernels.wasm"));
}

/** A worker thread that trains. */
export async function startWorker(): Promise<TrainingWorker> {
  return workerThread("node-worker");
}

/** A worker thread that trains beside others. It does not keep the process alive. */
export function startMember(): MemberWorker {
  return workerThread("node-worker", false);
}

/** Threads that a computation can use at once. */
export function coresThere(): number {
  return availableParallelism();
}

function workerThread<Request, Reply>(name: string, keepsAlive = true) {
  // From TypeScript sources (the tests) the worker is started from sources too, which Node 20 cannot read by itself.
  const isSource = import.meta.url.endsWith(".ts");
  const file = new URL(`./${name}.${isSource ? "ts" : "js"}`, import.meta.url);
  const fromSource = `import("tsx/esm/api").then(({ register }) => { register(); return import("${file}"); })`;
  const worker = isSource ? new Worker(fromSource, { eval: true }) : new Worker(file);
  return {
    post: (request: Request) => worker.postMessage(request),
    listen(onReply: (reply: Reply) => void, onDeath: (error: Error) => void) {
      worker.on("message", onReply);
      worker.on("error", onDeath);
      worker.on("exit", (code) => onDeath(new Error(`it exited with code ${code}`)));
      // Listening to messages has it keep the process alive again, so this comes last.
      if (!keepsAlive) worker.unref();
    },
    stop: () => void worker.terminate(),
  };
}

/** One file of a folder, which it must not lead out of. */
export async function readFrom(folder: string, file: string, call = "loadModel"): Promise<Uint8Array> {
  return reading(call, join(folder, file), () => readRegular(placeInFolder(folder, file)));
}

/** What lies at a path or a URL. */
export async function openPlace(call: string, source: string | URL): Promise<ModelPlace> {
  const url = source instanceof URL ? source : /^https?:/.test(source) ? new URL(source) : undefined;
  if (url && url.protocol !== "file:") return fetchedPlace(call, url);
  const path = url ? fileURLToPath(url) : (source as string);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const folder = isFolder ? path : dirname(path);
  const bytes = isFolder ? undefined : await reading(call, path, () => readRegular(path));
  return { title: path, bytes, read: (name) => readFrom(folder, name, call) };
}

/** Has errors say which call read what. */
async function reading(call: string, path: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnrolledError) throw error.within({ call });
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "is missing" : `cannot be read (${code})`;
    throw new UnrolledError("missing-file", `${call}: ${path} ${why}`);
  }
}

export { openDocumentStarts, openTokenFile as openTokens } from "../data/corpus/token-file.ts";
