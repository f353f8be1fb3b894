// What happens inside a language model that reads one text: every input, gate, state and output of every step, as plain arrays.
// Layers run as they always do, under observation.
import { UnrolledError } from "../errors.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { StepObserver } from "../recurrent/cell.ts";
import type { RecurrentState } from "../recurrent/recurrent.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { changeStep } from "./changed-step.ts";
import { evaluating } from "./evaluating.ts";
import { type CellName, GATE_NAMES, type GateName, stateNames } from "./gate-names.ts";
import { changesAt, checkInterventions, type Intervention } from "./intervention.ts";

/** The state of one layer, h [H] and for an LSTM c [H]. */
export interface StateNumbers {
  readonly h: ArrayLike<number>;
  readonly c?: ArrayLike<number> | undefined;
}

/** How a text is read. */
export interface TraceOptions {
  /** The state before the first step, layer by layer; zero if not given. */
  readonly state?: readonly StateNumbers[] | undefined;
  /** What is changed on the way; later ones meet what earlier ones have left. */
  readonly interventions?: readonly Intervention[] | undefined;
}

/** One layer's states and gates, row-major. */
export interface LayerTrace {
  readonly cell: CellName;
  /** H. */
  readonly hiddenSize: number;
  /** [T+1, H]; row 0 is the state before the first step. */
  readonly h: Float32Array;
  /** [T+1, H], of an LSTM. */
  readonly c?: Float32Array;
  /** Each gate after its activation [T, H], in the order of the cell's weights: LSTM i f g o, GRU r z n, Elman none. */
  readonly gates: Readonly<Partial<Record<GateName, Float32Array>>>;
}

/** All that a model computes while it reads T token ids, row-major. */
export interface Trace {
  /** [T]. */
  readonly ids: Int32Array;
  /** Embeddings [T, E]. */
  readonly inputs: Float32Array;
  readonly layers: readonly LayerTrace[];
  /** Of the token after each [T, V]. */
  readonly logits: Float32Array;
  /** Cross-entropy of the token that does come next [T], in nats; NaN at the last, which nothing follows. */
  readonly lossNats: Float32Array;
}

/**
 * Reads token ids [T] with a language model, dropout off, and keeps everything: T·(E + (2 + G)·H·L + V) numbers.
 *
 * @throws UnrolledError "invalid-argument" for no ids, ids outside the vocabulary, impossible interventions or states; "shape-mismatch"
 * for a state of other sizes
 */
export function trace(model: LanguageModel, ids: ArrayLike<number>, options: TraceOptions = {}): Trace {
  const { device, config, encoder, decoder, rnn } = model;
  const { interventions = [], state } = options;
  const steps = ids.length;
  checkIds("trace", ids, config.vocabularySize);
  checkInterventions("trace", interventions, config);
  checkState("trace", state, config);
  return device.withoutGradients(() =>
    device.scope(() => {
      const embedded = encoder.forward(ints(device, ids, [steps, 1]));
      const watched = Array.from({ length: config.numLayers }, (_, layer) =>
        watchLayer(model, layer, steps, interventions),
      );
      const before = state && stateTensors(model, state);
      const read = evaluating(rnn, () =>
        rnn.forward(embedded, { state: before }, (layer) => watched[layer].observer),
      );
      const inputs = numbersOf(embedded);
      const layers = read.layers.map(
        ({ h, c }, layer): LayerTrace => ({
          cell: config.cell,
          hiddenSize: config.hiddenSize,
          h: numbersOf(h),
          ...(c ? { c: numbersOf(c) } : {}),
          gates: watched[layer].gates,
        }),
      );
      const logits = decoder.forward(read.outputs);
      const lossNats = new Float32Array(steps).fill(Number.NaN);
      if (steps > 1) {
        const targets = ints(device, Array.from(ids).slice(1).concat(0), [steps, 1]);
        const losses = numbersOf(crossEntropy(logits, targets, { reduction: "none" }));
        lossNats.set(losses.subarray(0, steps - 1));
      }
      return {
        ids: Int32Array.from(ids),
        inputs,
        layers,
        logits: numbersOf(reshape(logits, [logits.size])),
        lossNats,
      };
    }),
  );
}

