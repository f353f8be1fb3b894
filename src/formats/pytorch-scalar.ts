// Scalars of NumPy as it pickles them (numpy/_core/multiarray.py): scalar(dtype("f8", False, True) with its byte order, bytes).
import { float32Of } from "./float32-of.ts";
import { type Pickled, PickledObject } from "./pickle.ts";
import { bytesOfType, numbersIn, type StoredType } from "./stored-numbers.ts";

const SCALARS = new Set(["numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"]);
/** A class that only stands as a parameter of scalars and arrays. */
export const NUMPY_TYPE = "numpy.dtype";
const TYPES: Readonly<Record<string, StoredType>> = {
  ...{ i1: "I8", i2: "I16", i4: "I32", i8: "I64", u1: "U8", u2: "U16", u4: "U32", u8: "U64" },
  ...{ f2: "F16", f4: "F32", f8: "F64", b1: "BOOL" },
};

/** Whether a name is that of the function which makes scalars. */
export function makesNumpyScalar(name: string): boolean {
  return SCALARS.has(name);
}

/** A number, or true or false; undefined for a scalar that is neither. Whole numbers beyond 2⁵³ are BigInts. */
export function numpyScalar([type, bytes]: readonly Pickled[]): number | bigint | boolean | undefined {
  if (!(type instanceof PickledObject) || type.name !== NUMPY_TYPE || !(bytes instanceof Uint8Array))
    return undefined;
  const [code] = type.parameters;
  const stored = typeof code === "string" && Object.hasOwn(TYPES, code) ? TYPES[code] : undefined;
  if (stored === undefined || bytes.length !== bytesOfType(stored)) return undefined;
  const isBigEndian = Array.isArray(type.state) && type.state[1] === ">";
  const own = Uint8Array.from(bytes);
  const numbers = numbersIn(stored, (isBigEndian ? own.reverse() : own).buffer);
  const [value] = numbers;
  if (stored === "BOOL") return value !== 0;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return stored === "F16" ? float32Of(stored, numbers)![0] : value;
}
