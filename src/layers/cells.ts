// One step of a recurrent layer, for those who write the loop themselves: the loop over a sequence of length one.
import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import type { Cell } from "./cell.ts";
import { elmanCell, type Nonlinearity } from "./elman-cell.ts";
import { gruCell } from "./gru-cell.ts";
import { lstmCell } from "./lstm-cell.ts";
import { Module, type Parameter, requireSize, uniformParameter } from "./module.ts";
import { recurrence } from "./recurrence.ts";

/** Sizes and options of a single-step cell. */
export interface CellOptions {
  /** I. */
  readonly inputSize: number;
  /** H. */
  readonly hiddenSize: number;
  /** Two bias vectors, as PyTorch has; true if not given. */
  readonly bias?: boolean;
  /** Where initial weights come from. */
  readonly generator?: Generator;
}

/** State of one cell, [B, H] each. */
export interface CellState {
  readonly h: Tensor;
  /** LSTM alone. */
  readonly c?: Tensor;
}

/** A cell with PyTorch's names: `weight_ih` [G·H, I], `weight_hh` [G·H, H], `bias_ih`, `bias_hh` [G·H], drawn evenly from ±1/√H. */
abstract class SingleStep<State extends CellState> extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weight_ih: Parameter;
  readonly weight_hh: Parameter;
  readonly bias_ih: Parameter | undefined;
  readonly bias_hh: Parameter | undefined;
  readonly #cell: Cell;
  readonly #name: string;

  constructor(device: Device, cell: Cell, name: string, options: CellOptions) {
    super();
    const { inputSize, hiddenSize, bias = true, generator = device.generator } = options;
    requireSize(name, "inputSize", inputSize);
    requireSize(name, "hiddenSize", hiddenSize);
    const draw = (shape: readonly number[]) =>
      uniformParameter(device, shape, 1 / Math.sqrt(hiddenSize), generator);
    const sums = cell.gates * hiddenSize;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weight_ih = draw([sums, inputSize]);
    this.weight_hh = draw([sums, hiddenSize]);
    this.bias_ih = bias ? draw([sums]) : undefined;
    this.bias_hh = bias ? draw([sums]) : undefined;
    this.#cell = cell;
    this.#name = name;
  }

  /** Reads x [B, I] in a state (zero if not given) and returns the next one. */
  forward(x: Tensor, state?: State): State {
    if (x.shape.length !== 2 || x.shape[1] !== this.inputSize) {
      throw new UnrolledError(
        "shape-mismatch",
        `${this.#name}: input has shape ${shapeText(x.shape)}, needed [B, ${this.inputSize}]`,
      );
    }
    deviceOf([x, state?.h, state?.c, this.weight_ih]);
    const { h, c } = recurrence({
      cell: this.#cell,
      xs: reshape(x, [1, ...x.shape]),
      weights: {
        weightIh: this.weight_ih,
        weightHh: this.weight_hh,
        biasIh: this.bias_ih,
        biasHh: this.bias_hh,
      },
      h0: state?.h,
      c0: state?.c,
      lengths: undefined,
      reverse: false,
    });
    return (c ? { h, c } : { h }) as State;
  }
}

/** One step of Elman's network, h′ = tanh or ReLU of W_ih x + b_ih + W_hh h + b_hh (Elman 1990). */
export class RNNCell extends SingleStep<{ readonly h: Tensor }> {
  constructor(device: Device, options: CellOptions & { readonly nonlinearity?: Nonlinearity }) {
    super(device, elmanCell(options.nonlinearity ?? "tanh"), "RNNCell", options);
  }
}

/** One step of long short-term memory, gates i f g o (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export class LSTMCell extends SingleStep<{ readonly h: Tensor; readonly c: Tensor }> {
  constructor(device: Device, options: CellOptions) {
    super(device, lstmCell, "LSTMCell", options);
  }
}

/** One step of a gated recurrent unit, gates r z n, reset gate after the recurrent product (Cho et al. 2014; cuDNN's form). */
export class GRUCell extends SingleStep<{ readonly h: Tensor }> {
  constructor(device: Device, options: CellOptions) {
    super(device, gruCell, "GRUCell", options);
  }
}
