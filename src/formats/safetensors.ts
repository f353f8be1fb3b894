import { UnrolledError } from "../errors.ts";
import { float32FromBfloat16, float32FromFloat16 } from "./narrow-floats.ts";
import {
  invalidSafetensors,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  METADATA_KEY,
  readSafetensorsHeader,
} from "./safetensors-header.ts";

/** A tensor on its way into a file: its sizes and its values in row-major order. */
export interface SafetensorsInput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A tensor out of a file: `dtype` as it was stored, `data` widened or rounded to float32. */
export interface SafetensorsTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The bytes of a safetensors file (https://github.com/huggingface/safetensors#format). Tensors lie in the
 * order of their names and the header is filled up to eight bytes, so equal tensors give equal bytes.
 *
 * @param tensors float32 tensors by name
 * @param metadata words about the file; `{ format: "pt" }` is what PyTorch's readers look for
 * @throws UnrolledError "shape-mismatch" where a shape does not fit its values, "invalid-argument"
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, SafetensorsInput>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort();
  const fields: string[] = [];
  const words = Object.keys(metadata).sort();
  if (words.length > 0) {
    const pairs = words.map((word) => `${JSON.stringify(word)}:${JSON.stringify(metadata[word])}`);
    fields.push(`"${METADATA_KEY}":{${pairs.join(",")}}`);
  }
  // The header is put together by hand because objects would list names such as "0" before all others.
  let offset = 0;
  for (const name of names) {
    const { shape, data } = checkedInput(name, tensors[name]);
    const entry = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    offset += data.byteLength;
  }
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(header.length / 8) * 8;
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new UnrolledError(
      "invalid-argument",
      `writeSafetensors: names and metadata take ${headerBytes} bytes, more than the format's ${MAX_HEADER_BYTES}`,
    );
  }

  const dataBegin = LENGTH_BYTES + headerBytes;
  const file = new Uint8Array(dataBegin + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, dataBegin);
  file.set(header, LENGTH_BYTES);
  let position = dataBegin;
  for (const name of names) {
    const { data } = tensors[name];
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/**
 * The tensors of a safetensors file, copied. F32, F16, BF16 and F64 are read, the last one rounded.
 *
 * @throws UnrolledError "invalid-file" that names the tensor, for a file that breaks the format, is
 * truncated, or holds other types than these
 */
export function readSafetensors(bytes: Uint8Array): Record<string, SafetensorsTensor> {
  const { entries } = readSafetensorsHeader(bytes);
  return Object.fromEntries(
    entries.map(({ name, dtype, shape, begin, end }) => {
      // A copy, since wide typed arrays cannot start at any byte; `slice` of a Node Buffer would be none.
      const data = toFloat32(name, dtype, new Uint8Array(bytes.subarray(begin, end)).buffer);
      return [name, { dtype, shape, data }];
    }),
  );
}

/** The words about the file in its header, `{}` if there are none. Throws as `readSafetensors` does. */
export function readSafetensorsMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  return readSafetensorsHeader(bytes).metadata;
}

function toFloat32(name: string, dtype: string, values: ArrayBufferLike): Float32Array {
  switch (dtype) {
    case "F32":
      return new Float32Array(values);
    case "F16":
      return float32FromFloat16(new Uint16Array(values));
    case "BF16":
      return float32FromBfloat16(new Uint16Array(values));
    case "F64":
      return new Float32Array(new Float64Array(values));
    default:
      throw invalidSafetensors(
        `tensor ${JSON.stringify(name)}: dtype is ${dtype}, but only F32, F16, BF16 and F64 are read`,
      );
  }
}

function checkedInput(name: string, tensor: SafetensorsInput): SafetensorsInput {
  const { shape, data } = tensor;
  if (name === METADATA_KEY) {
    throw new UnrolledError("invalid-argument", `writeSafetensors: a tensor cannot be named ${METADATA_KEY}`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0) || size !== data.length) {
    throw new UnrolledError(
      "shape-mismatch",
      `writeSafetensors: tensor ${JSON.stringify(name)} has shape [${shape.join(", ")}], but ${data.length} values`,
    );
  }
  return tensor;
}
