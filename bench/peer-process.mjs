import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * A peer as a process that stays: its introduction, then one answer to each question. The environment goes on as it is,
 * but for the number of threads, one if not given.
 */
export async function startPeer(name, { command, parameters }, threads = 1) {
  const count = String(threads);
  const child = spawn(command, parameters, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
  });
  let complaints = "";
  let failure = null;
  child.stderr.on("data", (data) => {
    complaints = (complaints + data).slice(-2000);
  });
  child.on("error", (error) => {
    failure = error.message;
  });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function read() {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended: ${failure ?? (complaints.trim() || "it gave no reason")}`);
    const answer = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
    return answer;
  }

  return {
    name,
    introduction: await read(),
    ask(workload, minSeconds) {
      child.stdin.write(`${JSON.stringify({ workload, minSeconds })}\n`);
      return read();
    },
    stop() {
      child.stdin.end();
    },
  };
}
