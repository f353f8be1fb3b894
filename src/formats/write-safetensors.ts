import { UnrolledError } from "../errors.ts";
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from "./safetensors-format.ts";
import {
  bytesOfType,
  entriesOfType,
  isArrayOf,
  type StoredNumbers,
  type StoredType,
  storedFloats,
  typeOfArray,
} from "./stored-numbers.ts";

/** A tensor on its way into a file: its sizes and its values in row-major order. */
export interface SafetensorsInput {
  readonly shape: readonly number[];
  readonly data: StoredNumbers;
  /**
   * How it is stored. Float32 values can become F32 (if not given), F16, BF16 or F64; any other array is stored as it is: as its
   * own type if not given, or under another name for the same bytes (Uint16Array as the bits of F16, Uint8Array as BOOL).
   */
  readonly dtype?: StoredType;
}

interface OutputTensor {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: StoredNumbers;
}

/**
 * The bytes of a safetensors file (https://github.com/huggingface/safetensors#format). Tensors lie in the order of their types,
 * wide ones first so that all are aligned, then of their names, and the header is filled up to eight bytes: equal tensors give
 * equal bytes.
 *
 * @param tensors by name
 * @param metadata words about the file; `{ format: "pt" }` is what PyTorch's readers look for
 * @throws UnrolledError "shape-mismatch" where a shape does not fit its values, "invalid-argument" for a type that values cannot
 * be stored as
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, SafetensorsInput>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort();
  const ordered = names
    .map((name) => checked(name, tensors[name]))
    .sort((left, right) => bytesOfType(right.dtype) - bytesOfType(left.dtype));
  const header = headerOf(ordered, metadata);
  const dataBegin = LENGTH_BYTES + header.length;
  const total = ordered.reduce((sum, { data }) => sum + data.byteLength, 0);
  const file = new Uint8Array(dataBegin + total);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let position = dataBegin;
  for (const { data } of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

function headerOf(
  tensors: readonly OutputTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const fields: string[] = [];
  const words = Object.keys(metadata).sort();
  if (words.length > 0) {
    const pairs = words.map((word) => `${JSON.stringify(word)}:${JSON.stringify(metadata[word])}`);
    fields.push(`"${METADATA_KEY}":{${pairs.join(",")}}`);
  }
  // The header is put together by hand because objects would list names such as "0" before all others.
  let offset = 0;
  for (const { name, dtype, shape, data } of tensors) {
    const entry = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new UnrolledError("invalid-argument", {
      call: "writeSafetensors",
      problem: `names and metadata take ${length} bytes, more than the format's ${MAX_HEADER_BYTES}`,
    });
  }
  const header = new Uint8Array(length).fill(0x20);
  header.set(text);
  return header;
}

function checked(name: string, { shape, data, dtype = typeOfArray(data) }: SafetensorsInput): OutputTensor {
  const call = "writeSafetensors";
  const tensor = `tensor ${JSON.stringify(name)}`;
  if (name === METADATA_KEY) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `a tensor cannot be named ${METADATA_KEY}`,
    });
  }
  const stored = data instanceof Float32Array && dtype !== "C64" ? storedFloats(dtype, data) : data;
  if (!stored || !isArrayOf(dtype, stored)) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `${tensor} has its values in a ${data.constructor.name}, which cannot be stored as ${dtype}`,
    });
  }
  const size = shape.reduce((product, length) => product * length, entriesOfType(dtype));
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0) || size !== data.length) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `${tensor} has shape [${shape.join(", ")}], but ${data.length / entriesOfType(dtype)} values`,
    });
  }
  return { name, dtype, shape, data: stored };
}
