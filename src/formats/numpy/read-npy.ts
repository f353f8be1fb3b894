// Arrays of NumPy (numpy/lib/format.py): "\x93NUMPY", version, the length of a header, the header as a Python dictionary, the numbers.
import { Allowance } from "../allowance.ts";
import { ByteReader } from "../byte-reader.ts";
import { float32Of } from "../float32-of.ts";
import { shown } from "../shown.ts";
import { bytesOfType, entriesOfType, numbersIn, type StoredType } from "../stored-numbers.ts";

const CALL = "readNpy";
const MAGIC_BYTES = 6;
const GREATEST_RANK = 32;
/** Types by NumPy's letter and width. */
const TYPES: Readonly<Record<string, StoredType>> = {
  b1: "BOOL",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  f2: "F16",
  f4: "F32",
  f8: "F64",
};

/** An array out of a file: `dtype` as it was stored, by safetensors' name; `data` row-major, widened or rounded to float32. */
export interface NumpyArray {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * An array that `numpy.save` wrote, as float32, row-major whatever its order in the file.
 *
 * @throws UnrolledError "invalid-file" for a file that is damaged or truncated, takes more than `maxBytes`, or holds complex numbers,
 * texts, records or Python's objects, whose pickles are not run
 */
export function readNpy(bytes: Uint8Array, options: { readonly maxBytes?: number } = {}): NumpyArray {
  return arrayIn(new ByteReader(CALL, bytes), new Allowance(CALL, bytes.length, options.maxBytes), "");
}

/** Whether bytes begin as such a file does. */
function isNpy(bytes: Uint8Array): boolean {
  return "\x93NUMPY".split("").every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

/** `place`: what errors say of where the array is, such as its name in an archive. */
export function arrayIn(reader: ByteReader, allowance: Allowance, place: string): NumpyArray {
  const { bytes } = reader;
  if (!isNpy(bytes)) throw reader.invalid(`${place}the file does not begin as an array of NumPy does`);
  reader.seek(MAGIC_BYTES, "the version");
  const version = reader.u8("the version");
  reader.u8("the version");
  if (version < 1 || version > 3)
    throw reader.invalid(`${place}the file is of version ${version}, needed 1 to 3`);
  const length = version === 1 ? reader.u16("the header's length") : reader.u32("the header's length");
  const header = reader.text(length, "the header");
  const { type, isBigEndian, isColumnMajor, shape } = parsedHeader(reader, header, place);
  const count = shape.reduce((product, size) => product * size, 1);
  const width = bytesOfType(type);
  if (!Number.isSafeInteger(count * width) || reader.left !== count * width)
    throw reader.invalid(
      `${place}an array ${shown(shape)} of ${type} takes ${count * width} bytes, ${reader.left} are there`,
    );
  allowance.take(4 * count, `${place}an array ${shown(shape)}`);
  const own = Uint8Array.from(bytes.subarray(reader.position));
  if (isBigEndian) swapBytes(own, width / entriesOfType(type));
  const numbers = float32Of(type, numbersIn(type, own.buffer)) as Float32Array;
  return { dtype: type, shape, data: isColumnMajor ? rowMajor(numbers, shape) : numbers };
}

/** The three entries of the dictionary, which is read as words and not run. */
function parsedHeader(reader: ByteReader, header: string, place: string) {
  const field = (name: string, value: string) =>
    new RegExp(`'${name}'\\s*:\\s*${value}\\s*[,}]`).exec(header)?.[1];
  const descr = field("descr", "'([^']*)'");
  const order = field("fortran_order", "(True|False)");
  const sizes = field("shape", "\\(([\\d,\\sL]*)\\)");
  if (descr === undefined || order === undefined || sizes === undefined)
    throw reader.invalid(
      `${place}the header is ${shown(header.trim())}, needed one type, fortran_order and shape (records are not read)`,
    );
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  if (shape.length > GREATEST_RANK || !shape.every((size) => Number.isSafeInteger(size)))
    throw reader.invalid(`${place}the shape is (${sizes}), needed at most ${GREATEST_RANK} whole numbers`);
  const type = Object.hasOwn(TYPES, descr.slice(1)) ? TYPES[descr.slice(1)] : undefined;
  if (type === undefined || !/^[<>|=]/.test(descr)) throw reader.invalid(`${place}${typeProblem(descr)}`);
  return { type, isBigEndian: descr[0] === ">", isColumnMajor: order === "True", shape };
}

function typeProblem(descr: string): string {
  const names: Readonly<Record<string, string>> = {
    O: "Python's objects",
    U: "texts",
    S: "texts",
    c: "complex numbers",
  };
  const letter = descr.replace(/^[<>|=]/, "")[0];
  const what = Object.hasOwn(names, letter ?? "") ? `it holds ${names[letter]}` : "its type is not read";
  return `${what} (${shown(descr)}); needed ${Object.keys(TYPES).join(", ")}`;
}

/** Numbers whose first axis varies fastest, the other way round. */
function rowMajor(numbers: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(numbers.length);
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  let place = 0;
  for (let position = 0; position < result.length; position++) {
    result[position] = numbers[place];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      place += strides[axis];
      if (index[axis] < shape[axis]) break;
      place -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return result;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let begin = 0; begin < bytes.length; begin += width) bytes.subarray(begin, begin + width).reverse();
}
