// The weights of a model of TensorFlow.js: groups of files that are one run of bytes, and the tensors in them one behind the other
// (tfjs-core/src/io/types.ts: WeightsManifestConfig). Quantised numbers q are q·scale + min.

import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import type { Allowance } from "../allowance.ts";
import type { KerasArray, KerasWeights } from "../keras/keras-weights.ts";
import { shown } from "../shown.ts";
import { float32FromFloat16 } from "../widened-floats.ts";

const MOST_GROUPS = 10_000;
const MOST_SHARDS = 100_000;
const MOST_WEIGHTS = 100_000;
const LONGEST_NAME = 1000;
const GREATEST_RANK = 8;
const MOST_ENTRIES = 2 ** 40;

/** Gives the bytes of a file of weights. */
export type ReadShard = (path: string) => Uint8Array | Promise<Uint8Array>;

interface Group {
  readonly weights: readonly unknown[];
  readonly shards: Uint8Array[];
}

/** How numbers lie in the files. */
type Stored = "float32" | "int32" | "float16" | "uint16" | "uint8";
const WIDTHS: Readonly<Record<Stored, number>> = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1 };

/** The bytes of all files, and the tensors in them by layer. */
export interface WeightFiles {
  readonly shards: readonly Uint8Array[];
  entries(allowance: Allowance, layers: readonly string[]): KerasWeights;
}

/** Reads all files that a manifest names, and then the tensors in them. */
export async function readManifest(
  call: string,
  manifest: unknown,
  readShard: ReadShard,
): Promise<WeightFiles> {
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call, problem });
  if (!Array.isArray(manifest) || manifest.length > MOST_GROUPS)
    throw invalid(`weightsManifest is ${shown(manifest)}, needed a list of groups`);
  const groups: Group[] = [];
  const paths: string[] = [];
  for (const group of manifest) {
    if (!isRecord(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights))
      throw invalid(`a group of weights is ${shown(group)}, needed an object with paths and weights`);
    const shards: Uint8Array[] = [];
    for (const path of group.paths) {
      if (!isPlainPath(path))
        throw invalid(`a file of weights is ${shown(path)}, needed a plain relative path`);
      paths.push(path);
      if (paths.length > MOST_SHARDS) throw invalid(`weights lie in more than ${MOST_SHARDS} files`);
    }
    groups.push({ weights: group.weights, shards });
  }
  if (new Set(paths).size < paths.length) throw invalid("a file of weights is named twice");
  for (const [at, group] of groups.entries())
    for (const path of (manifest[at] as { paths: string[] }).paths) group.shards.push(await shardOf(path));
  const shards = groups.flatMap((group) => group.shards);

  return { shards, entries };

  async function shardOf(path: string): Promise<Uint8Array> {
    const bytes = await readShard(path);
    if (!(bytes instanceof Uint8Array))
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `readShard gave no Uint8Array for ${shown(path)}`,
      });
    return bytes;
  }

  /** The tensors by the layer whose name theirs begin with. */
  function entries(allowance: Allowance, layers: readonly string[]): KerasWeights {
    const known = new Set(layers);
    const weights = new Map<string, KerasArray[]>();
    let count = 0;
    for (const group of groups) {
      const bytes = joined(allowance, group.shards);
      let position = 0;
      for (const entry of group.weights) {
        if (++count > MOST_WEIGHTS) throw invalid(`there are more than ${MOST_WEIGHTS} weights`);
        const { array, length } = readEntry(entry, bytes, position, allowance);
        position += length;
        const layer = layerOf(array.name, known);
        if (layer === undefined)
          throw invalid(`weight ${shown(array.name)} belongs to no layer of the model`);
        const others = weights.get(layer);
        if (others) others.push(array);
        else weights.set(layer, [array]);
      }
      if (position < bytes.length)
        throw invalid(`files of weights have ${bytes.length} bytes, of which ${position} are used`);
    }
    return weights;
  }

  function readEntry(entry: unknown, bytes: Uint8Array, position: number, allowance: Allowance) {
    if (!isRecord(entry) || typeof entry.name !== "string")
      throw invalid(`a weight is ${shown(entry)}, needed an object with a name`);
    const { name, shape, quantization } = entry;
    const where = `weight ${shown(name)}`;
    if (name.length > LONGEST_NAME) throw invalid(`${where}: its name has ${name.length} characters`);
    const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
    if (!Array.isArray(shape) || shape.length > GREATEST_RANK || !shape.every(isLength))
      throw invalid(`${where}: shape is ${shown(shape)}, needed a list of sizes`);
    const size = shape.reduce((product: number, length: number) => product * length, 1);
    if (!(size <= MOST_ENTRIES)) throw invalid(`${where}: shape is ${shown(shape)}, larger than any file`);
    const stored = isRecord(quantization) ? quantization.dtype : entry.dtype;
    if (typeof stored !== "string" || !Object.hasOwn(WIDTHS, stored))
      throw invalid(`${where}: dtype is ${shown(stored)}, needed one of ${Object.keys(WIDTHS).join(", ")}`);
    const length = size * WIDTHS[stored as Stored];
    if (length > bytes.length - position)
      throw invalid(`${where} needs ${length} bytes, ${bytes.length - position} are left`);
    allowance.take(size * Float32Array.BYTES_PER_ELEMENT, where);
    const data = numbers(stored as Stored, bytes.subarray(position, position + length), size);
    if (isRecord(quantization) && stored !== "float16") {
      const { scale, min } = quantization;
      if (typeof scale !== "number" || typeof min !== "number")
        throw invalid(`${where}: quantization is ${shown(quantization)}, needed scale and min`);
      for (let index = 0; index < size; index++) data[index] = data[index] * scale + min;
    }
    return { array: { name, shape: shape as number[], data }, length };
  }
}

function numbers(stored: Stored, bytes: Uint8Array, size: number): Float32Array {
  // Copied, since wide typed arrays cannot start at any byte.
  const { buffer } = Uint8Array.from(bytes);
  switch (stored) {
    case "float32":
      return new Float32Array(buffer);
    case "int32":
      return Float32Array.from(new Int32Array(buffer));
    case "float16":
      return float32FromFloat16(new Uint16Array(buffer));
    case "uint16":
      return Float32Array.from(new Uint16Array(buffer));
    case "uint8":
      return Float32Array.from(bytes.subarray(0, size));
  }
}

function joined(allowance: Allowance, shards: readonly Uint8Array[]): Uint8Array {
  if (shards.length === 1) return shards[0];
  const length = shards.reduce((sum, shard) => sum + shard.length, 0);
  allowance.take(length, "files of weights");
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const shard of shards) {
    bytes.set(shard, position);
    position += shard.length;
  }
  return bytes;
}

/**
 * `lstm` for `lstm/lstm_cell/kernel`: the longest beginning, up to a slash, that is a layer's name. Keras 3 puts the model's own name in
 * front of it: `sequential/lstm/lstm_cell/kernel`.
 */
function layerOf(name: string, layers: ReadonlySet<string>): string | undefined {
  for (let start = 0; start >= 0; start = name.indexOf("/", start) + 1 || -1) {
    for (let end = name.lastIndexOf("/"); end > start; end = name.lastIndexOf("/", end - 1)) {
      const part = name.slice(start, end);
      if (layers.has(part)) return part;
    }
  }
  return undefined;
}

/** Whether a path stays below the folder that it is read from. */
function isPlainPath(path: unknown): path is string {
  if (typeof path !== "string" || path.length > LONGEST_NAME) return false;
  // Drives, addresses, roots and Windows' slashes lead elsewhere.
  if (/^\/|[\\:\0]/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
