import { readFileSync } from "node:fs";
import { Team } from "../../dist/entries/training.js";
import { Generator, openDevice } from "../../dist/index.js";
import { serve } from "./serve.mjs";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
let team;

/** A whole training step of a language model on the threads that the workload names, the state carried on. */
async function prepare({ engine, T, B, I, H, L, V, optimizer, threads }) {
  team?.close();
  const config = {
    cell: "lstm",
    nonlinearity: "tanh",
    vocabularySize: V,
    embeddingSize: I,
    hiddenSize: H,
    numLayers: L,
    dropout: 0,
    tieWeights: false,
    tokenizer: "char",
  };
  const options = { options: { config, penalties: {}, embeddingRange: null }, freeze: [] };
  const optimiser =
    optimizer === "adamw" ? { kind: "adamw", learningRate: 2e-3 } : { kind: "sgd", learningRate: 1 };
  const model = { module: "unrolled:tasks", export: "language", options };
  const device = await openDevice({ backend: engine, seed: 1 });
  team = await Team.open(device, model, { threads, batchSize: B, optimiser });
  if (team.threads !== threads)
    throw new Error(`${team.threads} threads instead of ${threads}: ${team.reason}`);
  const random = new Generator(1);
  const tokens = (count) => Int32Array.from({ length: count }, () => random.integer(V));
  const parts = team.rows.map((rows) => ({
    rows,
    share: { inputs: tokens(T * rows), targets: tokens(T * rows), steps: T, startsAnew: false },
  }));
  return async () => {
    await team.step(parts, { maxNorm: 5 });
  };
}

await serve({ peer: "unrolled", version }, prepare);
