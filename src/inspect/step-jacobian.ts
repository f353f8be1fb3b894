import { eachWeight } from "../recurrent/recurrent-parameters.ts";
import { recurrence } from "../recurrent/sequence/recurrence.ts";
import { add, multiply } from "../tensor/operations/arithmetic.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { Tensor, tensor } from "../tensor/tensor.ts";
import type { InspectedLayer } from "./inspected-network.ts";
import type { LayerTrace } from "./trace.ts";

/** Width of a layer's state, all states of its cell side by side: H, or 2H for an LSTM. */
export function stateWidth({ widths }: Pick<LayerTrace, "widths">): number {
  return Object.values(widths).reduce((total, width) => total + width, 0);
}

/**
 * How the state after step t of a trace depends on the state before it, the input being what it was: J = ∂state′/∂state, [n, n]
 * row-major, the state being the cell's states side by side, [h; c] of an LSTM. The step is taken and walked back in n rows at once,
 * and row i is asked about entry i of the state after it.
 */
export function stepJacobian(
  { rnn, index, cell }: InspectedLayer,
  traced: LayerTrace,
  t: number,
): Float64Array {
  const { device } = rnn;
  const { states } = cell.shape;
  const n = stateWidth(traced);
  const inputSize = traced.xs.length / stepsOf(traced);
  const rowsOf = (numbers: Float32Array, at: number, width: number) =>
    Float32Array.from({ length: n * width }, (_, place) => numbers[at * width + (place % width)]);
  return device.scope(() => {
    const xs = tensor(device, rowsOf(traced.xs, t, inputSize), [1, n, inputSize]);
    const before = states.map(({ name, width }) =>
      leaf(tensor(device, rowsOf(traced.states[name], t, width), [n, width])),
    );
    const { state } = recurrence({
      ...{ cell, xs, weights: eachWeight(rnn.layerWeights(index), constant) },
      state: Object.fromEntries(states.map(({ name }, part) => [name, before[part]])),
      zoneout: rnn.zoneout.map((share) => (share > 0 ? { share: 1 - share } : undefined)),
    });
    let start = 0;
    const asked = states.map(({ name, width }) => {
      const from = start;
      start += width;
      const seeds = Float32Array.from({ length: n * width }, (_, place) =>
        Math.floor(place / width) === from + (place % width) ? 1 : 0,
      );
      return sum(multiply(state[name], tensor(device, seeds, [n, width])));
    });
    asked.reduce(add).backward();
    const jacobian = new Float64Array(n * n);
    start = 0;
    for (const [part, { width }] of states.entries()) {
      const gradient = before[part].grad;
      if (gradient) {
        const numbers = gradient.read();
        for (let row = 0; row < n; row++)
          jacobian.set(numbers.subarray(row * width, (row + 1) * width), row * n + start);
      }
      start += width;
    }
    return jacobian;
  });
}

function stepsOf({ states, widths }: LayerTrace): number {
  return states.h.length / widths.h - 1;
}

/** The same numbers as something that gathers no gradient. */
function constant({ device, storage, shape, start }: Tensor): Tensor {
  return new Tensor(device, storage, shape, { start });
}

/** The same numbers as something that gathers one. */
function leaf({ device, storage, shape, start }: Tensor): Tensor {
  return new Tensor(device, storage, shape, { start, requiresGrad: true });
}
