import { describe, expect, it } from "vitest";
import {
  GATE_LAYOUTS,
  type GatedCell,
  type GateLayout,
  OUR_GATES,
  toOurBiases,
  toOurMatrix,
  toOurPeepholes,
  toTheirBiases,
  toTheirMatrix,
  toTheirPeepholes,
} from "./gate-layouts.ts";

const { pytorch, keras, onnx, tensorflow } = GATE_LAYOUTS;
const of = (...numbers: number[]) => Float32Array.from(numbers);
const counted = (length: number) => Float32Array.from({ length }, (_, index) => index + 1);

const CASES: [string, GateLayout, GatedCell][] = [
  ["PyTorch RNN", pytorch.rnn, "rnn"],
  ["PyTorch LSTM", pytorch.lstm, "lstm"],
  ["PyTorch GRU", pytorch.gru, "gru"],
  ["Keras SimpleRNN", keras.rnn, "rnn"],
  ["Keras LSTM", keras.lstm, "lstm"],
  ["Keras GRU, reset after", keras.gruResetAfter, "gru"],
  ["Keras GRU, reset before", keras.gruResetBefore, "gru"],
  ["CuDNNLSTM", keras.cudnnLstm, "lstm"],
  ["CuDNNGRU", keras.cudnnGru, "gru"],
  ["ONNX RNN", onnx.rnn, "rnn"],
  ["ONNX LSTM", onnx.lstm, "lstm"],
  ["ONNX LSTM, coupled", onnx.lstm, "coupled-lstm"],
  ["ONNX GRU", onnx.gru, "gru"],
  ["BasicLSTMCell", tensorflow.basicLstm, "lstm"],
  ["a GRU whose z is swapped", { ...keras.gruResetBefore, swapsUpdate: true }, "gru"],
];

describe.each(CASES)("%s", (_, layout, cell) => {
  const [hidden, columns] = [2, 3];
  const ours = OUR_GATES[cell].length;

  it("gives our matrix back", () => {
    const matrix = counted(ours * hidden * columns);
    const theirs = toTheirMatrix(layout, cell, matrix, { hidden, columns });
    expect(toOurMatrix(layout, cell, theirs, { hidden, columns })).toEqual(matrix);
  });

  it("gives our biases back, or where there is one their sum", () => {
    const [ih, hh] = [counted(ours * hidden), counted(ours * hidden).map((value) => value * 10)];
    const back = toOurBiases(layout, cell, toTheirBiases(layout, cell, { ih, hh }, hidden), hidden);
    if (layout.bias === "double") expect(back).toEqual({ ih, hh });
    else expect(back).toEqual({ ih: ih.map((value) => value * 11) });
  });

  it("refuses a matrix of another size", () => {
    expect(() => toOurMatrix(layout, cell, counted(5), { hidden, columns })).toThrow(
      `data has 5 numbers, needed ${layout.gates.length * 6}`,
    );
  });
});

