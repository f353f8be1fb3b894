// How others lay out the weights of recurrent layers: the only place that knows a foreign gate order, transpose or bias.
//
//   ours     matrices [G·H, K], gates below each other: LSTM i f g o (coupled i g o), GRU r z n, MGU f n; b_ih and b_hh [G·H];
//            h′ = (1−z)∘n + z∘h; peepholes i f o (coupled i o)
//   PyTorch  as ours (torch.nn.LSTM, GRU, RNN)
//   Keras    matrices [K, G·H]: LSTM i f c o, GRU z r h; one bias, but two [2, 3H] for a GRU with reset_after
//            (keras/src/layers/rnn/lstm.py, gru.py); layers saved by CuDNNLSTM and CuDNNGRU have two biases [2·G·H], and in each
//            gate's columns the numbers of an [H, K] matrix row by row (keras/src/legacy/saving/legacy_h5_format.py)
//   ONNX     matrices [G·H, K]: LSTM i o f c, GRU z r h; biases Wb Rb [2·G·H]; peepholes i o f (onnx/docs/Operators.md)
//   BasicLSTMCell  of TensorFlow 1: [I + H, 4H], gates i j f o, the forget bias added when it runs (rnn_cell_impl.py)
import { type CellKind, cellOfKind, shapeWith } from "../cells/cells.ts";
import { UnrolledError } from "../errors.ts";
import { toOurBlocks, toTheirBlocks } from "./gate-blocks.ts";

/** A gate in our letters; "h" is the only sum of Elman's network. Others call g c or j, and n h. */
export type Gate = "i" | "f" | "g" | "o" | "r" | "z" | "n" | "h";

/** Whose gates they are. A coupled LSTM has no forget gate. */
export type GatedCell = CellKind | "coupled-lstm";

const SIZES = { inputSize: 1, hiddenSize: 1 };
const gatesOf = (kind: CellKind, options: object = {}) =>
  shapeWith(cellOfKind(kind), { ...SIZES, ...options }).gates as readonly Gate[];

/** Our order of a cell's gates. */
export const OUR_GATES: Readonly<Record<GatedCell, readonly Gate[]>> = {
  rnn: gatesOf("rnn"),
  lstm: gatesOf("lstm"),
  "coupled-lstm": gatesOf("lstm", { coupled: true }),
  gru: gatesOf("gru"),
  mgu: gatesOf("mgu"),
  ugrnn: gatesOf("ugrnn"),
};

/** How a file holds a cell's weights. */
export interface GateLayout {
  /** Its order of gates. */
  readonly gates: readonly Gate[];
  /** [G·H, K]; or its transpose [K, G·H]; or [K, G·H] whose gates' columns are each an [H, K] matrix written row by row. */
  readonly matrix: "rows" | "columns" | "rows-in-columns";
  /** b_ih and b_hh, one after the other where they are one array; or one vector, which is their sum. */
  readonly bias: "double" | "single";
  /** Whether h′ = z∘n + (1−z)∘h instead of ours. */
  readonly swapsUpdate?: boolean;
  /** What is added to the forget gate's sum when the cell runs; 0 if not given. */
  readonly forgetBias?: number;
  /** Order of its peepholes, if it has any. */
  readonly peepholes?: readonly Gate[];
}

const LSTM_AS_OURS = OUR_GATES.lstm;
const KERAS_GRU: readonly Gate[] = ["z", "r", "n"];

/** The layouts by format and cell. */
export const GATE_LAYOUTS = {
  pytorch: {
    rnn: { gates: OUR_GATES.rnn, matrix: "rows", bias: "double" },
    lstm: { gates: LSTM_AS_OURS, matrix: "rows", bias: "double" },
    gru: { gates: OUR_GATES.gru, matrix: "rows", bias: "double" },
  },
  keras: {
    rnn: { gates: OUR_GATES.rnn, matrix: "columns", bias: "single" },
    lstm: { gates: LSTM_AS_OURS, matrix: "columns", bias: "single" },
    gruResetAfter: { gates: KERAS_GRU, matrix: "columns", bias: "double" },
    gruResetBefore: { gates: KERAS_GRU, matrix: "columns", bias: "single" },
    cudnnLstm: { gates: LSTM_AS_OURS, matrix: "rows-in-columns", bias: "double" },
    cudnnGru: { gates: KERAS_GRU, matrix: "rows-in-columns", bias: "double" },
  },
  onnx: {
    rnn: { gates: OUR_GATES.rnn, matrix: "rows", bias: "double" },
    lstm: { gates: ["i", "o", "f", "g"], matrix: "rows", bias: "double", peepholes: ["i", "o", "f"] },
    gru: { gates: KERAS_GRU, matrix: "rows", bias: "double" },
  },
  tensorflow: {
    /** The kernel is cut first: rows of the input [I, 4H], then those of h [H, 4H]. */
    basicLstm: { gates: ["i", "g", "f", "o"], matrix: "columns", bias: "single", forgetBias: 1 },
  },
} as const satisfies Record<string, Record<string, GateLayout>>;

/** The biases of a cell, [G·H] each; a single one is `ih`. */
export interface GateBiases {
  readonly ih: Float32Array;
  readonly hh?: Float32Array;
}

/** Sizes of a cell's matrix: H of each gate, and K, what it is multiplied with (I, or H, or P). */
export interface GateSizes {
  readonly hidden: number;
  readonly columns: number;
}

