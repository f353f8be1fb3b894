/** The compiled addon, whatever it exports, or why there is none. */
export type NativeModule = { readonly addon: unknown } | { readonly problem: string };

/** A module of WebAssembly: its bytes, or compiled, in words that projects without the browser's types know too. */
export type WasmSource = ArrayBuffer | ArrayBufferView | object;

/** Where something lies: the bytes of a file, none for a folder, and how to read what lies in that folder or beside that file. */
export interface Place {
  /** What to call it in errors. */
  readonly title: string;
  readonly bytes: Uint8Array | undefined;
  readonly read: (name: string) => Promise<Uint8Array>;
}

/** A file that is read at once and piece by piece. It is closed when nothing refers to it any more. */
export interface OpenFile {
  readonly size: number;
  /** Fills `into` with the bytes from a position on. */
  read(position: number, into: Uint8Array): void;
}

/** A thread of its own. */
export interface WorkerThread<Request, Reply> {
  post(request: Request): void;
  /** Calls back for each reply, and with an error if the worker dies. */
  listen(onReply: (reply: Reply) => void, onDeath: (error: Error) => void): void;
  stop(): void;
}

/**
 * What is asked of where this library runs. Node's side and the browser's both have it, and know nothing of what stands above them:
 * what a worker does is said where workers begin (`src/workers/`).
 */
export interface Platform {
  /** The addon that this package's installation compiled. */
  loadNative(): NativeModule;
  /** The WebAssembly kernels: all, or those that a plain language model calls. */
  loadWasm(isWhole: boolean, relaxed: boolean): Promise<WasmSource>;
  /** Calls back at this thread's next turn, when it has looked at what has come. */
  soon(call: () => void): void;
  /** A worker of this library's; the process ends without waiting for one that does not keep it alive. */
  startWorker<Request, Reply>(keepsAlive: boolean): WorkerThread<Request, Reply>;
  /** Threads that a computation can use at once. */
  coresThere(): number;
  /** What lies at a path or a URL; `call` is what errors begin with. */
  openPlace(call: string, source: string | URL): Promise<Place>;
  /** @throws UnrolledError "missing-file" where there is no such file, or none at all */
  openFile(call: string, path: string): OpenFile;
}
