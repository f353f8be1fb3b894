// How a layer carries a change of its state along: J_T·J_{T−1}·…, whose norm shrinks or grows by a factor a step (Bengio, Simard &
// Frasconi 1994; Pascanu, Mikolov & Bengio 2013).
import type { LanguageModel } from "../models/language-model.ts";
import { matmul } from "../tensor/operations/products.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import { GATE_NAMES, type GateName, nonlinearityOf } from "./gate-names.ts";
import { pause } from "./pause.ts";
import { spectralNorm, spectralRadius, times } from "./spectral-radius.ts";
import { stateWidth, stepJacobian } from "./step-jacobian.ts";
import type { Trace } from "./trace.ts";

/** How one layer carries its state along. */
export interface LayerJacobians {
  /**
   * Largest magnitude of an eigenvalue of W_hh: of each gate's block, or "h" for an Elman cell, which has one. With all gates open the
   * candidate's is what the loop multiplies by.
   */
  readonly recurrentRadius: Readonly<Partial<Record<GateName | "h", number>>>;
  /** [T]: that of ∂state_{t+1}/∂state_t at each of the steps that were walked back, NaN at others; an LSTM's state is h with c. */
  readonly stepRadius: Float64Array;
  /** [K+1]: largest singular value of ∂state_T/∂state_{T−k} for k = 0 to K, which is 1 at k = 0. */
  readonly productNorm: Float64Array;
  /** By what this norm is multiplied from step to step, on average over the K steps. */
  readonly decayPerStep: number;
}

/** Walks back over the last `steps` steps of a trace, layer by layer. */
export async function jacobianProducts(
  model: LanguageModel,
  { layers, ids }: Trace,
  steps: number,
  signal?: AbortSignal,
): Promise<LayerJacobians[]> {
  const results: LayerJacobians[] = [];
  const count = Math.min(steps, ids.length);
  for (const [index, layer] of layers.entries()) {
    const { weightHh, biasHh } = model.rnn.layerWeights(index);
    const weights = {
      weightHh: await weightHh.toArray(),
      biasHh: await biasHh?.toArray(),
      nonlinearity: nonlinearityOf(model.config),
    };
    const width = stateWidth(layer);
    const stepRadius = new Float64Array(ids.length).fill(Number.NaN);
    const productNorm = new Float64Array(count + 1);
    productNorm[0] = 1;
    // The product is scaled to have a norm of 1 at every step, so that it outlives what its numbers could hold.
    let product: Float32Array | undefined;
    let logarithm = 0;
    for (let back = 1; back <= count; back++) {
      const t = ids.length - back;
      const jacobian = stepJacobian(layer, t, weights);
      stepRadius[t] = spectralRadius(width, times(jacobian, width), { iterations: 200, tolerance: 1e-7 });
      const multiplied: Float32Array = product
        ? timesMatrix(model, product, jacobian, width)
        : Float32Array.from(jacobian);
      const norm = spectralNorm(multiplied, width, width);
      logarithm += Math.log(norm);
      productNorm[back] = Math.exp(logarithm);
      product = norm > 0 ? multiplied.map((entry) => entry / norm) : multiplied;
      await pause("gradientsThroughTime", signal);
    }
    results.push({
      recurrentRadius: radiiOf(weights.weightHh, layer.hiddenSize, GATE_NAMES[layer.cell]),
      stepRadius,
      productNorm,
      decayPerStep: Math.exp(logarithm / count),
    });
  }
  return results;
}

function timesMatrix(
  { device }: LanguageModel,
  one: Float32Array,
  other: Float64Array,
  n: number,
): Float32Array {
  return device.withoutGradients(() =>
    device.scope(() => {
      const made: Tensor = matmul(tensor(device, one, [n, n]), tensor(device, other, [n, n]));
      return Float32Array.from(device.heap.floats().subarray(made.offset, made.offset + n * n));
    }),
  );
}

function radiiOf(
  weightHh: Float32Array,
  n: number,
  names: readonly GateName[],
): Partial<Record<GateName | "h", number>> {
  const blocks = names.length > 0 ? names : (["h"] as const);
  return Object.fromEntries(
    blocks.map((name, block) => [
      name,
      spectralRadius(n, times(weightHh.subarray(block * n * n, (block + 1) * n * n), n)),
    ]),
  );
}
