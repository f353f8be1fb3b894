// A stack of recurrent layers, and what training does to what they read: dropout of entries between two layers, anew at each step
// (Zaremba et al. 2014) or with one mask for all steps of a sequence (Gal & Ghahramani 2016), of the h that steps read (ibid.), of
// the entries of W_hh with one mask for a sequence (Wan et al. 2013; Merity, Keskar & Socher 2018); zoneout (Krueger et al. 2017);
// noise on all weights (Graves 2013).
import { suffixOf } from "../cells/parameters.ts";
import type { CellSpec } from "../cells/spec.ts";
import { DropoutPlace } from "../module/dropout-place.ts";
import { Module, Parameter, requireRoom } from "../module/module.ts";
import type { GivenFor, OptionTable } from "../options/option.ts";
import type { Device } from "../tensor/device.ts";
import { dropoutWith } from "../tensor/operations/dropout.ts";
import { weightNoise } from "../tensor/operations/noise.ts";
import { narrow, reshape, stack, swapAxes } from "../tensor/operations/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { requireWhole } from "../whole-numbers.ts";
import { boundCell } from "./bound-cell.ts";
import type { Cell, CellWeights, StepObserver } from "./cell.ts";
import { checkCall } from "./check-call.ts";
import type { LayerStates, RecurrentCall, RecurrentResult, RecurrentState } from "./recurrent-call.ts";
import { type RecurrentOptions, resolveOptions } from "./recurrent-options.ts";
import {
  drawParameters,
  eachWeight,
  numbersIn,
  type ParameterNames,
  weightsNamed,
} from "./recurrent-parameters.ts";
import { stateBefore } from "./sequence/initial-state.ts";
import { type Merge, mergeDirections } from "./sequence/merge-directions.ts";
import { recurrence } from "./sequence/recurrence.ts";
import { stepMask } from "./sequence/step-mask.ts";
import { tellRecurrence } from "./told-recurrence.ts";
import { type Zoneout, zoneoutMasks } from "./zoneout.ts";

/** Who looks at the steps of a layer in a direction (0 the first, 1 the second of two), if anyone does. */
export type LayerObserver = (layer: number, direction: number) => StepObserver | undefined;

/** The cell that all layers of a stack are made of. Its steps take addresses, so it is no property of theirs. */
export let cellOf: (layers: RecurrentStack) => Cell;

/** The cell and the options that layers were made with. */
export let madeWith: (layers: RecurrentStack) => readonly [spec: CellSpec, options: RecurrentOptions];

/**
 * A stack of recurrent layers over a cell. Parameters have the cell's names, PyTorch's where it has them: `weight_ih_l0` [G·H, I],
 * `weight_hh_l0` [G·H, P], `bias_ih_l0`, `bias_hh_l0` [G·H], drawn evenly from ±1/√H; with `_reverse` for the second direction of
 * layers that have two. What PyTorch lacks: `weight_ch_l0` (peepholes), `norm_ih_l0.weight`, `norm_hh_l0.weight` [G·H],
 * `norm_c_l0.weight` and `.bias` [H] (layer normalisation), and for a learnt initial state, which begins at zero, one of each of
 * the cell's states: `h_0` [L·D, P], `c_0` [L·D, H].
 */