describe("by hand, H = 1 and K = 2: a gate's row is [10 · gate, 10 · gate + 1]", () => {
  const sizes = { hidden: 1, columns: 2 };

  it("PyTorch's are ours", () => {
    const matrix = of(10, 11, 20, 21, 30, 31, 40, 41);
    expect(toOurMatrix(pytorch.lstm, "lstm", matrix, sizes)).toEqual(matrix);
  });

  it("Keras writes columns, and z before r", () => {
    // Rows of the kernel are inputs, columns z r h.
    expect(toOurMatrix(keras.gruResetAfter, "gru", of(20, 10, 30, 21, 11, 31), sizes)).toEqual(
      of(10, 11, 20, 21, 30, 31),
    );
    // Row 0 of the bias is the input's, row 1 the recurrent one.
    expect(toOurBiases(keras.gruResetAfter, "gru", of(2, 1, 3, 5, 4, 6), 1)).toEqual({
      ih: of(1, 2, 3),
      hh: of(4, 5, 6),
    });
    expect(toOurBiases(keras.gruResetBefore, "gru", of(2, 1, 3), 1)).toEqual({ ih: of(1, 2, 3) });
  });

  it("ONNX's LSTM has o second", () => {
    expect(toOurMatrix(onnx.lstm, "lstm", of(10, 11, 40, 41, 20, 21, 30, 31), sizes)).toEqual(
      of(10, 11, 20, 21, 30, 31, 40, 41),
    );
    expect(toOurBiases(onnx.lstm, "lstm", of(1, 4, 2, 3, 5, 8, 6, 7), 1)).toEqual({
      ih: of(1, 2, 3, 4),
      hh: of(5, 6, 7, 8),
    });
    expect(toOurPeepholes(onnx.lstm, "lstm", of(1, 3, 2), 1)).toEqual(of(1, 2, 3));
    expect(toTheirPeepholes(onnx.lstm, "lstm", of(1, 2, 3), 1)).toEqual(of(1, 3, 2));
  });

  it("ONNX's coupled LSTM has a forget gate that nobody reads", () => {
    const theirs = of(10, 11, 40, 41, 20, 21, 30, 31);
    expect(toOurMatrix(onnx.lstm, "coupled-lstm", theirs, sizes)).toEqual(of(10, 11, 30, 31, 40, 41));
    expect(toTheirMatrix(onnx.lstm, "coupled-lstm", of(10, 11, 30, 31, 40, 41), sizes)).toEqual(
      of(10, 11, 40, 41, 0, 0, 30, 31),
    );
    expect(toOurPeepholes(onnx.lstm, "coupled-lstm", of(1, 3, 2), 1)).toEqual(of(1, 3));
    expect(toTheirPeepholes(onnx.lstm, "coupled-lstm", of(1, 3), 1)).toEqual(of(1, 3, 0));
  });

  it("BasicLSTMCell has j before f, and one more on f when it runs", () => {
    // Rows of the kernel are inputs, columns i j f o.
    expect(toOurMatrix(tensorflow.basicLstm, "lstm", of(10, 30, 20, 40, 11, 31, 21, 41), sizes)).toEqual(
      of(10, 11, 20, 21, 30, 31, 40, 41),
    );
    expect(toOurBiases(tensorflow.basicLstm, "lstm", of(1, 3, 2, 4), 1)).toEqual({ ih: of(1, 3, 3, 4) });
    expect(toTheirBiases(tensorflow.basicLstm, "lstm", { ih: of(1, 3, 3, 4) }, 1)).toEqual(of(1, 3, 2, 4));
  });

  it("a swapped update gate is negated", () => {
    const swapped: GateLayout = { ...pytorch.gru, swapsUpdate: true };
    expect(toOurMatrix(swapped, "gru", of(10, 11, 20, 21, 30, 31), sizes)).toEqual(
      of(10, 11, -20, -21, 30, 31),
    );
    expect(toOurBiases(swapped, "gru", of(1, 2, 3, 4, 5, 6), 1)).toEqual({
      ih: of(1, -2, 3),
      hh: of(4, -5, 6),
    });
  });
});

it("CuDNN's are what Keras turns into its own by numpy", () => {
  // k.T.reshape(k.shape, order="F") of one gate's [[1, 2], [3, 4], [5, 6]] (K = 3, H = 2) is [[1, 4], [2, 5], [3, 6]], of which ours
  // is the transpose; four gates side by side.
  const kernel = counted(3 * 8);
  const [i, f, c, o] = [0, 2, 4, 6].map((gate) =>
    [0, 1, 2].flatMap((row) => [kernel[row * 8 + gate], kernel[row * 8 + gate + 1]]),
  );
  expect(toOurMatrix(keras.cudnnLstm, "lstm", kernel, { hidden: 2, columns: 3 })).toEqual(
    of(...i, ...f, ...c, ...o),
  );
  // Recurrent kernels are transposed gate by gate, k.T, so that ours are the blocks as they stand.
  const recurrent = of(1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12);
  expect(toOurMatrix(keras.cudnnGru, "gru", recurrent, { hidden: 2, columns: 2 })).toEqual(
    of(5, 6, 7, 8, 1, 2, 3, 4, 9, 10, 11, 12),
  );
  expect(toOurBiases(keras.cudnnGru, "gru", of(2, 1, 3, 5, 4, 6), 1)).toEqual({
    ih: of(1, 2, 3),
    hh: of(4, 5, 6),
  });
});

it("what a bias lacks is zero, and no bias becomes two", () => {
  expect(toTheirBiases(onnx.rnn, "rnn", {}, 2)).toEqual(of(0, 0, 0, 0));
  expect(toTheirBiases(onnx.rnn, "rnn", { ih: of(1, 2) }, 2)).toEqual(of(1, 2, 0, 0));
  expect(() => toOurPeepholes(keras.lstm, "lstm", of(1, 2, 3), 1)).toThrow("this layout has none");
});
