import { eachWeight } from "../recurrent/recurrent-parameters.ts";
import { recurrence } from "../recurrent/sequence/recurrence.ts";
import type { Device } from "../tensor/device.ts";
import { add, multiply } from "../tensor/operations/arithmetic.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { narrow } from "../tensor/operations/shapes.ts";
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
  // Where each state stands among those side by side.
  const starts = states.map((_, part) =>
    states.slice(0, part).reduce((total, { width }) => total + width, 0),
  );
  const inputSize = traced.xs.length / stepsOf(traced);
  /** A row of numbers [steps, width] in each of n rows. */
  const rowsOf = (numbers: Float32Array, at: number, width: number) => {
    const rows = new Float32Array(n * width);
    for (let row = 0; row < n; row++) rows.set(numbers.subarray(at * width, (at + 1) * width), row * width);
    return rows;
  };
  return device.scope(() => {
    const xs = tensor(device, rowsOf(traced.xs, t, inputSize), [1, n, inputSize]);
    const before = states.map(({ name, width }) =>
      leaf(tensor(device, rowsOf(traced.states[name], t, width), [n, width])),
    );
    const { state } = recurrence({
      cell,
      xs,
      weights: eachWeight(rnn.layerWeights(index), constant),
      state: Object.fromEntries(states.map(({ name }, part) => [name, before[part]])),
      zoneout: rnn.zoneout.map((share) => (share > 0 ? { share: 1 - share } : undefined)),
    });
    const asked = states.map(({ name, width }, part) => {
      const rows = narrow(state[name], starts[part], starts[part] + width);
      return sum(multiply(rows, identity(device, width)));
    });
    asked.reduce(add).backward();
    const jacobian = new Float64Array(n * n);
    for (const [part, { width }] of states.entries()) {
      const numbers = before[part].grad?.read();
      for (let row = 0; numbers && row < n; row++)
        jacobian.set(numbers.subarray(row * width, (row + 1) * width), row * n + starts[part]);
    }
    return jacobian;
  });
}

function identity(device: Device, n: number): Tensor {
  const ones = new Float32Array(n * n);
  for (let row = 0; row < n; row++) ones[row * n + row] = 1;
  return tensor(device, ones, [n, n]);
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
