import { createInterface } from "node:readline";

/**
 * Runs a peer: says who it is, then answers one line `{ workload, minSeconds }` with one line
 * `{ seconds, iterations }`, the median of one iteration's seconds, or `{ error }`.
 *
 * `prepare(workload)` returns a function that runs one iteration (a promise where the peer's own call is one).
 * The last workload stays prepared, so that rounds that come back to it find it warm.
 */
export async function serve(introduction, prepare) {
  const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
  let prepared = { name: "", iterate: () => {} };
  answer({ ...introduction, threads: 1 });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const { workload, minSeconds } = JSON.parse(line);
      if (prepared.name !== workload.name) {
        prepared = { name: workload.name, iterate: await prepare(workload) };
        await measure(prepared.iterate, minSeconds);
      }
      answer(await measure(prepared.iterate, minSeconds));
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function measure(iterate, minSeconds) {
  const seconds = [];
  const end = performance.now() + minSeconds * 1000;
  do {
    const start = performance.now();
    const pending = iterate();
    // A synchronous peer must not pay for a turn of the microtask queue.
    if (pending !== undefined) await pending;
    seconds.push((performance.now() - start) / 1000);
  } while (performance.now() < end);
  seconds.sort((a, b) => a - b);
  return { seconds: seconds[seconds.length >> 1], iterations: seconds.length };
}
