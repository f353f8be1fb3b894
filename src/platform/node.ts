import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { UnrolledError } from "../errors.ts";
import { fetchedPlace } from "./fetch-place.ts";
import { placeInFolder, readRegular } from "./node-files.ts";
import { nodeTypescript } from "./node-typescript.ts";
import type { NativeModule, OpenFile, Place, Platform, WorkerThread } from "./platform.ts";

const build = (file: string) => new URL(`../../build/${file}`, import.meta.url);

/** The addon of the package for this platform, if it is installed with this one; else the one that the installation compiled, or why not. */
export function loadNative(): NativeModule {
  const prebuilt = prebuiltAddon();
  if (prebuilt) return { addon: prebuilt };
  try {
    return { addon: createRequire(import.meta.url)("../../build/unrolled.node") };
  } catch (error) {
    return {
      problem: whyNotBuilt() ?? `the native kernels do not load: ${(error as Error).message.split("\n")[0]}`,
    };
  }
}

/** Kernels of another version have other names and arguments, so that only this package's own are taken. */
function prebuiltAddon(): unknown {
  const require = createRequire(import.meta.url);
  const name = `@unrolled/kernels-${process.platform}-${process.arch}`;
  try {
    const { version } = require("../../package.json");
    return require(`${name}/package.json`).version === version ? require(name) : undefined;
  } catch {
    return undefined;
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
export async function loadWasm(isWhole: boolean, relaxed: boolean): Promise<ArrayBuffer | ArrayBufferView> {
  return await readFile(build(`kernels${isWhole ? "" : "-core"}${relaxed ? "-relaxed" : ""}.wasm`));
}

/** Threads that a computation can use at once. */
export function coresThere(): number {
  return availableParallelism();
}

/** Calls back at this thread's next turn: cheaper than a message to itself. */
export function soon(call: () => void): void {
  setImmediate(call);
}

/** A worker thread. */
export function startWorker<Request, Reply>(keepsAlive: boolean): WorkerThread<Request, Reply> {
  // From TypeScript sources (the tests) the worker is started from sources too, which Node 20 cannot read by itself. So is a user's model
  // under tsx.
  const isSource = import.meta.url.endsWith(".ts");
  const file = new URL(`../workers/node-worker.${isSource ? "ts" : "js"}`, import.meta.url);
  const loader = isSource ? "tsx/esm/api" : nodeTypescript();
  const worker = loader
    ? new Worker(`import("${loader}").then(({ register }) => { register(); return import("${file}"); })`, {
        eval: true,
      })
    : new Worker(file);
  return {
    post: (request) => worker.postMessage(request),
    listen(onReply, onDeath) {
      worker.on("message", onReply);
      worker.on("error", onDeath);
      worker.on("exit", (code) => onDeath(new Error(`it exited with code ${code}`)));
      // Listening to messages has it keep the process alive again, so this comes last.
      if (!keepsAlive) worker.unref();
    },
    stop: () => void worker.terminate(),
  };
}

/** A worker that knows all tasks: Node's has one file, which imports what it is asked for. */
export const startTaskWorker = startWorker;

/** One file of a folder, which it must not lead out of. */
async function readFrom(folder: string, file: string, call: string): Promise<Uint8Array> {
  return reading(call, join(folder, file), () => readRegular(placeInFolder(folder, file)));
}

/** What lies at a path or a URL. */
export async function openPlace(call: string, source: string | URL): Promise<Place> {
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
    throw new UnrolledError("missing-file", { call, problem: `${path} ${why}` });
  }
}

/** Open files, to be closed when nothing refers to them any more. */
const opened = new FinalizationRegistry((file: number) => closeSync(file));

/** A file, read as it is asked for. */
export function openFile(call: string, path: string): OpenFile {
  const file = openAt(call, path);
  const stats = fstatSync(file);
  if (stats.isDirectory()) {
    closeSync(file);
    throw new UnrolledError("invalid-file", { call, problem: `${path} is a folder, needed a file` });
  }
  const found: OpenFile = {
    size: stats.size,
    read(position, into) {
      for (let done = 0; done < into.length; ) {
        const read = readSync(file, into, done, into.length - done, position + done);
        if (read === 0)
          throw new UnrolledError("invalid-file", { call, problem: `${path} has become shorter` });
        done += read;
      }
    },
  };
  opened.register(found, file);
  return found;
}

function openAt(call: string, path: string): number {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    if (!fstatSync(file).isDirectory()) return file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `${path} does not exist` : `${path}: ${message}`;
    throw new UnrolledError("missing-file", { call, problem });
  }
  closeSync(file);
  throw new UnrolledError("invalid-file", { call, problem: `${path} is a folder, needed a file` });
}

/** All of it. */
export const node = {
  loadNative,
  loadWasm,
  soon,
  startWorker,
  coresThere,
  openPlace,
  openFile,
} satisfies Platform;
