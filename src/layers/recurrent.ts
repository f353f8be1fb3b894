// Dropout in a stack of recurrent layers: of entries between two layers, anew at each step (Zaremba et al. 2014) or with one mask
// for all steps of a sequence (Gal & Ghahramani 2016), and of the entries of W_hh, with one mask for a sequence (Wan et al. 2013;
// Merity, Keskar & Socher 2018).
import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { dropoutWith } from "../tensor/operations/dropout.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { concat, narrow, reshape, stack } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import type { Cell, CellWeights } from "./cell.ts";
import { DropoutPlace } from "./dropout-place.ts";
import { elmanCell, type Nonlinearity } from "./elman-cell.ts";
import { gruCell } from "./gru-cell.ts";
import { lstmCell } from "./lstm-cell.ts";
import { Module, type Parameter, requireProbability, requireSize, uniformParameter } from "./module.ts";
import { recurrence } from "./recurrence.ts";

/** Sizes and options of a recurrent network, in PyTorch's words. */
export interface RecurrentOptions {
  /** I. */
  readonly inputSize: number;
  /** H. */
  readonly hiddenSize: number;
  /** L; 1 if not given. */
  readonly numLayers?: number;
  readonly bidirectional?: boolean;
  /** Probability of dropping an entry between two layers (not after the last), from 0 to below 1. */
  readonly dropout?: number;
  /** Whether all steps of a sequence share one mask of that dropout; false if not given. */
  readonly lockedDropout?: boolean;
  /** Probability of dropping an entry of each W_hh while a sequence is read, from 0 to below 1. */
  readonly weightDrop?: number;
  /** Two bias vectors per layer and direction, as PyTorch has; true if not given. */
  readonly bias?: boolean;
  /** Where initial weights and dropout masks come from. */
  readonly generator?: Generator;
}

/** State of all layers and directions, [L·D, B, H]: layer 0 forwards, layer 0 backwards, layer 1 forwards, … */
export interface RecurrentState {
  readonly h: Tensor;
  /** LSTM alone. */
  readonly c?: Tensor;
}

/** What a sequence is read with. */
export interface RecurrentCall {
  /** State before the first step; zero if not given. */
  readonly state?: RecurrentState | undefined;
  /** Steps that each sequence has, 1 to T, in any order; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
}

/** All states of one layer in one direction, to look at. */
export interface LayerStates {
  /** [T+1, B, H]. */
  readonly hs: Tensor;
  readonly cs: Tensor | undefined;
}

/** What reading sequences gives. */
export interface RecurrentResult {
  /** Outputs of the last layer, [T, B, D·H]; zero after a sequence's end. */
  readonly outputs: Tensor;
  /** State after each sequence's last step. */
  readonly state: RecurrentState;
  /** States of every layer and direction over time, in the order of `state`. */
  readonly layers: readonly LayerStates[];
}

/**
 * A stack of recurrent layers. Parameters have PyTorch's names and layout: `weight_ih_l0` [G·H, I], `weight_hh_l0` [G·H, H],
 * `bias_ih_l0`, `bias_hh_l0` [G·H], with `_reverse` for the backward direction, drawn evenly from ±1/√H.
 */
export abstract class Recurrent extends Module {
  readonly device: Device;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly directions: 1 | 2;
  readonly weights: Map<string, Parameter>;
  readonly #cell: Cell;
  readonly #dropout: number;
  readonly #lockedDropout: boolean;
  readonly #weightDrop: number;
  /** Between layer l and the one after it. */
  readonly betweenLayers: readonly DropoutPlace[];
  /** At the W_hh of each layer and direction; none where no weights are dropped. */
  readonly recurrentWeights: readonly DropoutPlace[];

  constructor(device: Device, cell: Cell, name: string, options: RecurrentOptions) {
    super();
    const { inputSize, hiddenSize, numLayers = 1, bidirectional = false, dropout = 0, bias = true } = options;
    const { lockedDropout = false, weightDrop = 0 } = options;
    requireSize(name, "inputSize", inputSize);
    requireSize(name, "hiddenSize", hiddenSize);
    requireSize(name, "numLayers", numLayers);
    requireProbability(name, "dropout", dropout);
    requireProbability(name, "weightDrop", weightDrop);
    const generator = options.generator ?? device.generator;
    this.device = device;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.directions = bidirectional ? 2 : 1;
    this.weights = new Map();
    this.#cell = cell;
    this.#dropout = dropout;
    this.#lockedDropout = lockedDropout;
    this.#weightDrop = weightDrop;
    this.betweenLayers = Array.from({ length: numLayers - 1 }, () => new DropoutPlace(generator));
    const bound = 1 / Math.sqrt(hiddenSize);
    for (let layer = 0; layer < numLayers; layer++) {
      for (let direction = 0; direction < this.directions; direction++) {
        const suffix = suffixOf(layer, direction);
        const input = layer === 0 ? inputSize : hiddenSize * this.directions;
        const draw = (id: string, shape: readonly number[]) =>
          this.weights.set(id + suffix, uniformParameter(device, shape, bound, generator));
        draw("weight_ih", [cell.gates * hiddenSize, input]);
        draw("weight_hh", [cell.gates * hiddenSize, hiddenSize]);
        if (bias) draw("bias_ih", [cell.gates * hiddenSize]);
        if (bias) draw("bias_hh", [cell.gates * hiddenSize]);
      }
    }
    const dropped = weightDrop > 0 ? numLayers * this.directions : 0;
    this.recurrentWeights = Array.from({ length: dropped }, () => new DropoutPlace(generator));
  }

