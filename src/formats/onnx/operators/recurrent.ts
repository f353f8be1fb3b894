// RNN, GRU, LSTM.
import type { Operator } from "../operator.ts";
import { gruCell } from "./recurrent/gru-cell.ts";
import { lstmCell } from "./recurrent/lstm-cell.ts";
import { prepareRecurrent } from "./recurrent/node.ts";
import { rnnCell } from "./recurrent/rnn-cell.ts";

export const recurrentOperators: Readonly<Record<string, Operator>> = {
  RNN: {
    inputs: [3, 6],
    outputs: [0, 2],
    folds: false,
    prepare: (node) => prepareRecurrent(node, { activations: ["Tanh"], hasCellState: false, cell: rnnCell }),
  },
  GRU: {
    inputs: [3, 6],
    outputs: [0, 2],
    folds: false,
    prepare: (node) =>
      prepareRecurrent(node, { activations: ["Sigmoid", "Tanh"], hasCellState: false, cell: gruCell }),
  },
  LSTM: {
    inputs: [3, 8],
    outputs: [0, 3],
    folds: false,
    prepare: (node) =>
      prepareRecurrent(node, {
        activations: ["Sigmoid", "Tanh", "Tanh"],
        hasCellState: true,
        cell: lstmCell,
      }),
  },
};
