// One step of a recurrent layer, for those who write the loop themselves: the loop over a sequence of length one.
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import type { Cell } from "./cell.ts";
import { elmanCellOf } from "./elman-variant-cell.ts";
import { mguCell } from "./gated-cell.ts";
import { gruCellOf } from "./gru-variant-cell.ts";
import { lstmCellOf } from "./lstm-variant-cell.ts";
import { Module, type Parameter } from "./module.ts";
import { recurrence } from "./recurrence.ts";
import { type AnyOptions, checkOptions } from "./recurrent-checks.ts";
import type { RecurrentName } from "./recurrent-fields.ts";
import type {
  GRUOptions,
  LSTMOptions,
  MGUOptions,
  RecurrentOptions,
  RNNOptions,
} from "./recurrent-options.ts";
import { drawParameters, parameterNames, weightsNamed } from "./recurrent-parameters.ts";

/** Sizes and options of a single-step cell: those of a layer that concern one step. */
export type CellOptions = Pick<
  RecurrentOptions,
  "inputSize" | "hiddenSize" | "bias" | "gateClip" | "generator"
>;

/** State of one cell, h [B, P] and c [B, H]. */
export interface CellState {
  readonly h: Tensor;
  /** LSTM alone. */
  readonly c?: Tensor;
}

const names = parameterNames("");

/**
 * A cell with PyTorch's names: `weight_ih` [G·H, I], `weight_hh` [G·H, P], `bias_ih`, `bias_hh` [G·H], drawn evenly from ±1/√H, and
 * the others that layers have, without `_l0`.
 */
abstract class SingleStep<State extends CellState> extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weights: Map<string, Parameter>;
  readonly #cell: Cell;
  readonly #name: string;

  constructor(device: Device, cell: Cell, name: RecurrentName, options: AnyOptions) {
    super();
    checkOptions(name, cell, options);
    const { inputSize, hiddenSize, projectionSize, bias = "double", forgetBias } = options;
    const { generator = device.generator } = options;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weights = new Map();
    this.#cell = cell;
    this.#name = name;
    const sizes = { inputSize, hiddenSize, projectionSize };
    drawParameters(this.weights, device, names, { ...sizes, cell, bias, forgetBias, generator });
  }

  /** Reads x [B, I] in a state (zero if not given) and returns the next one. */
  forward(x: Tensor, state?: State): State {
    if (x.shape.length !== 2 || x.shape[1] !== this.inputSize) {
      throw new UnrolledError(
        "shape-mismatch",
        `${this.#name}: input has shape ${shapeText(x.shape)}, needed [B, ${this.inputSize}]`,
      );
    }
    const weights = weightsNamed(this.weights, names);
    deviceOf([x, state?.h, state?.c, weights.weightIh]);
    const { h, c } = recurrence({
      cell: this.#cell,
      xs: reshape(x, [1, ...x.shape]),
      weights,
      h0: state?.h,
      c0: state?.c,
      lengths: undefined,
      reverse: false,
    });
    return (c ? { h, c } : { h }) as State;
  }
}

/** One step of Elman's network, h′ = f(W_ih x + b_ih + W_hh h + b_hh) with f = tanh unless another is named (Elman 1990). */
export class RNNCell extends SingleStep<{ readonly h: Tensor }> {
  constructor(device: Device, options: CellOptions & Pick<RNNOptions, "nonlinearity">) {
    super(device, elmanCellOf(device, "RNNCell", options), "RNNCell", options);
  }
}

/** Options of an LSTM that concern one step. */
type LSTMCellOptions = CellOptions &
  Pick<
    LSTMOptions,
    "projectionSize" | "peepholes" | "coupled" | "cellClip" | "layerNorm" | "forgetBias" | "activations"
  >;

/** One step of long short-term memory, gates i f g o, or i g o where they are coupled (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export class LSTMCell extends SingleStep<{ readonly h: Tensor; readonly c: Tensor }> {
  constructor(device: Device, options: LSTMCellOptions) {
    super(device, lstmCellOf(device, "LSTMCell", options), "LSTMCell", options);
  }
}

/** One step of a gated recurrent unit, gates r z n, reset gate after the recurrent product unless it is asked for before (Cho et al. 2014; cuDNN's form). */
export class GRUCell extends SingleStep<{ readonly h: Tensor }> {
  constructor(device: Device, options: CellOptions & Pick<GRUOptions, "resetAfter" | "activations">) {
    super(device, gruCellOf(device, "GRUCell", options), "GRUCell", options);
  }
}

/** One step of a minimal gated unit, gate f and candidate n (Zhou et al. 2016). */
export class MGUCell extends SingleStep<{ readonly h: Tensor }> {
  constructor(device: Device, options: CellOptions & Pick<MGUOptions, "activations">) {
    super(device, mguCell(device, "MGUCell", options), "MGUCell", options);
  }
}
