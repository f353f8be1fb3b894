// A single step of a cell is one step of the layer with the same weights, for every option that concerns one step.
import { Generator, type Module, type Parameter, type Tensor } from "unrolled";
import {
  CELLS,
  type CellOptions,
  type CellState,
  GRUCell,
  LSTMCell,
  MGUCell,
  RecurrentCell,
  RNNCell,
} from "unrolled/nn";
import { reshape } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";
import { layerOf, type RecurrentRow, recurrentRows } from "./recurrent-rows.ts";

/** One step of a cell that has no class of its own for it. */
class UGRNNCell extends RecurrentCell<typeof CELLS.ugrnn.options> {
  constructor(device: typeof reference, options: CellOptions) {
    super(device, CELLS.ugrnn, options);
  }
}

type AnyCell = Module & {
  readonly weights: Map<string, Parameter>;
  forward(x: Tensor, state?: CellState): CellState;
};

const cells: Record<RecurrentRow["kind"], new (device: typeof reference, options: never) => AnyCell> = {
  RNN: RNNCell as never,
  LSTM: LSTMCell as never,
  GRU: GRUCell as never,
  MGU: MGUCell as never,
  UGRNN: UGRNNCell as never,
};

const sizes = { inputSize: 2, hiddenSize: 3 };
const ofSequences = [
  ...["direction", "batchFirst", "initialState", "dropout", "recurrentDropout", "weightDrop", "weightNoise"],
  "zoneout",
];
const rows = recurrentRows.filter(({ options }) => !ofSequences.some((name) => name in options));

describe.each(rows)("$name", ({ kind, options }) => {
  const all = { ...sizes, ...options, generator: new Generator(5) };
  const cell = new cells[kind](reference, all as never);
  const layer = layerOf(reference, kind, { ...all, generator: new Generator(5) });
  const x = leaf([2, 2], 1, -2, 2);
  const h = leaf([2, layer.outputSize], 2);
  const c = leaf([2, 3], 3);
  const state: CellState = kind === "LSTM" ? { h, c } : { h };

  test("is a step of the layer", () => {
    expect([...cell.weights.keys()]).toEqual(
      [...layer.weights.keys()].map((name) => name.replace("_l0", "")),
    );
    const next = cell.forward(x, state);
    const whole = layer.forward(reshape(x, [1, 2, 2]), {
      state: { h: reshape(h, [1, ...h.shape]), ...(state.c && { c: reshape(c, [1, ...c.shape]) }) },
    });
    expect(numbersOf(next.h)).toEqual(numbersOf(whole.state.h));
    if (next.c) expect(numbersOf(next.c)).toEqual(numbersOf(whole.state.c!));
  });

  test("has its gradients", () => {
    const loss = () => {
      const next = cell.forward(x, state);
      return weighted(next.h, ...(next.c ? [next.c] : []));
    };
    const leaves = new Map<string, Tensor>([...cell.namedParameters(), ["x", x], ["h", h]]);
    if (state.c) leaves.set("c", state.c);
    expect(gradientErrors(leaves, loss, options.layerNorm ? 1e-6 : undefined)).toBe("");
  });
});

test("wrong arguments are named", () => {
  const cell = new LSTMCell(reference, { ...sizes, projectionSize: 2 });
  expect(() => cell.forward(leaf([2, 5], 1))).toThrow("LSTMCell: input has shape [2, 5], needed [B, 2]");
  expect(() => cell.forward(leaf([2, 2], 1), { h: leaf([2, 3], 1), c: leaf([2, 3], 1) })).toThrow(
    "h0 has shape [2, 3], needed [2, 2]",
  );
  expect(() => new MGUCell(reference, { ...sizes, gateClip: -1 })).toThrow("MGUCell: gateClip is -1");
});
