// A stack of recurrent layers, and what training does to what they read: dropout of entries between two layers, anew at each step
// (Zaremba et al. 2014) or with one mask for all steps of a sequence (Gal & Ghahramani 2016), of the h that steps read (ibid.), of
// the entries of W_hh with one mask for a sequence (Wan et al. 2013; Merity, Keskar & Socher 2018); zoneout (Krueger et al. 2017);
// noise on all weights (Graves 2013).
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { dropoutWith } from "../tensor/operations/dropout.ts";
import { weightNoise } from "../tensor/operations/noise.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { narrow, reshape, stack, swapAxes } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { requireWhole } from "../whole-numbers.ts";
import type { Cell, CellWeights } from "./cell.ts";
import { DropoutPlace } from "./dropout-place.ts";
import { stateBefore } from "./initial-state.ts";
import { type Merge, mergeDirections } from "./merge-directions.ts";
import { Module, Parameter } from "./module.ts";
import { recurrence } from "./recurrence.ts";
import type { LayerStates, RecurrentCall, RecurrentResult } from "./recurrent-call.ts";
import { type AnyOptions, checkOptions } from "./recurrent-checks.ts";
import type { RecurrentName } from "./recurrent-fields.ts";
import {
  drawParameters,
  eachWeight,
  type ParameterNames,
  parameterNames,
  weightsNamed,
} from "./recurrent-parameters.ts";
import { type Zoneout, zoneoutMasks } from "./zoneout.ts";

/** The cell that all layers of a stack are made of. Its steps take addresses, so it is no property of theirs. */
export let cellOf: (layers: Recurrent) => Cell;

/**
 * A stack of recurrent layers. Parameters have PyTorch's names and layout: `weight_ih_l0` [G·H, I], `weight_hh_l0` [G·H, P],
 * `bias_ih_l0`, `bias_hh_l0` [G·H], drawn evenly from ±1/√H; with `_reverse` for the second direction of layers that have two. What
 * PyTorch lacks: `weight_ch_l0` (peepholes), `norm_ih_l0.weight`, `norm_hh_l0.weight` [G·H], `norm_c_l0.weight` and `.bias` [H]
 * (layer normalisation), `h_0` [L·D, P] and `c_0` [L·D, H] (a learnt initial state, which begins at zero).
 */
export abstract class Recurrent extends Module {
  static {
    cellOf = (layers) => layers.#cell;
  }

  readonly device: Device;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** P: width of h, which is H unless h is projected. */
  readonly outputSize: number;
  readonly numLayers: number;
  readonly direction: "forward" | "reverse" | "bidirectional";
  /** D. */
  readonly directions: 1 | 2;
  readonly merge: Merge;
  readonly batchFirst: boolean;
  /** Probabilities that a unit of h, or of c, keeps its value of the step before. */
  readonly zoneout: { readonly h: number; readonly c: number };
  readonly weights: Map<string, Parameter>;
  readonly #cell: Cell;
  /** Of the parameters of each layer and direction. */
  readonly #names: readonly ParameterNames[];
  readonly #dropout: number;
  readonly #lockedDropout: boolean;
  readonly #recurrentDropout: number;
  readonly #weightDrop: number;
  readonly #weightNoise: number;
  /** Between layer l and the one after it. */
  readonly betweenLayers: readonly DropoutPlace[];
  /** At the W_hh of each layer and direction; none where no weights are dropped. */
  readonly recurrentWeights: readonly DropoutPlace[];
  /** At the h that steps read, of each layer and direction; none where none of it is dropped. */
  readonly recurrentStates: readonly DropoutPlace[];
  /** Where units of h, and of c, are kept back, of each layer and direction; none without zoneout. */
  readonly keptH: readonly DropoutPlace[];
  readonly keptC: readonly DropoutPlace[];
  /** At each of the weights, in their order; none without noise. */
  readonly noisyWeights: readonly DropoutPlace[];

