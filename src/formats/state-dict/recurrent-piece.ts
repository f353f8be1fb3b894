import { naming } from "../../errors.ts";
// What PyTorch's recurrent layers look like from outside: weight_ih_l0 [G·H, I], weight_hh_l0 [G·H, P], and with a projection
// weight_hr_l0 [P, H]; G is 1 for nn.RNN, 3 for nn.GRU, 4 for nn.LSTM. The cells' own classes, nn.LSTMCell and so on, leave out "_l0".
import type { StateDict } from "../../module/state-dict.ts";
import type { RecurrentLayerConfig } from "../../networks/config.ts";
import { shapeText } from "../../tensor/tensor.ts";
import type { Complaint } from "./complaint.ts";
import type { KnownLayer } from "./known-layer.ts";
import type { Piece } from "./piece.ts";

/** What is known of a recurrent layer beside its tensors. */
type Known = Omit<KnownLayer, "nonlinearity"> & {
  readonly nonlinearity: KnownLayer["nonlinearity"] | undefined;
};

const PARAMETER = /^(weight|bias)_(ih|hh|hr)(_l(\d{1,3})(_reverse)?)?$/;

const CELLS = { 1: "rnn", 3: "gru", 4: "lstm" } as const;

/** Whether a group of tensors is a recurrent layer, by a name that only these have. */
export function isRecurrentGroup(group: StateDict): boolean {
  return Object.keys(group).some((name) => PARAMETER.test(name));
}

/** A recurrent layer, by names and shapes. Those of its tensors that its sizes do not explain are found when all are checked. */
export function recurrentPiece(
  name: string,
  group: StateDict,
  { nonlinearity, batchFirst = true, dropout }: Known,
  complain: Complaint,
): Piece {
  const tensors: StateDict = Object.fromEntries(
    Object.entries(group).map(([own, tensor]) => [
      /^(weight|bias)_[ih][hr]$/.test(own) ? `${own}_l0` : own,
      tensor,
    ]),
  );
  const what = name === "" ? "the recurrent layer" : `layer ${name}`;
  const inputs = matrix(tensors, "weight_ih_l0");
  const recurrent = matrix(tensors, "weight_hh_l0");
  if (!inputs || !recurrent)
    throw complain(`${what} needs matrices weight_ih_l0 and weight_hh_l0, it has ${described(tensors)}`);
  const projection = matrix(tensors, "weight_hr_l0");
  const hiddenSize = projection ? projection[1] : recurrent[1];
  const gates = inputs[0] / hiddenSize;
  const isCell = gates === 1 || gates === 3 || gates === 4;
  if (!isCell || inputs[0] !== recurrent[0] || (projection && gates !== 4))
    throw complain(
      `${what} has weight_ih_l0 ${shapeText(inputs)} and weight_hh_l0 ${shapeText(recurrent)}` +
        `${projection ? ` and weight_hr_l0 ${shapeText(projection)}` : ""}, which is none of RNN (H rows), GRU (3H) and LSTM (4H, with or without projection)`,
    );
  const cell = CELLS[gates];
  if (cell === "rnn" && nonlinearity === undefined)
    throw complain(
      `${what} is an RNN, whose tensors do not say whether it uses tanh or ReLU`,
      naming`give ${{ option: "nonlinearity", value: "tanh", or: ["relu"] }}`,
    );
  const bias = tensors.bias_ih_l0 ? (tensors.bias_hh_l0 ? "double" : "single") : "none";
  const options = {
    inputSize: inputs[1],
    hiddenSize,
    numLayers: layersIn(tensors),
    direction: tensors.weight_ih_l0_reverse ? "bidirectional" : "forward",
    batchFirst,
    bias,
    ...(projection ? { projectionSize: projection[0] } : {}),
    ...(cell === "rnn" && nonlinearity ? { nonlinearity } : {}),
    ...(dropout ? { dropout } : {}),
  };
  const config = { kind: cell, options, returns: "sequence" } as RecurrentLayerConfig;
  return { name: name === "" ? cell : name, readings: [config], tensors };
}

/** The sizes of a tensor that is a matrix with entries. */
function matrix(tensors: StateDict, name: string): readonly number[] | undefined {
  const shape = tensors[name]?.shape;
  return shape?.length === 2 && shape.every((size) => size > 0) ? shape : undefined;
}

function layersIn(tensors: StateDict): number {
  const layers = Object.keys(tensors).map((name) => Number(PARAMETER.exec(name)?.[4] ?? 0));
  return Math.max(...layers) + 1;
}

function described(tensors: StateDict): string {
  return Object.entries(tensors)
    .map(([name, { shape }]) => `${name} ${shapeText(shape)}`)
    .join(", ");
}