  /** Reads sequences xs [T, B, I] from a state, each up to its length. */
  forward(xs: Tensor, call: RecurrentCall = {}): RecurrentResult {
    this.#check(xs, call);
    const { state, lengths } = call;
    const layers: LayerStates[] = [];
    const finalH: Tensor[] = [];
    const finalC: Tensor[] = [];
    let sequence = xs;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training) {
        const counter = this.betweenLayers[layer - 1].next(this.device.generator);
        sequence = dropoutWith(sequence, this.#dropout, counter, { locked: this.#lockedDropout });
      }
      const outputs: Tensor[] = [];
      for (let direction = 0; direction < this.directions; direction++) {
        const index = layer * this.directions + direction;
        const result = recurrence({
          cell: this.#cell,
          xs: sequence,
          weights: this.#droppedWeights(layer, direction),
          h0: state && row(state.h, index),
          c0: state?.c && row(state.c, index),
          lengths,
          reverse: direction === 1,
        });
        outputs.push(result.outputs);
        layers.push({ hs: result.hs, cs: result.cs });
        finalH.push(result.h);
        if (result.c) finalC.push(result.c);
      }
      sequence = outputs.length === 1 ? outputs[0] : concat(outputs);
    }
    const h = stack(finalH);
    return { outputs: sequence, state: finalC.length > 0 ? { h, c: stack(finalC) } : { h }, layers };
  }

  /** The weights of one layer in one direction (0 forwards, 1 backwards). */
  layerWeights(layer: number, direction = 0): CellWeights<Parameter> {
    const suffix = suffixOf(layer, direction);
    return {
      weightIh: this.weights.get(`weight_ih${suffix}`)!,
      weightHh: this.weights.get(`weight_hh${suffix}`)!,
      biasIh: this.weights.get(`bias_ih${suffix}`),
      biasHh: this.weights.get(`bias_hh${suffix}`),
    };
  }

  /** The weights to read a sequence with. Every row of a batch meets the same mask, in every part of a split batch too. */
  #droppedWeights(layer: number, direction: number): CellWeights<Tensor> {
    const weights = this.layerWeights(layer, direction);
    if (!this.training || this.#weightDrop === 0) return weights;
    const counter = this.recurrentWeights[layer * this.directions + direction].next(this.device.generator);
    const weightHh = dropoutWith(weights.weightHh, this.#weightDrop, counter, { firstRow: 0 });
    return { ...weights, weightHh };
  }

  /** The cell that all layers are made of. */
  get cell(): Cell {
    return this.#cell;
  }

  #check(xs: Tensor, { state }: RecurrentCall): void {
    const name = this.constructor.name;
    if (xs.shape.length !== 3 || xs.shape[2] !== this.inputSize) {
      throw new UnrolledError(
        "shape-mismatch",
        `${name}: input has shape ${shapeText(xs.shape)}, needed [T, B, ${this.inputSize}]`,
      );
    }
    deviceOf([xs, state?.h, state?.c, this.layerWeights(0).weightIh]);
    const needed = shapeText([this.numLayers * this.directions, xs.shape[1], this.hiddenSize]);
    for (const part of [state?.h, state?.c]) {
      if (part && shapeText(part.shape) !== needed) {
        throw new UnrolledError(
          "shape-mismatch",
          `${name}: state has shape ${shapeText(part.shape)}, needed ${needed}`,
        );
      }
    }
  }
}

function suffixOf(layer: number, direction: number): string {
  return `_l${layer}${direction === 1 ? "_reverse" : ""}`;
}

function row(states: Tensor, index: number): Tensor {
  return reshape(narrow(states, index, index + 1), states.shape.slice(1));
}

/** Elman's network, h′ = tanh or ReLU of W_ih x + b_ih + W_hh h + b_hh (Elman 1990). */
export class RNN extends Recurrent {
  constructor(device: Device, options: RecurrentOptions & { readonly nonlinearity?: Nonlinearity }) {
    super(device, elmanCell(options.nonlinearity ?? "tanh"), "RNN", options);
  }
}

/** Long short-term memory with a forget gate, gates i f g o (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export class LSTM extends Recurrent {
  constructor(device: Device, options: RecurrentOptions) {
    super(device, lstmCell, "LSTM", options);
  }
}

/** Gated recurrent unit, gates r z n, reset gate after the recurrent product (Cho et al. 2014; cuDNN's form). */
export class GRU extends Recurrent {
  constructor(device: Device, options: RecurrentOptions) {
    super(device, gruCell, "GRU", options);
  }
}
