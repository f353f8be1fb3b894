import { type GateLayout, toOurBiases, toOurMatrix, toOurPeepholes } from "../../../gate-layouts.ts";
import type { Machine } from "../../machine.ts";
import { PackedMatrix, PlacedVector } from "../product.ts";
import type { OnnxCell } from "./cell.ts";

/** A direction's weights as ONNX has them: W [G·H, I], R [G·H, H], B [2·G·H], P [3H]. */
export interface ForeignWeights {
  readonly w: Float32Array;
  readonly r: Float32Array;
  readonly b: Float32Array | undefined;
  readonly p: Float32Array | undefined;
}

/** A direction's weights on the device, in our gate order; matrices packed. */
export interface DirectionWeights {
  readonly weightIh: PackedMatrix;
  /** One for each of the cell's recurrent products. */
  readonly weightsHh: readonly PackedMatrix[];
  /** What is added to the input's product [G·H], and to the recurrent one. */
  readonly biasIh: PlacedVector | undefined;
  readonly biasHh: PlacedVector | undefined;
  readonly peepholes: PlacedVector | undefined;
  /** [code, alpha, beta] of each activation. */
  readonly activations: PlacedVector;
}

/** Puts a direction's weights in our order and on the device, where they belong to the scope they are made in. */
export function placeWeights(
  machine: Machine,
  cell: OnnxCell,
  { w, r, b, p }: ForeignWeights,
  { input, hidden }: { readonly input: number; readonly hidden: number },
  triples: readonly number[],
): DirectionWeights {
  const { device } = machine;
  const { gated, gates, products, splitsBias } = cell;
  const layout: GateLayout = cell.layout;
  /** Rows of a matrix [N, K] as a right operand [K, N]. */
  const transposed = (data: Float32Array, firstRow: number, n: number, k: number) =>
    new PackedMatrix(machine, { data, start: firstRow * k, row: 1, column: k, k, n });
  const ih = toOurMatrix(layout, gated, w, { hidden, columns: input });
  const hh = toOurMatrix(layout, gated, r, { hidden, columns: hidden });
  const biases = b && toOurBiases(layout, gated, b, hidden);
  const biasIh =
    biases?.hh && !splitsBias ? biases.ih.map((value, index) => value + biases.hh![index]) : biases?.ih;
  return {
    weightIh: transposed(ih, 0, gates * hidden, input),
    weightsHh: products.map(([first, end]) => transposed(hh, first * hidden, (end - first) * hidden, hidden)),
    biasIh: biasIh && new PlacedVector(device, biasIh),
    biasHh: biases?.hh && splitsBias ? new PlacedVector(device, biases.hh) : undefined,
    peepholes: p && new PlacedVector(device, toOurPeepholes(layout, gated, p, hidden)),
    activations: new PlacedVector(device, triples),
  };
}
