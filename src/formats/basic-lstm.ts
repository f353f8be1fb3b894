// TensorFlow 1's BasicLSTMCell (tensorflow/python/ops/rnn_cell_impl.py): one kernel [I + H, 4H] for the input and h below each other,
// one bias [4H], gates i j f o, c′ = c∘σ(f + forget bias) + σ(i)∘tanh(j). Language models (char-rnn-tensorflow, ml5's charRNN) have an
// embedding [V, E] before the cells and softmax_w [H, V], softmax_b [V] behind them.
import type { StateDict } from "../module/state-dict.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { shapeText } from "../tensor/tensor.ts";
import { GATE_LAYOUTS, toOurBiases, toOurMatrix } from "./gate-layouts.ts";
import { chainOrders, type PlacedPiece } from "./state-dict/chain-order.ts";
import { type Complaint, complaintOf } from "./state-dict/complaint.ts";
import { type BetweenPieces, networkOfPieces } from "./state-dict/network-of-pieces.ts";
import { groupsOf, type Piece } from "./state-dict/piece.ts";

const CALL = "networkOfBasicLSTM";

/** What the weights of a BasicLSTMCell do not say. */
export interface BasicLSTMOptions extends Pick<BetweenPieces, "returns"> {
  /** What the cell adds to the forget gate when it runs; 1 if not given, as in TensorFlow. */
  readonly forgetBias?: number;
}

/**
 * The network of raw TensorFlow BasicLSTMCell weights: `kernel` [I + H, 4H] and `bias` [4H], or several cells one above the other whose
 * names begin alike but for a number (`cell_0/basic_lstm_cell/kernel`). The forget bias becomes part of the bias. Sequences are
 * [B, T, I], or ids [B, T] where there is an `embedding` [V, E]; with `softmax_w` and `softmax_b` the output is logits.
 *
 * @param tensors by their names in TensorFlow, such as `readSafetensors` gives them
 * @throws UnrolledError "invalid-argument" for tensors that are not such weights, or cells that do not fit on one another
 */
export function networkOfBasicLSTM(tensors: StateDict, options: BasicLSTMOptions = {}): NetworkData {
  const { forgetBias = 1, ...between } = options;
  const complain = complaintOf(CALL);
  const { cells, embedding, softmax } = partsOf(tensors, complain);
  const groups = [...groupsOf(cells, /[/.]/, complain)];
  const pieces = groups.map(([name, group]) => pieceOf(name, group, forgetBias, complain));
  const orders = chainOrders(pieces);
  if (pieces.length === 0 || orders === "too many" || orders.length !== 1)
    throw complain(
      `the cells ${pieces.map(({ name }) => name).join(", ") || "(there are none)"} do not follow from their names and widths one above the other`,
    );
  const placed: readonly PlacedPiece[] = [embedding ?? [], orders[0], softmax ?? []].flat();
  return networkOfPieces(CALL, placed, between);
}

/** Whether a tensor is one of such a model, by its name. */
export function isBasicLSTMName(name: string): boolean {
  return /(^|[/._])(kernel|bias|embedding|softmax_[wb])$|lstm_cell\/(weights|biases)$/.test(name);
}

/** The embedding and the layer behind the cells, where they are there, and the cells. */
function partsOf(tensors: StateDict, complain: Complaint) {
  const found = new Map<string, StateDict[string]>();
  const cells: StateDict = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const own = /(^|[/._])(embedding|softmax_[wb])$/.exec(name)?.[2];
    // The first versions of TensorFlow called them weights and biases.
    if (own === undefined)
      cells[name.replace(/\/weights$/, "/kernel").replace(/\/biases$/, "/bias")] = tensor;
    else if (found.has(own)) throw complain(`there are two tensors named ${own}`);
    else found.set(own, tensor);
  }
  const [table, weight, bias] = ["embedding", "softmax_w", "softmax_b"].map((own) => found.get(own));
  return {
    cells,
    embedding: table && embeddingOf(table, complain),
    softmax: weight || bias ? softmaxOf(weight, bias, complain) : undefined,
  };
}

function embeddingOf(table: StateDict[string], complain: Complaint): PlacedPiece {
  const [vocabularySize, size] = table.shape;
  if (table.shape.length !== 2 || table.data.length === 0)
    throw complain(`embedding is ${shapeText(table.shape)}, needed [V, E]`);
  const config = { kind: "embedding", vocabularySize, size } as const;
  return { name: "embedding", config, readings: [config], tensors: { weight: table } };
}

function softmaxOf(
  weight: StateDict[string] | undefined,
  bias: StateDict[string] | undefined,
  complain: Complaint,
): PlacedPiece {
  const [inputSize, outputSize] = weight?.shape ?? [];
  if (weight?.shape.length !== 2 || bias?.shape.join() !== `${outputSize}`)
    throw complain(
      `softmax_w is ${weight ? shapeText(weight.shape) : "missing"} and softmax_b ${bias ? shapeText(bias.shape) : "missing"}, needed [H, V] and [V]`,
    );
  const turned = new Float32Array(weight.data.length);
  for (let row = 0; row < inputSize; row++)
    for (let column = 0; column < outputSize; column++)
      turned[column * inputSize + row] = weight.data[row * outputSize + column];
  const config = { kind: "linear", inputSize, outputSize, bias: true } as const;
  return {
    name: "logits",
    config,
    readings: [config],
    tensors: { weight: { shape: [outputSize, inputSize], data: turned }, bias },
  };
}

function pieceOf(prefix: string, group: StateDict, forgetBias: number, complain: Complaint): Piece {
  const { kernel, bias, ...others } = group;
  // TensorFlow's names have slashes, which no name of a layer needs.
  const name = prefix === "" ? "lstm" : prefix.replaceAll("/", ".");
  const [rows, columns] = kernel?.shape ?? [];
  const [inputSize, hiddenSize] = [rows - columns / 4, columns / 4];
  const isCell =
    kernel?.shape.length === 2 && Number.isInteger(hiddenSize) && hiddenSize > 0 && inputSize > 0;
  const hasBias = bias?.shape.length === 1 && bias.shape[0] === columns;
  if (!isCell || !hasBias || Object.keys(others).length > 0) {
    const found = Object.entries(group).map(([own, { shape }]) => `${own} ${shapeText(shape)}`);
    throw complain(
      `${name} has ${found.join(", ")}, needed kernel [I + H, 4H] and bias [4H] of a BasicLSTMCell and no others`,
    );
  }
  const layout = { ...GATE_LAYOUTS.tensorflow.basicLstm, forgetBias };
  const cut = inputSize * columns;
  const matrix = (data: Float32Array, width: number) => ({
    shape: [columns, width],
    data: toOurMatrix(layout, "lstm", data, { hidden: hiddenSize, columns: width }),
  });
  const { ih } = toOurBiases(layout, "lstm", bias.data, hiddenSize);
  return {
    name,
    readings: [
      {
        kind: "lstm",
        options: { inputSize, hiddenSize, batchFirst: true, bias: "single" },
        returns: "sequence",
      },
    ],
    tensors: {
      weight_ih_l0: matrix(kernel.data.subarray(0, cut), inputSize),
      weight_hh_l0: matrix(kernel.data.subarray(cut), hiddenSize),
      bias_ih_l0: { shape: [columns], data: ih },
    },
  };
}
