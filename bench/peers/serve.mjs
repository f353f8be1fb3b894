import { createInterface } from "node:readline";

/**
 * Runs a peer: says who it is, then answers one line `{ workload, minSeconds }` with one line
 * `{ seconds, iterations }`, the median of one iteration's seconds, or `{ error }`.
 *
 * `prepare(workload)` returns a function that runs one iteration (a promise where the peer's own call is one), or
 * `{ before, iterate }` where something has to be put back before each iteration, outside its time. The last workload stays
 * prepared, so that rounds that come back to it find it warm.
 */
export async function serve(introduction, prepare) {
  const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
  let name;
  let prepared;
  answer({ ...introduction, threads: 1 });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const { workload, minSeconds } = JSON.parse(line);
      if (name !== workload.name) {
        name = undefined;
        const result = await prepare(workload);
        prepared = typeof result === "function" ? { before() {}, iterate: result } : result;
        await measure(prepared, minSeconds);
        name = workload.name;
      }
      answer(await measure(prepared, minSeconds));
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function measure({ before, iterate }, minSeconds) {
  const seconds = [];
  const end = performance.now() + minSeconds * 1000;
  do {
    before();
    const start = performance.now();
    const pending = iterate();
    // A synchronous peer must not pay for a turn of the microtask queue.
    if (pending !== undefined) await pending;
    seconds.push((performance.now() - start) / 1000);
  } while (performance.now() < end);
  seconds.sort((a, b) => a - b);
  return { seconds: seconds[seconds.length >> 1], iterations: seconds.length };
}
