// How a layer carries a change of its state along: J_T·J_{T−1}·…, whose norm shrinks or grows by a factor a step (Bengio, Simard &
// Frasconi 1994; Pascanu, Mikolov & Bengio 2013).

import type { Device } from "../tensor/device.ts";
import { matmul } from "../tensor/operations/products.ts";
import { tensor } from "../tensor/tensor.ts";
import type { InspectedLayer, InspectedNetwork } from "./inspected-network.ts";
import { pause } from "./pause.ts";
import { multiply, spectralNorm, spectralRadius, times } from "./spectral-radius.ts";
import { stateWidth, stepJacobian } from "./step-jacobian.ts";
import type { Trace } from "./trace.ts";

/** How one layer carries its state along. */
export interface LayerJacobians {
  /**
   * Largest magnitude of an eigenvalue of W_hh: of each gate's block, or "h" for an Elman cell, which has one. With all gates open the
   * candidate's is what the loop multiplies by. Of W_hh·W_hr where h is projected.
   */
  readonly recurrentRadius: Readonly<Record<string, number>>;
  /** [T]: that of ∂state_{t+1}/∂state_t at each of the steps that were walked back, NaN at others; a state is all that the cell carries, h with c of an LSTM. */
  readonly stepRadius: Float64Array;
  /** [K+1]: largest singular value of ∂state_T/∂state_{T−k} for k = 0 to K, which is 1 at k = 0. */
  readonly productNorm: Float64Array;
  /** By what this norm is multiplied from step to step, on average over the K steps. */
  readonly decayPerStep: number;
}

/** Walks back over the last `steps` steps of a trace, layer by layer. */
export async function jacobianProducts(
  { network, layers: looked }: InspectedNetwork,
  { layers, steps: length }: Trace,
  steps: number,
  signal?: AbortSignal,
): Promise<LayerJacobians[]> {
  const { device } = network;
  const results: LayerJacobians[] = [];
  const count = Math.min(steps, length);
  for (const [index, layer] of layers.entries()) {
    const width = stateWidth(layer);
    const stepRadius = new Float64Array(length).fill(Number.NaN);
    const productNorm = new Float64Array(count + 1);
    productNorm[0] = 1;
    // The product is scaled to have a norm of 1 at every step, so that it outlives what its numbers could hold.
    let product: Float32Array | undefined;
    let logarithm = 0;
    for (let back = 1; back <= count; back++) {
      const t = length - back;
      const jacobian = stepJacobian(looked[index], layer, t);
      stepRadius[t] = spectralRadius(width, times(jacobian), { iterations: 200, tolerance: 1e-7 });
      const multiplied: Float32Array = product
        ? timesMatrix(device, product, jacobian, width)
        : Float32Array.from(jacobian);
      const norm = spectralNorm(multiplied, width, width);
      logarithm += Math.log(norm);
      productNorm[back] = Math.exp(logarithm);
      product = norm > 0 ? multiplied.map((entry) => entry / norm) : multiplied;
      await pause("gradientsThroughTime", signal);
    }
    results.push({
      recurrentRadius: await radiiOf(looked[index]),
      stepRadius,
      productNorm,
      decayPerStep: Math.exp(logarithm / count),
    });
  }
  return results;
}

function timesMatrix(device: Device, one: Float32Array, other: Float64Array, n: number): Float32Array {
  return device.withoutGradients(() =>
    device.scope(() => matmul(tensor(device, one, [n, n]), tensor(device, other, [n, n])).read()),
  );
}

async function radiiOf({ rnn, index, cell }: InspectedLayer): Promise<Record<string, number>> {
  const { weightHh, weightHr } = rnn.layerWeights(index);
  const [rows, projection] = [await weightHh.toArray(), await weightHr?.toArray()];
  const { gates, outputSize } = cell.shape;
  const n = cell.hidden;
  const h = new Float64Array(outputSize);
  const radiusOf = (block: number) => {
    const ofBlock = rows.subarray(block * n * outputSize, (block + 1) * n * outputSize);
    return spectralRadius(n, (vector, product) => {
      if (projection) multiply(projection, vector, h);
      multiply(ofBlock, projection ? h : vector, product);
    });
  };
  return Object.fromEntries(gates.map((name, block) => [name, radiusOf(block)]));
}
