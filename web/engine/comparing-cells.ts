// Elman, LSTM and GRU of one size, trained on one text for the same time, and how far back each of them remembers.
import {
  Adam,
  carry,
  clipGradNorm,
  Generator,
  ints,
  languageLoss,
  languageModel,
  Network,
  type Tokenizer,
  tokenStreams,
  UnrolledError,
  zeroState,
} from "unrolled";
import { reach } from "unrolled/inspect";
import { type Asked, breathe } from "./answers.ts";
import { engineDevice } from "./models.ts";
import type { CellReach, ComparedCell } from "./protocol.ts";

const CELLS: readonly ComparedCell[] = ["elman", "lstm", "gru"];
const BATCH = 16;
const SEQUENCE = 48;
const LEARNING_RATE = 0.005;
const DROPOUT = 0.2;
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
  if (learnt.length <= BATCH * SEQUENCE)
    throw new UnrolledError("text-too-short", {
      call: "explorer",
      problem: `the text has ${ids.length} tokens, and training the three needs more than ${Math.ceil((BATCH * SEQUENCE) / (1 - HELD_OUT))}; choose a longer one`,
    });
  const device = await engineDevice();
  const found: CellReach[] = [];
  for (const cell of CELLS) {
    const config = languageModel({
      cell,
      nonlinearity: "tanh",
      vocabularySize: tokenizer.vocabularySize,
      embeddingSize: 24,
      hiddenSize,
      numLayers: 1,
      dropout: DROPOUT,
      tieWeights: false,
      tokenizer: tokenizer.kind,
    });
    const model = new Network(device, config, { generator: new Generator(1) });
    const trained = await train(model, learnt, seconds, signal, (share) =>
      tell({ cell, share: share * TRAINING_SHARE }),
    );
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
  model: Network,
  ids: Int32Array,
  seconds: number,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<{ readonly tokensRead: number; readonly lossNats: number }> {
  const { device } = model;
  const streams = tokenStreams(ids, BATCH, SEQUENCE);
  const optimiser = new Adam(model.parameters(), { learningRate: LEARNING_RATE });
  const [inputs, targets] = [new Int32Array(BATCH * SEQUENCE), new Int32Array(BATCH * SEQUENCE)];
  const state = zeroState(model, BATCH);
  const losses: number[] = [];
  const end = performance.now() + 1000 * seconds;
  let tokensRead = 0;
  for (let step = 0; performance.now() < end; step++) {
    const steps = streams.batch(step % streams.sequencesPerEpoch, inputs, targets);
    const size = steps * BATCH;
    device.scope(() => {
      const shape = [steps, BATCH];
      const read = ints(device, inputs.subarray(0, size), shape);
      const target = ints(device, targets.subarray(0, size), shape);
      const { loss, state: next } = languageLoss(model, read, target, state);
      model.zeroGrad();
      loss.backward();
      clipGradNorm(model.parameters(), 1);
      optimiser.step();
      carry(state, next);
      losses.push(device.heap.floats()[loss.offset]);
    });
    tokensRead += size;
    onShare(Math.min(1, 1 - (end - performance.now()) / (1000 * seconds)));
    await breathe();
    signal.throwIfAborted();
  }
  const last = losses.slice(-LAST_STEPS);
  return { tokensRead, lossNats: last.reduce((sum, loss) => sum + loss, 0) / last.length };
}
