import type { Device } from "../../../../tensor/device.ts";
import { quantization } from "../quantization.ts";

/** Rounds numbers in the heap to the 256 levels that DynamicQuantizeLinear would give them together. */
export function quantizeInPlace(device: Device, place: number, count: number): void {
  const numbers = device.heap.floats().subarray(place, place + count);
  const { scale, zeroPoint, level } = quantization(numbers);
  for (let index = 0; index < count; index++) numbers[index] = (level(numbers[index]) - zeroPoint) * scale;
}
