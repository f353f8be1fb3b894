import type { Device } from "../device.ts";

/** Whole numbers in the heap, which a kernel reads as its table, for the duration of a callback. */
export function withTable(device: Device, numbers: readonly number[], body: (offset: number) => void): void {
  device.temporary(numbers.length, (offset) => {
    device.heap.putInts(numbers, offset);
    body(offset);
  });
}