export class RecurrentStack<Own extends OptionTable = OptionTable> extends Module {
  static {
    cellOf = (layers) => layers.#cell;
    madeWith = (layers) => layers.#madeWith;
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
  /** Probabilities that a unit of each of the cell's states keeps its value of the step before. */
  readonly zoneout: readonly number[];
  readonly weights: Map<string, Parameter>;
  readonly #cell: Cell;
  readonly #madeWith: ReturnType<typeof madeWith>;
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
  /** Where units of each of the cell's states are kept back, of each layer and direction; none without zoneout. */
  readonly kept: readonly (readonly DropoutPlace[])[];
  /** At each of the weights, in their order; none without noise. */
  readonly noisyWeights: readonly DropoutPlace[];

  /**
   * @param spec the cell that all layers are made of
   * @throws UnrolledError "invalid-argument" that names the option which is unknown, or cannot be had
   */
  constructor(device: Device, spec: CellSpec<Own>, given: RecurrentOptions & GivenFor<Own>) {
    super();
    const options = resolveOptions(spec.name, spec, given, "layer");
    const { inputSize, hiddenSize, numLayers, direction, merge, zoneout } = options;
    const generator = given.generator ?? device.generator;
    const cell = boundCell(device, spec, options, spec.name);
    const { states, outputSize } = cell.shape;
    this.device = device;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = outputSize;
    this.numLayers = numLayers;
    this.direction = direction;
    this.directions = direction === "bidirectional" ? 2 : 1;
    this.merge = merge;
    this.batchFirst = options.batchFirst;
    const shares: Readonly<Record<string, number | undefined>> = zoneout;
    this.zoneout = states.map(({ name }) => shares[name] ?? 0);
    this.weights = new Map();
    this.#cell = cell;
    this.#madeWith = [spec as CellSpec, given];
    this.#dropout = options.dropout;
    this.#lockedDropout = options.lockedDropout;
    this.#recurrentDropout = options.recurrentDropout;
    this.#weightDrop = options.weightDrop;
    this.#weightNoise = options.weightNoise;
    const places = (count: number) => Array.from({ length: count }, () => new DropoutPlace(generator));
    this.betweenLayers = places(numLayers - 1);
    const layers = numLayers * this.directions;
    const widthBetween = outputSize * (merge === "concat" ? this.directions : 1);
    const { parameters: first } = cell.shape;
    const { parameters: others } = spec.shape({ ...options, inputSize: widthBetween });
    const each = numbersIn(first) + (numLayers - 1) * numbersIn(others);
    requireRoom(spec.name, this.directions * each);
    this.#names = Array.from({ length: layers }, (_, index) => {
      const layer = Math.floor(index / this.directions);
      const suffix = suffixOf(layer, index % this.directions);
      const parameters = layer === 0 ? first : others;
      return drawParameters(this.weights, device, parameters, { suffix, hidden: hiddenSize, generator });
    });
    this.recurrentWeights = places(options.weightDrop > 0 ? layers : 0);
    this.recurrentStates = places(options.recurrentDropout > 0 ? layers : 0);
    this.kept = this.zoneout.map((share) => places(share > 0 ? layers : 0));
    this.noisyWeights = places(options.weightNoise > 0 ? this.weights.size : 0);
    if (options.initialState === "learnt")
      for (const { name, width } of states)
        this.weights.set(`${name}_0`, new Parameter(device, [layers, width]));
  }

  /**
   * Reads sequences xs [T, B, I], or [B, T, I] where the layer is batch-major, from a state, each up to its length.
   *
   * @param observe who looks at the steps
   */
  forward(xs: Tensor, call: RecurrentCall = {}, observe?: LayerObserver): RecurrentResult {
    checkCall(this, this.#cell, xs, call);
    const { lengths, reset } = call;
    const {
      spec: { name },
      shape: { states },
    } = this.#cell;
    let sequence = this.batchFirst ? swapAxes(xs) : xs;
    const batch = sequence.shape[1];
    const before = states.map((state) => {
      const given = call.state?.[state.name];
      return stateBefore(name, given, this.weights.get(`${state.name}_0`), reset, batch);
    });
    const mask =
      call.mask && stepMask(name, call.mask, this.layerWeights(0).weightIh, sequence.shape, this.batchFirst);
    const weights = this.#weightsToReadWith();
    const layers: LayerStates[] = [];
    const ended: RecurrentState[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training) {
        const counter = this.betweenLayers[layer - 1].next(this.device.generator);
        sequence = dropoutWith(sequence, this.#dropout, counter, { locked: this.#lockedDropout });
      }
      const outputs: Tensor[] = [];
      for (let direction = 0; direction < this.directions; direction++) {
        const index = layer * this.directions + direction;
        const rows = states.map((state, part) => {
          const whole = before[part];
          return [state.name, whole && row(whole, index)] as const;
        });
        const result = recurrence({
          cell: this.#cell,
          xs: sequence,
          weights: weights[index],
          state: Object.fromEntries(rows),
          lengths,
          mask,
          reverse: direction === 1 || this.direction === "reverse",
          recurrentDropout: this.#recurrentDropoutOf(index),
          zoneout: this.#zoneoutOf(index, sequence.shape),
          observer: observe?.(layer, direction),
        });
        outputs.push(result.outputs);
        layers.push(result.states);
        ended.push(result.state);
      }
      sequence = mergeDirections(outputs, this.merge);
    }
    const state = states.map((part) => [part.name, stack(ended.map((each) => each[part.name]))] as const);
    const result: RecurrentResult = {
      outputs: this.batchFirst ? swapAxes(sequence) : sequence,
      lastOutput: mergeDirections(
        ended.slice(-this.directions).map(({ h }) => h),
        this.merge,
      ),
      state: Object.fromEntries(state) as RecurrentResult["state"],
      layers,
    };
    tellRecurrence(this, states, xs, call, result);
    return result;
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
    if (this.zoneout.every((share) => share === 0)) return undefined;
    return this.#cell.shape.states.map(({ width }, state): Zoneout | undefined => {
      const probability = this.zoneout[state];
      if (probability === 0) return undefined;
      if (!this.training) return { share: 1 - probability };
      const counter = this.kept[state][index].next(this.device.generator);
      return zoneoutMasks(this.device, [steps, batch, width], probability, counter);
    });
  }
}

function row(states: Tensor, index: number): Tensor {
  return reshape(narrow(states, index, index + 1), states.shape.slice(1));
}
