// Keras' SimpleRNN, LSTM and GRU, those that CuDNN saved, and RNN around one of their cells, as layers of a network. Gate orders,
// transposes and biases are in ../gate-layouts.ts.
//   LSTM   c′ = f∘c + i∘g, h′ = o∘activation(c′)
//   GRU    h′ = z∘h + (1−z)∘n, n = activation(W_n x + b + r∘(R_n h + b_R)) with reset_after, else activation(W_n x + b + R_n (r∘h))

import type { Activation } from "../../cells/activation.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { RecurrentLayerConfig } from "../../networks/config.ts";
import { isRecord } from "../../options/field-checks.ts";
import {
  GATE_LAYOUTS,
  type GatedCell,
  type GateLayout,
  OUR_GATES,
  toOurBiases,
  toOurMatrix,
} from "../gate-layouts.ts";
import { shown } from "../shown.ts";
import { KerasFields, KerasProblem } from "./keras-fields.ts";
import { gateActivation } from "./layer-activations.ts";
import type { LayerArrays } from "./layer-arrays.ts";

const CELLS: Readonly<Record<string, GatedCell & ("rnn" | "lstm" | "gru")>> = {
  SimpleRNN: "rnn",
  SimpleRNNCell: "rnn",
  LSTM: "lstm",
  LSTMCell: "lstm",
  CuDNNLSTM: "lstm",
  GRU: "gru",
  GRUCell: "gru",
  CuDNNGRU: "gru",
};

/** Keras' names of the cells that RNN may be around. */
export const KERAS_CELLS = Object.keys(CELLS).filter((name) => name.endsWith("Cell"));

/** What is known of a recurrent layer before its weights are read. */
export interface RecurrentDescription {
  readonly cell: "rnn" | "lstm" | "gru";
  readonly units: number;
  readonly useBias: boolean;
  readonly backwards: boolean;
  readonly returns: "sequence" | "last";
  /** Whether states come behind the outputs. */
  readonly returnsState: boolean;
  /** Whether the output of a masked step is zero, and not the state as it was. Keras wants it of both directions. */
  readonly zeroesMasked: boolean;
  /** Undefined where the weights have to tell. */
  readonly resetAfter: boolean | undefined;
  readonly activations: readonly Activation[];
}

/** One direction's weights in our layout, without names' ends. */
export interface DirectionWeights {
  readonly inputSize: number;
  readonly bias: "double" | "single" | "none";
  readonly resetAfter: boolean;
  readonly tensors: Readonly<Record<string, StateDict[string]>>;
}

/** Whether a class is that of a recurrent layer. */
export function isRecurrentClass(className: string): boolean {
  return className === "RNN" || (Object.hasOwn(CELLS, className) && !className.endsWith("Cell"));
}

/**
 * Reads a recurrent layer's configuration.
 *
 * @param slope of the hard sigmoid in the version of Keras that wrote the file
 */
export function describeRecurrent(
  className: string,
  layer: KerasFields,
  slope: number,
): RecurrentDescription {
  let fields = layer;
  let cellName = className;
  if (className === "RNN") {
    const cell = layer.get("cell");
    if (!isRecord(cell) || typeof cell.class_name !== "string" || !Object.hasOwn(CELLS, cell.class_name))
      throw new KerasProblem(
        `its cell is ${shown(isRecord(cell) ? cell.class_name : cell)}, but only SimpleRNNCell, LSTMCell and GRUCell are read`,
      );
    fields = new KerasFields(cell.config);
    cellName = cell.class_name;
  }
  layer.only("time_major", false);
  const cell = CELLS[cellName];
  const isCudnn = cellName.startsWith("CuDNN");
  // No function at all is written as null; one that is not written is Keras' default.
  const functionOf = (name: string, usual: string) =>
    gateActivation(isCudnn || !fields.has(name) ? usual : fields.get(name), slope);
  const activation = functionOf("activation", "tanh");
  const gates = functionOf("recurrent_activation", "sigmoid");
  const resetAfter =
    isCudnn || fields.get("reset_after") !== undefined ? fields.flag("reset_after", isCudnn) : undefined;
  return {
    cell,
    units: fields.size("units"),
    useBias: isCudnn || fields.flag("use_bias", true),
    backwards: layer.flag("go_backwards", false),
    returns: layer.flag("return_sequences", false) ? "sequence" : "last",
    returnsState: layer.flag("return_state", false),
    zeroesMasked: layer.flag("zero_output_for_mask", false),
    resetAfter,
    activations:
      cell === "rnn" ? [activation] : cell === "lstm" ? [gates, activation, activation] : [gates, activation],
  };
}

