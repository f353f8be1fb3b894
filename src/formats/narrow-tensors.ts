// Weights in fewer bits as tensors of a safetensors file: F16, or I8 [N, K] named NAME with F32 [N] named NAME.scale beside it.
import type { Parameter } from "../module/module.ts";
import type { SafetensorsInput } from "./write-safetensors.ts";

export const SCALE = ".scale";

/** The tensors that parameters in fewer bits are stored as; none for those of float32. */
export async function narrowTensors(
  parameters: ReadonlyMap<string, Parameter>,
): Promise<Record<string, SafetensorsInput>> {
  const tensors: Record<string, SafetensorsInput> = {};
  for (const [name, parameter] of parameters) {
    const { device, shape, storage } = parameter;
    if (!storage.narrow) continue;
    const numbers = await parameter.toArray();
    const { scales } = storage.narrow;
    if (!scales) {
      tensors[name] = { shape, data: numbers, dtype: "F16" };
      continue;
    }
    const [rows, columns] = shape;
    const steps = Float32Array.from(device.heap.floats().subarray(scales.offset, scales.offset + rows));
    const data = Int8Array.from(numbers, (number, place) => {
      const step = steps[Math.floor(place / columns)];
      return step > 0 ? Math.round(number / step) : 0;
    });
    tensors[name] = { shape, data };
    tensors[name + SCALE] = { shape: [rows], data: steps };
  }
  return tensors;
}
