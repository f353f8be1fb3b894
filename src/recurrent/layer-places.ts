import { packed } from "../tensor/operations/products.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Cell, type CellWeights, ownParameters } from "./cell.ts";

/** Where the weights stand that the steps of one layer read; 0 where it lacks one. */
export interface LayerPlaces {
  /** Packed: W_ih, W_hh (its gates' rows, where the last block reads gated h), W_hn apart, W_hr. */
  input: number;
  gates: number;
  candidate: number;
  projection: number;
  readonly biasIh: number;
  readonly biasHh: number;
  readonly normIh: number;
  readonly normHh: number;
  /** What the cell itself reads, by key. */
  readonly own: Readonly<Record<string, number>>;
}

/** Tensors of a layer as its products read them, from which packed copies are made. */
export interface LayerMatrices {
  readonly input: Tensor;
  readonly gates: Tensor | undefined;
  readonly candidate: Tensor | undefined;
  readonly projection: Tensor | undefined;
}

export function layerMatrices(
  { shape }: Cell,
  { weightIh, weightHh, weightHr }: CellWeights<Tensor>,
): LayerMatrices {
  const whole = { input: weightIh, gates: weightHh, candidate: undefined, projection: weightHr };
  if (shape.recurrent === "none") return { ...whole, gates: undefined };
  if (shape.recurrent !== "gated") return whole;
  const { device, storage, start } = weightHh;
  const [rows, width] = weightHh.shape;
  const gateRows = rows - rows / shape.gates.length;
  const part = (from: number, to: number) =>
    new Tensor(device, storage, [to - from, width], { start: start + from * width });
  return { ...whole, gates: part(0, gateRows), candidate: part(gateRows, rows) };
}

/** Where the weights stand now. */
export function layerPlaces(
  cell: Cell,
  weights: CellWeights<Tensor>,
  matrices: LayerMatrices = layerMatrices(cell, weights),
): LayerPlaces {
  const places: LayerPlaces = {
    input: 0,
    gates: 0,
    candidate: 0,
    projection: 0,
    biasIh: weights.biasIh?.offset ?? 0,
    biasHh: weights.biasHh?.offset ?? 0,
    normIh: weights.normIh?.offset ?? 0,
    normHh: weights.normHh?.offset ?? 0,
    own: Object.fromEntries(ownParameters(cell.shape).map(({ key }) => [key, weights[key]?.offset ?? 0])),
  };
  repack(places, matrices);
  return places;
}

/** Finds the packed copies, made anew where the weights have changed. */
export function repack(places: LayerPlaces, { input, gates, candidate, projection }: LayerMatrices): void {
  places.input = packed(input, "transposed");
  if (gates) places.gates = packed(gates, "transposed");
  if (candidate) places.candidate = packed(candidate, "transposed");
  if (projection) places.projection = packed(projection, "transposed");
}
