// Trains a language model on a page's own thread, which must not block, and on workers beside it.
import { openDevice } from "unrolled";
import { Team } from "unrolled/training";

export interface PageResult {
  readonly threads: number;
  readonly reason: string | undefined;
  readonly loss: number;
}

async function trainOn(threads: number): Promise<PageResult> {
  const sizes = { vocabularySize: 20, embeddingSize: 16, hiddenSize: 32, numLayers: 2 };
  const config = {
    cell: "lstm",
    nonlinearity: "tanh",
    ...sizes,
    dropout: 0.2,
    tieWeights: false,
    tokenizer: "char",
  };
  const options = { options: { config, penalties: {}, embeddingRange: null }, freeze: [] };
  const model = { module: "unrolled:tasks", export: "language", options };
  const device = await openDevice({ backend: "wasm", seed: 1 });
  const team = await Team.open(device, model, { threads, batchSize: 5, optimiser: { kind: "adamw" } });
  let column = 0;
  const parts = team.rows.map((rows) => {
    const first = column;
    column += rows;
    const tokens = (later: number) =>
      Int32Array.from({ length: 8 * rows }, (_, index) => {
        const t = Math.floor(index / rows) + later;
        return (3 * t + first + (index % rows)) % 20;
      });
    return { rows, share: { inputs: tokens(0), targets: tokens(1), steps: 8, startsAnew: false } };
  });
  let loss = Number.NaN;
  for (let step = 0; step < 100; step++) ({ loss } = await team.step(parts, { maxNorm: 1 }));
  team.close();
  return { threads: team.threads, reason: team.reason, loss };
}

Object.assign(globalThis, { trainOn });
