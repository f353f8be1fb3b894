// The way back of what xs add to the sums of a chunk of steps, for all of them at once: sums = xs·W_ihᵀ + b, or
// LN(xs·W_ihᵀ)∘gain + b where sums are layer-normalised (Ba, Kiros & Hinton 2016).
import { addTransposedProduct } from "../../tensor/operations/products.ts";
import { sumsWidth } from "../cell.ts";
import type { Chunk } from "./chunks.ts";
import type { RecurrenceRun } from "./recurrence-run.ts";

/** Where the gradients of what the input product reads are gathered, 0 where none is wanted. */
export interface InputProductGradients {
  readonly dxs: { readonly offset: number; readonly accumulate: 0 | 1 } | undefined;
  /** W_ih packed for the way back. */
  readonly inputBack: number;
  readonly dweightIh: number;
  readonly dbiasIh: number;
  readonly dnormIh: number;
}

/** Adds a chunk's part, given the gradients of its sums. */
export function inputProductBackward(
  run: RecurrenceRun,
  chunk: Chunk,
  { dxs, inputBack, dweightIh, dbiasIh, dnormIh }: InputProductGradients,
): void {
  const { device, cell, size } = run;
  const { kernels } = device;
  const { batch, input } = size;
  const width = sumsWidth(cell);
  const { xs, rows, sums: dsums, products, statistics } = run.inputPlaces(chunk);
  if (dbiasIh) kernels.sumRows({ x: dsums, sums: dbiasIh, m: rows, n: width });
  const addProducts = (dproducts: number) => {
    if (dxs) {
      const to = dxs.offset + chunk.start * batch * input;
      kernels.gemm({
        a: dproducts,
        packed: inputBack,
        c: to,
        m: rows,
        n: input,
        k: width,
        accumulate: dxs.accumulate,
      });
    }
    if (dweightIh) addTransposedProduct(device, dproducts, width, xs, input, rows, dweightIh);
  };
  if (!cell.shape.normalises) addProducts(dsums);
  else {
    device.temporary((rows + 1) * width, (dproducts) => {
      const unused = dproducts + rows * width;
      const gain = run.places.normIh;
      kernels.fill(dproducts, 0, rows * width);
      kernels.layerNormBackward({
        x: products,
        weight: gain,
        statistics,
        dy: dsums,
        dx: dproducts,
        dweight: dnormIh,
        dbias: unused,
        m: rows,
        n: width,
      });
      addProducts(dproducts);
    });
  }
}
