// What h adds to the sums of a step, from the h that is read (h itself, or with entries dropped):
//   sums += h·W_hhᵀ                        most cells
//   recurrent = h·W_hhᵀ + b_hh             cells with a gate that acts on this product alone
//   sums += LN(h·W_hhᵀ)∘gain + b_hh        layer normalisation over all gates at once (Ba, Kiros & Hinton 2016)
//   gates' sums += h·W_hhᵀ, then candidate's sums += gated·W_hnᵀ    cells whose candidate reads gated h
import type { Device } from "../tensor/device.ts";
import { packed } from "../tensor/operations/products.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Cell, CellWeights, StepPlaces } from "./cell.ts";

/** The variance's share of a layer normalisation that keeps its root away from zero. */
export const NORM_EPSILON = 1e-5;

/** W_hh packed for products: whole, or the gates' rows and the candidate's apart where the candidate reads gated h. */
export interface RecurrentMatrix {
  readonly gates: number;
  readonly candidate: number;
}

/** W_hh as a step's products read it: whole, or the gates' rows and the candidate's where the candidate reads gated h. */
export interface RecurrentParts {
  readonly gates: Tensor;
  readonly candidate: Tensor | undefined;
}

export function partsOfWeightHh(cell: Cell, weightHh: Tensor): RecurrentParts {
  if (!cell.gate) return { gates: weightHh, candidate: undefined };
  const { device, storage, start } = weightHh;
  const [rows, width] = weightHh.shape;
  const gateRows = rows - rows / cell.gates;
  const part = (from: number, to: number) =>
    new Tensor(device, storage, [to - from, width], { start: start + from * width });
  return { gates: part(0, gateRows), candidate: part(gateRows, rows) };
}

/** W_hh packed for the way forward (transposed) or for the way back (plain). */
export function recurrentMatrix(
  cell: Cell,
  weightHh: Tensor,
  orientation: "plain" | "transposed",
): RecurrentMatrix {
  const { gates, candidate } = partsOfWeightHh(cell, weightHh);
  return {
    gates: packed(gates, orientation),
    candidate: candidate ? packed(candidate, orientation) : 0,
  };
}

/** What a step's products are taken with. */
export interface RecurrentLayer {
  readonly device: Device;
  readonly cell: Cell;
  readonly weights: CellWeights<Tensor>;
  readonly matrix: RecurrentMatrix;
}

export function recurrentProduct(layer: RecurrentLayer, step: StepPlaces): void {
  const { device, cell, weights, matrix } = layer;
  const { kernels } = device;
  const { batch, hidden, output } = step;
  const width = cell.gates * hidden;
  const gateWidth = cell.gate ? width - hidden : width;
  const apart = cell.splitsSums || cell.normalises;
  const to = apart ? step.recurrent : step.sums;
  const bias = cell.splitsSums ? (weights.biasHh?.offset ?? 0) : 0;
  const from = step.hRead;
  kernels.gemm(from, output, 1, matrix.gates, bias, to, width, batch, gateWidth, output, apart ? 0 : 1);
  if (cell.normalises) {
    device.temporary(batch * width, (normed) => {
      const statistics = step.recurrentStatistics;
      normalise(device, step.recurrent, weights.normHh!, weights.biasHh, normed, statistics, batch);
      kernels.addScaled(normed, 1, step.sums, batch * width);
    });
  }
  if (cell.gate) {
    cell.gate.forward(device, step);
    const candidate = step.sums + gateWidth;
    kernels.gemm(step.gated, hidden, 1, matrix.candidate, 0, candidate, width, batch, hidden, hidden, 1);
  }
}

/** to ← LN(from)∘gain + bias over each of the rows, whose mean and 1/deviation are left in statistics. */
export function normalise(
  device: Device,
  from: number,
  gain: Tensor,
  bias: Tensor | undefined,
  to: number,
  statistics: number,
  rows: number,
): void {
  const { kernels } = device;
  const width = gain.size;
  const run = (added: number) =>
    kernels.layerNorm(from, gain.offset, added, to, statistics, NORM_EPSILON, rows, width);
  if (bias) run(bias.offset);
  else
    device.temporary(width, (zeros) => {
      kernels.fill(zeros, 0, width);
      run(zeros);
    });
}

/** What the way back of a product works with, beside the step. */
export interface RecurrentProductGradients {
  /** W_hh packed for the way back. */
  readonly matrix: RecurrentMatrix;
  /** Where the gradient of the h that is read is gathered, [B, P]. */
  readonly dhRead: number;
  /** Gathers the gradient of the gain of h's layer normalisation; [G·H]. */
  readonly dnormHh: number;
  /** Room for [B + 1, G·H] where sums are layer-normalised, for [B, H] where the candidate reads gated h. */
  readonly scratch: number;
  /** What a two-phase cell's way back keeps for its gate, [B, H]. */
  readonly dmix: number;
}

/**
 * Adds what the sums' gradients say of the h that was read to dhRead, and gathers the gradient of the normalisation's gain.
 * Overwrites `recurrent` by its gradient where that stands apart.
 */
export function recurrentProductBackward(
  { device, cell, weights }: RecurrentLayer,
  step: StepPlaces,
  { matrix, dhRead, dnormHh, scratch, dmix }: RecurrentProductGradients,
): void {
  const { kernels } = device;
  const { batch, hidden, output } = step;
  const width = cell.gates * hidden;
  const gateWidth = cell.gate ? width - hidden : width;
  if (cell.normalises) {
    const unused = scratch + batch * width;
    kernels.fill(scratch, 0, batch * width);
    kernels.layerNormBackward(
      step.recurrent,
      weights.normHh!.offset,
      step.recurrentStatistics,
      step.sums,
      scratch,
      dnormHh,
      unused,
      batch,
      width,
    );
    kernels.copyRows(scratch, 0, step.recurrent, 0, 1, batch * width, 0);
  }
  if (cell.gate) {
    const dcandidate = step.sums + gateWidth;
    kernels.gemm(dcandidate, width, 1, matrix.candidate, 0, scratch, hidden, batch, hidden, hidden, 0);
    cell.gate.backward(device, step, { dgated: scratch, dmix, dhRead });
  }
  const from = cell.splitsSums || cell.normalises ? step.recurrent : step.sums;
  kernels.gemm(from, width, 1, matrix.gates, 0, dhRead, output, batch, output, gateWidth, 1);
}
