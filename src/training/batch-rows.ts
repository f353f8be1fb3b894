// The carried state of a batch [L, B, …] is spread over threads, each with its rows [L, B_r, …]; checkpoints hold it whole, so
// that another number of threads can go on from them.
import type { StateDict } from "../module/module.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sizeOf } from "../tensor/tensor.ts";

type Spread = readonly Readonly<Record<string, Tensor>>[];

/** The whole state, put together from the threads' parts. */
export async function gatherRows(threads: Spread): Promise<StateDict> {
  const whole: StateDict = {};
  for (const name of Object.keys(threads[0])) {
    const parts = threads.map((state) => state[name]);
    const [layers, , ...inner] = parts[0].shape;
    const hidden = sizeOf(inner);
    const batch = parts.reduce((sum, { shape }) => sum + shape[1], 0);
    const data = new Float32Array(layers * batch * hidden);
    let row = 0;
    for (const part of parts) {
      const numbers = await part.toArray();
      const length = part.shape[1] * hidden;
      for (let layer = 0; layer < layers; layer++) {
        data.set(numbers.subarray(layer * length, (layer + 1) * length), (layer * batch + row) * hidden);
      }
      row += part.shape[1];
    }
    whole[name] = { shape: [layers, batch, ...inner], data };
  }
  return whole;
}

/** Overwrites the threads' parts by those of the whole state. */
export function scatterRows(whole: StateDict, threads: Spread): void {
  for (const name of Object.keys(threads[0])) {
    const [layers, batch, ...inner] = whole[name].shape;
    const hidden = sizeOf(inner);
    let row = 0;
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
