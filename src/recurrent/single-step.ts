// One step of a recurrent layer, for those who write the loop themselves: the loop over a sequence of length one.
import { gru } from "../cells/gru.ts";
import { lstm } from "../cells/lstm.ts";
import { mgu } from "../cells/mgu.ts";
import { rnn } from "../cells/rnn.ts";
import type { CellSpec } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import { Module, type Parameter, requireRoom } from "../module/module.ts";
import type { GivenFor, OptionTable } from "../options/option.ts";
import type { Device } from "../tensor/device.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { boundCell } from "./bound-cell.ts";
import type { Cell } from "./cell.ts";
import { type CellOptions, resolveOptions } from "./recurrent-options.ts";
import { drawParameters, numbersIn, type ParameterNames, weightsNamed } from "./recurrent-parameters.ts";
import { recurrence } from "./sequence/recurrence.ts";

export type { CellOptions } from "./recurrent-options.ts";

/** State of one cell by name, h [B, P] and for an LSTM c [B, H]. */
export interface CellState {
  readonly h: Tensor;
  readonly [state: string]: Tensor;
}

/**
 * A cell with PyTorch's names: `weight_ih` [G·H, I], `weight_hh` [G·H, P], `bias_ih`, `bias_hh` [G·H], drawn evenly from ±1/√H, and
 * the others that layers have, without `_l0`.
 */
export class RecurrentCell<Own extends OptionTable = OptionTable> extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weights: Map<string, Parameter>;
  readonly #cell: Cell;
  readonly #names: ParameterNames;
  readonly #name: string;

  /**
   * @param spec the cell
   * @throws UnrolledError "invalid-argument" that names the option which is unknown, or cannot be had
   */
  constructor(device: Device, spec: CellSpec<Own>, given: CellOptions & GivenFor<Own>) {
    super();
    const name = `${spec.name}Cell`;
    const options = resolveOptions(name, spec, given, "step");
    const { inputSize, hiddenSize } = options;
    const generator = given.generator ?? device.generator;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weights = new Map();
    this.#cell = boundCell(device, spec, options, name);
    this.#name = name;
    const { parameters } = this.#cell.shape;
    requireRoom(name, numbersIn(parameters));
    this.#names = drawParameters(this.weights, device, parameters, {
      suffix: "",
      hidden: hiddenSize,
      generator,
    });
  }

  /** Reads x [B, I] in a state (zero if not given) and returns the next one. */
  forward(x: Tensor, state?: CellState): CellState {
    if (x.shape.length !== 2 || x.shape[1] !== this.inputSize) {
      throw new UnrolledError("shape-mismatch", {
        call: this.#name,
        problem: `input has shape ${shapeText(x.shape)}, needed [B, ${this.inputSize}]`,
      });
    }
    const weights = weightsNamed(this.weights, this.#names);
    deviceOf([x, ...Object.values(state ?? {}), weights.weightIh]);
    return recurrence({ cell: this.#cell, xs: reshape(x, [1, ...x.shape]), weights, state }).state;
  }
}

/** One step of Elman's network, h′ = f(W_ih x + b_ih + W_hh h + b_hh) with f = tanh unless another is named (Elman 1990). */
export class RNNCell extends RecurrentCell<typeof rnn.options> {
  constructor(device: Device, options: CellOptions & GivenFor<typeof rnn.options>) {
    super(device, rnn, options);
  }
}

/** One step of long short-term memory, gates i f g o, or i g o where they are coupled (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export class LSTMCell extends RecurrentCell<typeof lstm.options> {
  constructor(device: Device, options: CellOptions & GivenFor<typeof lstm.options>) {
    super(device, lstm, options);
  }
}

/** One step of a gated recurrent unit, gates r z n, reset gate after the recurrent product unless it is asked for before (Cho et al. 2014; cuDNN's form). */
export class GRUCell extends RecurrentCell<typeof gru.options> {
  constructor(device: Device, options: CellOptions & GivenFor<typeof gru.options>) {
    super(device, gru, options);
  }
}

/** One step of a minimal gated unit, gate f and candidate n (Zhou et al. 2016). */
export class MGUCell extends RecurrentCell<typeof mgu.options> {
  constructor(device: Device, options: CellOptions & GivenFor<typeof mgu.options>) {
    super(device, mgu, options);
  }
}
