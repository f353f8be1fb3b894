import { join } from "node:path";
import { Worker } from "node:worker_threads";

const MAX_FILE_BYTES = 64 << 20;
const PATIENCE_MS = 30_000;

// Plain JavaScript, since a worker begun from a text is not compiled. A reader that never ends blocks its own thread, so that only
// another one can tell.
const BODY = `
const { workerData: { memory, path, patience } } = require("node:worker_threads");
const [words, bytes] = [new Int32Array(memory, 0, 2), new Uint8Array(memory, 8)];
let seen = -1;
setInterval(() => {
  const count = Atomics.load(words, 0);
  if (count === seen && count > 0) {
    require("node:fs").writeFileSync(path, bytes.slice(0, words[1]));
    require("node:fs").writeSync(2, "a file took longer than " + patience / 1000 + " s; kept in " + path + "\\n");
    process.kill(process.pid, "SIGKILL");
  }
  seen = count;
}, patience);
`;

/**
 * A function to be given each file before it is read. If none follows for half a minute, the file is kept in `folder` and the
 * process ends.
 */
export function watchdog(folder: string): (bytes: Uint8Array) => void {
  const memory = new SharedArrayBuffer(8 + MAX_FILE_BYTES);
  const [words, room] = [new Int32Array(memory, 0, 2), new Uint8Array(memory, 8)];
  const workerData = { memory, path: join(folder, "endless.bin"), patience: PATIENCE_MS };
  new Worker(BODY, { eval: true, workerData }).unref();
  return (bytes) => {
    const kept = bytes.subarray(0, MAX_FILE_BYTES);
    room.set(kept);
    words[1] = kept.length;
    Atomics.add(words, 0, 1);
  };
}
