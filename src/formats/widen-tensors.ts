// Tensors of a file as the numbers that they stand for, and as the parameters that are stored in fewer bits (`narrow-tensors.ts`).
import { UnrolledError } from "../errors.ts";
import { isWeightMatrix, narrowParameter } from "../layers/narrow-weights.ts";
import type { Parameter } from "../module/module.ts";
import type { NarrowPrecision } from "../tensor/storage.ts";
import { SCALE } from "./narrow-tensors.ts";
import type { SafetensorsTensor } from "./safetensors.ts";

/** How a file stores a weight in fewer bits. */
export interface NarrowWeight {
  readonly precision: NarrowPrecision;
  readonly scales: Float32Array | undefined;
}

/** A file's tensors with the numbers that they stand for, and which of them are stored in fewer bits. */
export interface WidenedTensors {
  readonly tensors: Record<string, SafetensorsTensor>;
  readonly narrow: ReadonlyMap<string, NarrowWeight>;
}

/**
 * Multiplies I8 tensors by the scales of their rows, and tells what is stored in fewer bits.
 *
 * @throws UnrolledError "invalid-file" for an I8 tensor without scales, or with others than one of each row, finite and not negative
 */
export function widenTensors(stored: Readonly<Record<string, SafetensorsTensor>>): WidenedTensors {
  const tensors: Record<string, SafetensorsTensor> = {};
  const narrow = new Map<string, NarrowWeight>();
  for (const [name, tensor] of Object.entries(stored)) {
    if (isScale(name, stored)) continue;
    if (tensor.dtype === "I8") {
      const scales = scalesOf(name, stored);
      const columns = tensor.shape[1];
      const data = tensor.data.map((steps, place) => steps * scales[Math.floor(place / columns)]);
      tensors[name] = { ...tensor, data };
      narrow.set(name, { precision: "int8", scales });
    } else {
      tensors[name] = tensor;
      if (tensor.dtype === "F16") narrow.set(name, { precision: "float16", scales: undefined });
    }
  }
  return { tensors, narrow };
}

/** Fills a parameter from a file: a weight matrix in the bits that it is stored in, everything else as float32. */
export function fillParameter(
  name: string,
  parameter: Parameter,
  numbers: Float32Array,
  stored: NarrowWeight | undefined,
): void {
  if (!stored || !isWeightMatrix(name, parameter)) parameter.assign(numbers);
  else narrowParameter(parameter, stored.precision, { scales: stored.scales, numbers });
}

function isScale(name: string, stored: Readonly<Record<string, SafetensorsTensor>>): boolean {
  if (!name.endsWith(SCALE)) return false;
  const owner = name.slice(0, -SCALE.length);
  return Object.hasOwn(stored, owner) && stored[owner].dtype === "I8";
}

function scalesOf(name: string, stored: Readonly<Record<string, SafetensorsTensor>>): Float32Array {
  const invalid = (problem: string) =>
    new UnrolledError("invalid-file", {
      call: "readSafetensors",
      problem: `tensor ${JSON.stringify(name)}: ${problem}`,
    });
  const { shape, data } = stored[name];
  if (shape.length !== 2) {
    throw invalid(`it is I8 [${shape.join(", ")}], but only matrices can be stored as bytes with scales`);
  }
  if (data.includes(-128)) throw invalid("it is I8 and holds −128, needed −127 to 127");
  const scale = Object.hasOwn(stored, name + SCALE) ? stored[name + SCALE] : undefined;
  if (!scale) throw invalid(`it is I8, but its scales, ${name}${SCALE}, are missing`);
  if (scale.dtype !== "F32" || scale.shape.length !== 1 || scale.shape[0] !== shape[0]) {
    throw invalid(
      `its scales are ${scale.dtype} [${scale.shape.join(", ")}], needed F32 [${shape[0]}], one for each row`,
    );
  }
  if (!scale.data.every((step) => step >= 0 && Number.isFinite(step))) {
    throw invalid("its scales must be finite and not negative");
  }
  return scale.data;
}
