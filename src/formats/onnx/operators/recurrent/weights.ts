import type { Cell } from "../../../../recurrent/cell.ts";
import type { LayerPlaces } from "../../../../recurrent/layer-places.ts";
import { toOurBiases, toOurMatrix, toOurPeepholes } from "../../../gate-layouts.ts";
import type { Machine } from "../../machine.ts";
import { PackedMatrix, PlacedVector } from "../product.ts";
import { cellOfNode, layoutOf, type NodeKind, type NodeOptions } from "./cell.ts";

/** A direction's weights as ONNX has them: W [G·H, I], R [G·H, H], B [2·G·H], P [3H]. */
export interface ForeignWeights {
  readonly w: Float32Array;
  readonly r: Float32Array;
  readonly b: Float32Array | undefined;
  readonly p: Float32Array | undefined;
}

/** A direction's cell, and its weights on the device, in our gate order; matrices packed. */
export interface DirectionWeights {
  readonly cell: Cell;
  readonly places: LayerPlaces;
  /** What they stand in, which lives as long as this is held. */
  readonly held: readonly (PackedMatrix | PlacedVector | undefined)[];
}

/** Puts a direction's weights in our order and on the device, where they belong to the scope they are made in. */
export function placeWeights(
  machine: Machine,
  kind: NodeKind,
  options: NodeOptions,
  { w, r, b, p }: ForeignWeights,
  sizes: { readonly input: number; readonly hidden: number },
): DirectionWeights {
  const { device } = machine;
  const { input, hidden } = sizes;
  const cell = cellOfNode(device, kind, options, sizes);
  const { gates, recurrent } = cell.shape;
  const { layout, gated } = layoutOf(kind, options.coupled);
  /** Rows of a matrix [N, K] as a right operand [K, N]. */
  const transposed = (data: Float32Array, firstRow: number, n: number, k: number) =>
    new PackedMatrix(machine, { data, start: firstRow * k, row: 1, column: k, k, n });
  const ih = toOurMatrix(layout, gated, w, { hidden, columns: input });
  const hh = toOurMatrix(layout, gated, r, { hidden, columns: hidden });
  const biases = b && toOurBiases(layout, gated, b, hidden);
  const isApart = recurrent === "apart";
  const sum =
    biases?.hh && !isApart ? biases.ih.map((value, index) => value + biases.hh![index]) : biases?.ih;
  const placed = (data: Float32Array | undefined) => data && new PlacedVector(device, data);
  const rows = gates.length * hidden;
  const gateRows = recurrent === "gated" ? rows - hidden : rows;
  const matrices = {
    input: transposed(ih, 0, rows, input),
    gates: transposed(hh, 0, gateRows, hidden),
    candidate: gateRows < rows ? transposed(hh, gateRows, hidden, hidden) : undefined,
  };
  const vectors = {
    biasIh: placed(sum),
    biasHh: placed(isApart ? biases?.hh : undefined),
    peepholes: placed(p && toOurPeepholes(layout, gated, p, hidden)),
  };
  return {
    cell,
    places: {
      input: matrices.input.offset,
      gates: matrices.gates.offset,
      candidate: matrices.candidate?.offset ?? 0,
      projection: 0,
      biasIh: vectors.biasIh?.offset ?? 0,
      biasHh: vectors.biasHh?.offset ?? 0,
      normIh: 0,
      normHh: 0,
      own: { weightCh: vectors.peepholes?.offset ?? 0 },
    },
    held: [...Object.values(matrices), ...Object.values(vectors)],
  };
}
