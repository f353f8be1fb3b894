// The carried state of a batch [L, B, …] is spread over threads, each with its rows [L, B_r, …]; checkpoints hold it whole, so
// that another number of threads can go on from them.
import type { StateDict } from "../module/module.ts";
import { copyOut } from "../module/state-dict.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sizeOf } from "../tensor/tensor.ts";

type Spread = readonly Readonly<Record<string, Tensor>>[];

/** The whole state, put together from the threads' parts. */
export async function gatherRows(threads: Spread): Promise<StateDict> {
  return joinRows(await Promise.all(threads.map((state) => copyOut(new Map(Object.entries(state))))));
}

/** Parts of a batch's state, whose rows come one behind the other, as one. */
export function joinRows(parts: readonly StateDict[]): StateDict {
  const whole: StateDict = {};
  for (const name of Object.keys(parts[0])) {
    const [layers, , ...inner] = parts[0][name].shape;
    const hidden = sizeOf(inner);
    const batch = parts.reduce((sum, part) => sum + part[name].shape[1], 0);
    const data = new Float32Array(layers * batch * hidden);
    let row = 0;
    for (const part of parts) {
      const { shape, data: numbers } = part[name];
      const length = shape[1] * hidden;
      for (let layer = 0; layer < layers; layer++) {
        data.set(numbers.subarray(layer * length, (layer + 1) * length), (layer * batch + row) * hidden);
      }
      row += shape[1];
    }
    whole[name] = { shape: [layers, batch, ...inner], data };
  }
  return whole;
}

/** Overwrites the threads' parts by those of the whole state, from a row of it on. */
export function scatterRows(whole: StateDict, threads: Spread, firstRow = 0): void {
  for (const name of Object.keys(threads[0])) {
    const [layers, batch, ...inner] = whole[name].shape;
    const hidden = sizeOf(inner);
    let row = firstRow;
    for (const part of threads.map((state) => state[name])) {
      const length = part.shape[1] * hidden;
      const numbers = new Float32Array(part.size);
      for (let layer = 0; layer < layers; layer++) {
        const from = (layer * batch + row) * hidden;
        numbers.set(whole[name].data.subarray(from, from + length), layer * length);
      }
      part.assign(numbers);
      row += part.shape[1];
    }
  }
}
