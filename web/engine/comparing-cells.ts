// Elman, LSTM and GRU of one size, trained on one text for the same time, and how far back each of them remembers.
import { type Network, type Tokenizer, UnrolledError } from "unrolled";
import { reach } from "unrolled/inspect";
import { type Asked, breathe } from "./answers.ts";
import { engineDevice } from "./models.ts";
import type { CellReach, ComparedCell } from "./protocol.ts";
import type { TrainingSetup } from "./training-protocol.ts";
import { TrainingRun } from "./training-run.ts";

const CELLS: readonly ComparedCell[] = ["elman", "lstm", "gru"];
const SETUP: Omit<TrainingSetup, "cell" | "hidden"> = {
  task: "text",
  layers: 1,
  features: 24,
  dropout: 0.2,
  seed: 1,
  optimiser: "adam",
  learningRate: 0.005,
  clip: 1,
  steps: 48,
  batch: 16,
};
/** Between two looks at the messages. */
const AT_ONCE_MS = 40;
const MOST_STEPS = 1000;
/** Share of the text, its last part, that is held out to measure on. */
const HELD_OUT = 0.2;
/** Losses that the last one reported is the mean of. */
const LAST_STEPS = 20;
/** The networks that were trained last, to be asked about. */
const trainedCells = new Map<ComparedCell, Network>();

export function trainedCell(cell: ComparedCell): Network {
  const found = trainedCells.get(cell);
  if (!found)
    throw new UnrolledError("invalid-argument", {
      call: "explorer",
      problem: `no ${cell} has been trained yet`,
    });
  return found;
}

/** Share of a cell's work that is its training; the rest is measuring. */
const TRAINING_SHARE = 0.8;

interface Training {
  readonly seconds: number;
  readonly hiddenSize: number;
}

export async function compareCells(
  tokenizer: Tokenizer,
  ids: Int32Array,
  { seconds, hiddenSize }: Training,
  { signal, tell }: Asked<"cells">,
): Promise<CellReach[]> {
  const learnt = ids.subarray(0, Math.floor((1 - HELD_OUT) * ids.length));
  const heldOut = ids.subarray(learnt.length);
  if (learnt.length <= SETUP.batch * SETUP.steps)
    throw new UnrolledError("text-too-short", {
      call: "explorer",
      problem: `the text has ${ids.length} tokens, and training the three needs more than ${Math.ceil((SETUP.batch * SETUP.steps) / (1 - HELD_OUT))}; choose a longer one`,
    });
  const device = await engineDevice("core");
  const found: CellReach[] = [];
  for (const cell of CELLS) {
    const setup = { ...SETUP, cell, hidden: hiddenSize };
    const run = new TrainingRun(device, setup, { tokenizer, ids: learnt });
    const trained = await train(run, seconds, signal, (share) =>
      tell({ cell, share: share * TRAINING_SHARE }),
    );
    const model = run.trained!.network;
    const measured = await reach(model, heldOut, {
      positions: 300,
      maxContext: 96,
      signal,
      onProgress: (share) => tell({ cell, share: TRAINING_SHARE + share * (1 - TRAINING_SHARE) }),
    });
    trainedCells.set(cell, model);
    found.push({ cell, parameters: model.parameterCount(), ...trained, reach: measured });
  }
  return found;
}

async function train(
  run: TrainingRun,
  seconds: number,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<{ readonly tokensRead: number; readonly lossNats: number }> {
  const losses: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    const report = await run.advance(Math.min(AT_ONCE_MS, end - performance.now()), MOST_STEPS, false);
    losses.push(...report.losses);
    if (report.hasDiverged) break;
    onShare(Math.min(1, 1 - (end - performance.now()) / (1000 * seconds)));
    await breathe();
    signal.throwIfAborted();
  }
  const last = losses.slice(-LAST_STEPS);
  return {
    tokensRead: losses.length * SETUP.batch * SETUP.steps,
    lossNats: last.reduce((sum, loss) => sum + loss, 0) / last.length,
  };
}