/** Takes one direction's kernel, recurrent kernel and bias. */
export function takeDirection(description: RecurrentDescription, arrays: LayerArrays): DirectionWeights {
  const { cell, units, useBias } = description;
  const width = OUR_GATES[cell].length * units;
  const kernel = arrays.take("kernel", [undefined, width]);
  const recurrent = arrays.take("recurrent kernel", [units, width]);
  const bias = useBias ? arrays.next("bias") : undefined;
  const { layout, resetAfter } = layoutFor(description, bias?.shape, width);
  const [inputSize] = kernel.shape;
  const tensors: Record<string, StateDict[string]> = {
    weight_ih: {
      shape: [width, inputSize],
      data: toOurMatrix(layout, cell, kernel.data, { hidden: units, columns: inputSize }),
    },
    weight_hh: {
      shape: [width, units],
      data: toOurMatrix(layout, cell, recurrent.data, { hidden: units, columns: units }),
    },
  };
  if (bias === undefined) return { inputSize, bias: "none", resetAfter, tensors };
  const { ih, hh } = toOurBiases(layout, cell, bias.data, units);
  tensors.bias_ih = { shape: [width], data: ih };
  if (hh !== undefined) tensors.bias_hh = { shape: [width], data: hh };
  return { inputSize, bias: hh === undefined ? "single" : "double", resetAfter, tensors };
}

/** Which layout the weights have. Only the bias tells CuDNN's, since Keras lets them be loaded into its other layers. */
function layoutFor(
  { cell, resetAfter }: RecurrentDescription,
  bias: readonly number[] | undefined,
  width: number,
): { readonly layout: GateLayout; readonly resetAfter: boolean } {
  const { keras } = GATE_LAYOUTS;
  const shape = bias?.join(",");
  const wrong = (needed: string) =>
    new KerasProblem(`its bias has shape [${bias?.join(", ")}], needed ${needed}`);
  if (cell === "gru") {
    if (shape === `${2 * width}`) {
      if (resetAfter === false)
        throw new KerasProblem(
          "it has CuDNN's weights, whose reset gate acts after the product, but reset_after is false",
        );
      return { layout: keras.cudnnGru, resetAfter: true };
    }
    const after = resetAfter ?? shape === `2,${width}`;
    const needed = after ? `2,${width}` : `${width}`;
    if (shape !== undefined && shape !== needed) throw wrong(`[${needed}] or CuDNN's [${2 * width}]`);
    return { layout: after ? keras.gruResetAfter : keras.gruResetBefore, resetAfter: after };
  }
  if (cell === "lstm" && shape === `${2 * width}`) return { layout: keras.cudnnLstm, resetAfter: true };
  if (shape !== undefined && shape !== `${width}`) throw wrong(`[${width}]`);
  return { layout: keras[cell], resetAfter: true };
}

/** The layer of one direction, or of both, by their weights. */
export function recurrentConfig(
  description: RecurrentDescription,
  directions: readonly DirectionWeights[],
  direction: "forward" | "reverse" | "bidirectional",
  merge: "concat" | "sum" | "mean" | "product" = "concat",
): { readonly config: RecurrentLayerConfig; readonly tensors: Record<string, StateDict[string]> } {
  const { cell, units, returns, activations } = description;
  const [{ inputSize, bias, resetAfter }] = directions;
  if (directions.some((other) => other.bias !== bias || other.inputSize !== inputSize))
    throw new KerasProblem("the weights of its two directions differ in shape");
  const options = {
    inputSize,
    hiddenSize: units,
    batchFirst: true,
    bias,
    ...(direction === "forward" ? {} : { direction }),
    ...(merge === "concat" ? {} : { merge }),
  };
  const tensors = Object.fromEntries(
    directions.flatMap(({ tensors: ours }, at) =>
      Object.entries(ours).map(([end, tensor]) => [`${end}_l0${at === 1 ? "_reverse" : ""}`, tensor]),
    ),
  );
  switch (cell) {
    case "rnn": {
      const [nonlinearity] = activations;
      return {
        config: {
          kind: "rnn",
          options: nonlinearity === "tanh" ? options : { ...options, nonlinearity },
          returns,
        },
        tensors,
      };
    }
    case "lstm": {
      const isStandard = activations.join() === "sigmoid,tanh,tanh";
      const [gates, candidate, output] = activations;
      const all = isStandard ? options : { ...options, activations: [gates, candidate, output] as const };
      return { config: { kind: "lstm", options: all, returns }, tensors };
    }
    case "gru": {
      const isStandard = activations.join() === "sigmoid,tanh";
      const [gates, candidate] = activations;
      const gru = resetAfter ? options : { ...options, resetAfter };
      return {
        config: {
          kind: "gru",
          options: isStandard ? gru : { ...gru, activations: [gates, candidate] as const },
          returns,
        },
        tensors,
      };
    }
  }
}
