// Float32 tensors in fewer bits, as files of safetensors hold them.
import { UnrolledError } from "../errors.ts";
import type { StateDict } from "../module/state-dict.ts";
import { shown } from "./shown.ts";
import type { SafetensorsInput } from "./write-safetensors.ts";

/** What the numbers of a file can be stored as. */
export type StoredPrecision = "float32" | "float16" | "bfloat16" | "int8";

const LARGEST_HALF = 65504;
const LARGEST_BYTE = 127;

/**
 * Tensors to be written in fewer bits: all of them as halves, or weight matrices as bytes with a scale for each row, max |row| / 127
 * (NAME as I8, NAME.scale as F32), everything else as float32.
 *
 * @throws UnrolledError "not-finite" for numbers that the precision cannot hold
 */
export function storedAs(tensors: StateDict, precision: StoredPrecision): Record<string, SafetensorsInput> {
  const stored: Record<string, SafetensorsInput> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const most = precision === "float16" ? LARGEST_HALF : Number.MAX_VALUE;
    if (precision !== "float32" && !data.every((value) => Math.abs(value) <= most)) {
      throw new UnrolledError("not-finite", {
        call: "storedAs",
        problem: `tensor ${shown(name)} has numbers that ${precision} cannot hold`,
      });
    }
    if (precision === "int8") Object.assign(stored, asBytes(name, shape, data));
    else if (precision === "float32") stored[name] = { shape, data };
    else stored[name] = { shape, data, dtype: precision === "float16" ? "F16" : "BF16" };
  }
  return stored;
}

function asBytes(
  name: string,
  shape: readonly number[],
  data: Float32Array,
): Record<string, SafetensorsInput> {
  if (shape.length !== 2 || !/(^|\.)weight[^.]*$/.test(name)) return { [name]: { shape, data } };
  const [rows, columns] = shape;
  const scales = new Float32Array(rows);
  const bytes = new Int8Array(data.length);
  for (let row = 0; row < rows; row++) {
    const numbers = data.subarray(row * columns, (row + 1) * columns);
    const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scales[row] = largest / LARGEST_BYTE;
    if (scales[row] === 0) continue;
    for (let column = 0; column < columns; column++) {
      const steps = Math.round(numbers[column] / scales[row]);
      bytes[row * columns + column] = Math.max(-LARGEST_BYTE, Math.min(LARGEST_BYTE, steps));
    }
  }
  return { [name]: { shape, data: bytes }, [`${name}.scale`]: { shape: [rows], data: scales } };
}
