// What xs add to the sums of a chunk of steps, for all of them at once: sums = xs·W_ihᵀ + b_ih + b_hh, without b_hh where the cell
// keeps h's product apart, or LN(xs·W_ihᵀ)∘gain + b_ih where sums are layer-normalised (Ba, Kiros & Hinton 2016).
import { addTransposedProduct, packed } from "../tensor/operations/products.ts";
import type { Chunk } from "./chunks.ts";
import type { RecurrenceRun } from "./recurrence-run.ts";
import { normalise } from "./recurrent-product.ts";

export function inputProduct(run: RecurrenceRun, chunk: Chunk): void {
  const { device, cell, weights, size, gateWidth: width } = run;
  const { kernels } = device;
  const { batch, input } = size;
  const { xs } = run.input;
  const { weightIh, biasIh, biasHh } = weights;
  const rows = chunk.steps * batch;
  const from = xs.offset + chunk.start * batch * input;
  const sums = run.sumsAt(chunk.start, chunk);
  const multiply = (bias: number, to: number) =>
    kernels.gemm(from, input, 1, packed(weightIh, "transposed"), bias, to, width, rows, width, input, 0);
  if (cell.normalises) {
    const { products, statistics } = run.inputProductAt(chunk.start, chunk);
    multiply(0, products);
    normalise(device, products, weights.normIh!, biasIh, sums, statistics, rows);
  } else if (!biasIh || !biasHh || cell.splitsSums) multiply(biasIh?.offset ?? 0, sums);
  else {
    device.temporary(width, (bias) => {
      kernels.binary(0, biasIh.offset, 0, 1, biasHh.offset, 0, 1, bias, 1, width);
      multiply(bias, sums);
    });
  }
}

/** Where the gradients of what the input product reads are gathered, 0 where none is wanted. */
export interface InputProductGradients {
  readonly dxs: { readonly offset: number; readonly accumulate: 0 | 1 } | undefined;
  readonly dweightIh: number;
  readonly dbiasIh: number;
  readonly dnormIh: number;
}

/** Adds a chunk's part, given the gradients of its sums. */
export function inputProductBackward(
  run: RecurrenceRun,
  chunk: Chunk,
  { dxs, dweightIh, dbiasIh, dnormIh }: InputProductGradients,
): void {
  const { device, cell, weights, size, gateWidth: width } = run;
  const { kernels } = device;
  const { batch, input } = size;
  const { weightIh, normIh } = weights;
  const rows = chunk.steps * batch;
  const first = chunk.start * batch * input;
  const dsums = run.sumsAt(chunk.start, chunk);
  if (dbiasIh) kernels.sumRows(dsums, width, dbiasIh, rows, width);
  const addProducts = (dproducts: number) => {
    if (dxs) {
      const weight = packed(weightIh, "plain");
      const to = dxs.offset + first;
      kernels.gemm(dproducts, width, 1, weight, 0, to, input, rows, input, width, dxs.accumulate);
    }
    if (dweightIh)
      addTransposedProduct(device, dproducts, width, run.input.xs.offset + first, input, rows, dweightIh);
  };
  if (!cell.normalises) addProducts(dsums);
  else {
    const { products, statistics } = run.inputProductAt(chunk.start, chunk);
    device.temporary((rows + 1) * width, (dproducts) => {
      const unused = dproducts + rows * width;
      const gain = normIh!.offset;
      kernels.fill(dproducts, 0, rows * width);
      kernels.layerNormBackward(products, gain, statistics, dsums, dproducts, dnormIh, unused, rows, width);
      addProducts(dproducts);
    });
  }
}