/**
 * Their matrix as ours [G·H, K]. A gate that ours lacks (f of a coupled LSTM) is left out.
 *
 * @throws UnrolledError "shape-mismatch" if the numbers are not as many as the gates need
 */
export function toOurMatrix(
  layout: GateLayout,
  cell: GatedCell,
  data: Float32Array,
  sizes: GateSizes,
): Float32Array {
  requireLength("toOurMatrix", data, layout.gates.length * sizes.hidden * sizes.columns);
  return toOurBlocks(data, { ...sizes, ...places(layout, cell), matrix: layout.matrix });
}

/** Our matrix [G·H, K] as theirs. A gate that only theirs has is zero. Throws as `toOurMatrix` does. */
export function toTheirMatrix(
  layout: GateLayout,
  cell: GatedCell,
  data: Float32Array,
  sizes: GateSizes,
): Float32Array {
  requireLength("toTheirMatrix", data, OUR_GATES[cell].length * sizes.hidden * sizes.columns);
  return toTheirBlocks(data, { ...sizes, ...places(layout, cell), matrix: layout.matrix });
}

/** Their biases, one array [G·H] or [2·G·H], as ours, with what they add at run time. Throws as `toOurMatrix` does. */
export function toOurBiases(
  layout: GateLayout,
  cell: GatedCell,
  data: Float32Array,
  hidden: number,
): GateBiases {
  const length = layout.gates.length * hidden;
  requireLength("toOurBiases", data, layout.bias === "double" ? 2 * length : length);
  const blocks = { hidden, columns: 1, ...places(layout, cell), matrix: "rows" } as const;
  const ih = toOurBlocks(data.subarray(0, length), blocks);
  addToForgetGate(ih, cell, hidden, layout.forgetBias ?? 0);
  if (layout.bias === "single") return { ih };
  return { ih, hh: toOurBlocks(data.subarray(length), blocks) };
}

/**
 * Our biases as theirs, one array [G·H] or [2·G·H]; a bias that we lack is zero. Two become one by adding, which no GRU with the
 * reset gate after the product can: the layouts of those have two.
 */
export function toTheirBiases(
  layout: GateLayout,
  cell: GatedCell,
  biases: Partial<GateBiases>,
  hidden: number,
): Float32Array {
  const length = OUR_GATES[cell].length * hidden;
  const { ih = new Float32Array(length), hh = new Float32Array(length) } = biases;
  requireLength("toTheirBiases", ih, length);
  requireLength("toTheirBiases", hh, length);
  const blocks = { hidden, columns: 1, ...places(layout, cell), matrix: "rows" } as const;
  const first = layout.bias === "single" ? ih.map((value, index) => value + hh[index]) : ih.slice();
  addToForgetGate(first, cell, hidden, -(layout.forgetBias ?? 0));
  const theirs = toTheirBlocks(first, blocks);
  if (layout.bias === "single") return theirs;
  const both = new Float32Array(2 * theirs.length);
  both.set(theirs);
  both.set(toTheirBlocks(hh, blocks), theirs.length);
  return both;
}

/** Their peepholes [3H] as ours, [3H] or for a coupled LSTM [2H]. Throws as `toOurMatrix` does. */
export function toOurPeepholes(
  layout: GateLayout,
  cell: GatedCell,
  data: Float32Array,
  hidden: number,
): Float32Array {
  const theirs = peepholesOf(layout);
  requireLength("toOurPeepholes", data, theirs.length * hidden);
  return toOurBlocks(data, peepholeBlocks(theirs, cell, hidden));
}

/** Our peepholes as theirs [3H]; a gate that only theirs has is zero. */
export function toTheirPeepholes(
  layout: GateLayout,
  cell: GatedCell,
  data: Float32Array,
  hidden: number,
): Float32Array {
  const blocks = peepholeBlocks(peepholesOf(layout), cell, hidden);
  requireLength("toTheirPeepholes", data, blocks.places.length * hidden);
  return toTheirBlocks(data, blocks);
}

/** For each of our gates, its place in theirs. */
function places(layout: GateLayout, cell: GatedCell) {
  return {
    places: OUR_GATES[cell].map((gate) => layout.gates.indexOf(gate)),
    theirBlocks: layout.gates.length,
    // σ(−s) = 1 − σ(s), so that a swapped update gate is one with all its weights negated.
    negated: layout.swapsUpdate ? OUR_GATES[cell].indexOf("z") : -1,
  };
}

function peepholesOf(layout: GateLayout): readonly Gate[] {
  if (!layout.peepholes)
    throw new UnrolledError("invalid-argument", { place: "peepholes", problem: "this layout has none" });
  return layout.peepholes;
}

function peepholeBlocks(theirs: readonly Gate[], cell: GatedCell, hidden: number) {
  const ours = OUR_GATES[cell].filter((gate) => gate !== "g");
  const order = ours.map((gate) => theirs.indexOf(gate));
  return {
    hidden,
    columns: 1,
    places: order,
    theirBlocks: theirs.length,
    negated: -1,
    matrix: "rows",
  } as const;
}

function addToForgetGate(bias: Float32Array, cell: GatedCell, hidden: number, amount: number): void {
  const gate = OUR_GATES[cell].indexOf("f");
  if (gate < 0 || amount === 0) return;
  for (let unit = 0; unit < hidden; unit++) bias[gate * hidden + unit] += amount;
}

function requireLength(call: string, data: Float32Array, needed: number): void {
  if (data.length !== needed)
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `data has ${data.length} numbers, needed ${needed}`,
    });
}
