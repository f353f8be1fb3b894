// A program that ends without ending what it started: `forgetful.ts CASE`. Nothing of it may keep the process alive.
import { openDevice, train } from "unrolled";
import { Team } from "unrolled/training";
import { batchesOf, openSmallTeam, steps } from "./small-team.ts";

const cases: Record<string, () => Promise<string>> = {
  /** A team that nobody closes. */
  async team() {
    const team = await openSmallTeam({ threads: 2 });
    await steps(team, 3);
    return `${team.threads} threads`;
  },

  /** A team whose second thread dies. */
  async failure() {
    const module = new URL("./faulty-replica.ts", import.meta.url).href;
    const source = { module, export: "faultyReplica", options: { where: "others", what: "exit" } };
    const optimiser = { kind: "sgd", learningRate: 0.1 } as const;
    const device = await openDevice({ backend: "wasm" });
    const team = await Team.open<unknown, readonly number[][]>(device, source, {
      threads: 2,
      batchSize: 5,
      optimiser,
    });
    const batches = batchesOf(5, 4);
    try {
      for (;;) await team.step(team.split(batches.next().value) as never);
    } catch (error) {
      return (error as Error).message;
    }
  },

  /** A training that is left early, in the middle of its steps, on two threads. */
  async train() {
    const text = "the quick brown fox jumps over the lazy dog\n".repeat(200);
    const sizes = { hiddenSize: 64, numLayers: 1, batchSize: 8, seqLength: 32, evalEvery: 0, sampleEvery: 0 };
    const settings = { ...sizes, threads: 2, budget: { steps: 1_000_000 } };
    let threads = 0;
    for await (const event of train({ data: { text }, settings })) {
      if (event.type === "start") threads = event.threads;
      if (event.type === "step" && event.step === 5) break;
    }
    return `${threads} threads`;
  },
};

process.stdout.write(await cases[process.argv[2]]());
