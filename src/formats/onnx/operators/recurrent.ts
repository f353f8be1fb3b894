// RNN, GRU, LSTM.
import type { Operator } from "../operator.ts";
import { prepareRecurrent } from "./recurrent/node.ts";

export const recurrentOperators: Readonly<Record<string, Operator>> = {
  RNN: {
    inputs: [3, 6],
    outputs: [0, 2],
    folds: false,
    prepare: (node) => prepareRecurrent(node, { cell: "rnn" }),
  },
  GRU: {
    inputs: [3, 6],
    outputs: [0, 2],
    folds: false,
    prepare: (node) => prepareRecurrent(node, { cell: "gru" }),
  },
  LSTM: {
    inputs: [3, 8],
    outputs: [0, 3],
    folds: false,
    prepare: (node) => prepareRecurrent(node, { cell: "lstm" }),
  },
};
