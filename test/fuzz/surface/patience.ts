import { Worker } from "node:worker_threads";

const PATIENCE_SECONDS = 30;

// Plain JavaScript, since a worker begun from a text is not compiled. A call that never ends blocks its own thread, so that only another
// one can tell. What counts is the processor's time, of which a busy machine may give none for a minute.
const BODY = `
const { workerData: { memory, patience } } = require("node:worker_threads");
const words = new Int32Array(memory);
const seconds = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
let [seen, since] = [-1, 0];
setInterval(() => {
  const count = Atomics.load(words, 0);
  if (count !== seen) [seen, since] = [count, seconds()];
  else if (seconds() - since > patience) {
    require("node:fs").writeSync(2, "a case took longer than " + patience + " s of the processor");
    process.kill(process.pid, "SIGKILL");
  }
}, 1000);
`;

/** A function to be called before each case. The process ends when one of them never does. */
export function patience(): () => void {
  const memory = new SharedArrayBuffer(4);
  const words = new Int32Array(memory);
  new Worker(BODY, { eval: true, workerData: { memory, patience: PATIENCE_SECONDS } }).unref();
  return () => Atomics.add(words, 0, 1);
}