/** The state after step t of a trace, −1 being before the first, to go on from. */
export function stateAfter({ layers }: Pick<Trace, "layers">, t: number): StateNumbers[] {
  return layers.map(({ h, c, hiddenSize }) => {
    const [from, to] = [(t + 1) * hiddenSize, (t + 2) * hiddenSize];
    if (!(Number.isInteger(t) && from >= 0 && to <= h.length)) {
      throw new UnrolledError(
        "invalid-argument",
        `stateAfter: t is ${t}, needed -1 to ${h.length / hiddenSize - 2}`,
      );
    }
    return { h: h.slice(from, to), ...(c ? { c: c.slice(from, to) } : {}) };
  });
}

/** A state of numbers [H] of each layer as the layers read it, [L, 1, H]. */
function stateTensors(
  { device, config: { numLayers, hiddenSize } }: LanguageModel,
  state: readonly StateNumbers[],
): RecurrentState {
  const part = (of: "h" | "c") => {
    const numbers = state.flatMap((layer) => Array.from(layer[of] ?? []));
    return tensor(device, numbers, [numLayers, 1, hiddenSize]);
  };
  return state[0].c ? { h: part("h"), c: part("c") } : { h: part("h") };
}

/** Who writes a layer's gates down and makes the changes. */
function watchLayer(
  { device, config }: LanguageModel,
  layer: number,
  steps: number,
  interventions: readonly Intervention[],
) {
  const { cell, hiddenSize } = config;
  const names = GATE_NAMES[cell];
  const gates = Object.fromEntries(names.map((name) => [name, new Float32Array(steps * hiddenSize)]));
  const candidateSums = new Float64Array(hiddenSize);
  const observer: StepObserver = {
    before({ sums }) {
      const from = sums + 2 * hiddenSize;
      if (cell === "gru") candidateSums.set(device.heap.floats().subarray(from, from + hiddenSize));
    },
    after(step) {
      const numbers = device.heap.floats();
      changeStep(cell, changesAt(interventions, layer, step.t), numbers, step, candidateSums);
      names.forEach((name, block) => {
        const from = step.sums + block * hiddenSize;
        gates[name].set(numbers.subarray(from, from + hiddenSize), step.t * hiddenSize);
      });
    },
  };
  return { observer, gates };
}

function numbersOf({ device, offset, size }: Tensor): Float32Array {
  return Float32Array.from(device.heap.floats().subarray(offset, offset + size));
}

/** Throws unless there are token ids, all of the vocabulary. */
export function checkIds(call: string, ids: ArrayLike<number>, vocabularySize: number, least = 1): void {
  if (ids.length < least)
    throw new UnrolledError(
      "invalid-argument",
      `${call}: got ${ids.length} token ids, needed at least ${least}`,
    );
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index];
    if (Number.isInteger(id) && id >= 0 && id < vocabularySize) continue;
    throw new UnrolledError(
      "invalid-argument",
      `${call}: token id ${index} is ${id}, needed 0 to ${vocabularySize - 1}`,
    );
  }
}

function checkState(
  call: string,
  state: readonly StateNumbers[] | undefined,
  { cell, numLayers, hiddenSize }: LanguageModel["config"],
): void {
  if (!state) return;
  if (state.length !== numLayers)
    throw new UnrolledError(
      "shape-mismatch",
      `${call}: state has ${state.length} layers, needed ${numLayers}`,
    );
  state.forEach(({ h, c }, layer) => {
    const hasC = stateNames(cell).includes("c");
    if ((c !== undefined) !== hasC)
      throw new UnrolledError(
        "invalid-argument",
        `${call}: state of layer ${layer} has ${c ? "a c" : "no c"}, needed ${hasC ? "h and c" : "h alone"}`,
      );
    for (const part of [h, c])
      if (part && part.length !== hiddenSize)
        throw new UnrolledError(
          "shape-mismatch",
          `${call}: state of layer ${layer} has ${part.length} units, needed ${hiddenSize}`,
        );
  });
}