  constructor(device: Device, cell: Cell, name: RecurrentName, options: AnyOptions) {
    super();
    const { inputSize, hiddenSize, numLayers = 1, direction = "forward", merge = "concat" } = options;
    const { dropout = 0, lockedDropout = false, weightDrop = 0, recurrentDropout = 0 } = options;
    const { bias = "double", initialState = "zero", forgetBias, projectionSize } = options;
    const { zoneout = {}, weightNoise: deviation = 0 } = options;
    const { h: zoneoutH = 0, c: zoneoutC = 0 } = zoneout;
    checkOptions(name, cell, options);
    const generator = options.generator ?? device.generator;
    this.device = device;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = projectionSize ?? hiddenSize;
    this.numLayers = numLayers;
    this.direction = direction;
    this.directions = direction === "bidirectional" ? 2 : 1;
    this.merge = merge;
    this.batchFirst = options.batchFirst ?? false;
    this.zoneout = { h: zoneoutH, c: zoneoutC };
    this.weights = new Map();
    this.#cell = cell;
    this.#dropout = dropout;
    this.#lockedDropout = lockedDropout;
    this.#recurrentDropout = recurrentDropout;
    this.#weightDrop = weightDrop;
    this.#weightNoise = deviation;
    const places = (count: number) => Array.from({ length: count }, () => new DropoutPlace(generator));
    this.betweenLayers = places(numLayers - 1);
    const layers = numLayers * this.directions;
    this.#names = Array.from({ length: layers }, (_, index) =>
      parameterNames(suffixOf(Math.floor(index / this.directions), index % this.directions)),
    );
    const widthBetween = this.outputSize * (merge === "concat" ? this.directions : 1);
    for (let index = 0; index < layers; index++) {
      const layer = Math.floor(index / this.directions);
      drawParameters(this.weights, device, this.#names[index], {
        cell,
        inputSize: layer === 0 ? inputSize : widthBetween,
        hiddenSize,
        projectionSize,
        bias,
        forgetBias,
        generator,
      });
    }
    this.recurrentWeights = places(weightDrop > 0 ? layers : 0);
    this.recurrentStates = places(recurrentDropout > 0 ? layers : 0);
    this.keptH = places(zoneoutH > 0 ? layers : 0);
    this.keptC = places(zoneoutC > 0 ? layers : 0);
    this.noisyWeights = places(deviation > 0 ? this.weights.size : 0);
    if (initialState === "learnt") {
      this.weights.set("h_0", new Parameter(device, [layers, this.outputSize]));
      if (cell.hasCellState) this.weights.set("c_0", new Parameter(device, [layers, hiddenSize]));
    }
  }

  /** Reads sequences xs [T, B, I], or [B, T, I] where the layer is batch-major, from a state, each up to its length. */
  forward(xs: Tensor, call: RecurrentCall = {}): RecurrentResult {
    this.#check(xs, call);
    const { lengths, reset } = call;
    const name = this.constructor.name;
    let sequence = this.batchFirst ? swapAxes(xs) : xs;
    const batch = sequence.shape[1];
    const h0 = stateBefore(name, call.state?.h, this.weights.get("h_0"), reset, batch);
    const c0 = stateBefore(name, call.state?.c, this.weights.get("c_0"), reset, batch);
    const mask = call.mask && this.#readMask(call.mask, sequence.shape);
    const weights = this.#weightsToReadWith();
    const layers: LayerStates[] = [];
    const finalH: Tensor[] = [];
    const finalC: Tensor[] = [];
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
          weights: weights[index],
          h0: h0 && row(h0, index),
          c0: c0 && row(c0, index),
          lengths,
          mask,
          reverse: direction === 1 || this.direction === "reverse",
          recurrentDropout: this.#recurrentDropoutOf(index),
          zoneout: this.#zoneoutOf(index, sequence.shape),
        });
        outputs.push(result.outputs);
        layers.push({ hs: result.hs, cs: result.cs });
        finalH.push(result.h);
        if (result.c) finalC.push(result.c);
      }
      sequence = mergeDirections(outputs, this.merge);
    }
    const h = stack(finalH);
    return {
      outputs: this.batchFirst ? swapAxes(sequence) : sequence,
      lastOutput: mergeDirections(finalH.slice(-this.directions), this.merge),
      state: finalC.length > 0 ? { h, c: stack(finalC) } : { h },
      layers,
    };
  }

  /** The weights of one layer in one direction (0 the first, 1 the second of two). */
  layerWeights(layer: number, direction = 0): CellWeights<Parameter> {
    requireWhole("layerWeights", "layer", layer, 0, this.numLayers - 1);
    requireWhole("layerWeights", "direction", direction, 0, this.directions - 1);
    return weightsNamed(this.weights, this.#names[layer * this.directions + direction]);
  }

  /** The weights that each layer and direction reads a sequence with. Every row of a batch, however split, meets the same ones. */
  #weightsToReadWith(): CellWeights<Tensor>[] {
    const { generator } = this.device;
    const plain = Array.from({ length: this.numLayers * this.directions }, (_, index) =>
      this.layerWeights(Math.floor(index / this.directions), index % this.directions),
    );
    if (!this.training) return plain;
    let place = 0;
    const noisy =
      this.#weightNoise === 0
        ? plain
        : plain.map((weights) =>
            eachWeight(weights, (weight) =>
              weightNoise(weight, this.#weightNoise, this.noisyWeights[place++].next(generator)),
            ),
          );
    if (this.#weightDrop === 0) return noisy;
    return noisy.map((weights, index) => {
      const counter = this.recurrentWeights[index].next(generator);
      const weightHh = dropoutWith(weights.weightHh, this.#weightDrop, counter, { firstRow: 0 });
      return { ...weights, weightHh };
    });
  }

  #recurrentDropoutOf(index: number) {
    if (!this.training || this.#recurrentDropout === 0) return undefined;
    const counter = this.recurrentStates[index].next(this.device.generator);
    return { probability: this.#recurrentDropout, counter };
  }

  #zoneoutOf(index: number, [steps, batch]: readonly number[]) {
    const of = (probability: number, places: readonly DropoutPlace[], width: number): Zoneout | undefined => {
      if (probability === 0) return undefined;
      if (!this.training) return { share: 1 - probability };
      const counter = places[index].next(this.device.generator);
      return zoneoutMasks(this.device, [steps, batch, width], probability, counter);
    };
    const { h, c } = this.zoneout;
    if (h === 0 && c === 0) return undefined;
    return { h: of(h, this.keptH, this.outputSize), c: of(c, this.keptC, this.hiddenSize) };
  }

  /** A mask's numbers, time-major, for sequences of this shape [T, B, I]. */
  #readMask(mask: Tensor, [steps, batch]: readonly number[]): Uint8Array {
    const needed = this.batchFirst ? [batch, steps] : [steps, batch];
    if (mask.kind !== "int" || shapeText(mask.shape) !== shapeText(needed)) {
      throw new UnrolledError(
        "shape-mismatch",
        `${this.constructor.name}: mask has shape ${shapeText(mask.shape)} (${mask.kind}), needed whole numbers ${shapeText(needed)}`,
      );
    }
    deviceOf([this.layerWeights(0).weightIh], [mask]);
    const numbers = mask.device.heap.ints().subarray(mask.offset, mask.offset + mask.size);
    return Uint8Array.from({ length: mask.size }, (_, place) => {
      const [t, b] = [Math.floor(place / batch), place % batch];
      return numbers[this.batchFirst ? b * steps + t : place] === 0 ? 0 : 1;
    });
  }

  #check(xs: Tensor, { state }: RecurrentCall): void {
    const name = this.constructor.name;
    if (xs.shape.length !== 3 || xs.shape[2] !== this.inputSize) {
      const axes = this.batchFirst ? "B, T" : "T, B";
      throw new UnrolledError(
        "shape-mismatch",
        `${name}: input has shape ${shapeText(xs.shape)}, needed [${axes}, ${this.inputSize}]`,
      );
    }
    deviceOf([xs, state?.h, state?.c, this.layerWeights(0).weightIh]);
    const rows = this.numLayers * this.directions;
    const batch = xs.shape[this.batchFirst ? 0 : 1];
    for (const [part, width] of [
      [state?.h, this.outputSize],
      [state?.c, this.hiddenSize],
    ] as const) {
      const needed = shapeText([rows, batch, width]);
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
