// The one check of whole numbers: indices, ids, sizes, counts. What a typed array or a kernel would cut to fit is refused here.
import { UnrolledError } from "./errors.ts";

/** The whole numbers that a tensor of whole numbers holds. */
export const INT_LEAST = -(2 ** 31);
export const INT_MOST = 2 ** 31 - 1;

/** Whether a value is a whole number from `least` to `most`. */
export function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** An error that names call and argument, unless the value is a whole number from `least` to `most`. */
export function requireWhole(
  call: string,
  argument: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (isWhole(value, least, most)) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: argument,
    got: came(value),
    needed: `a whole number ${range}`,
  });
}

/** An error that names call and entry, unless a tensor of whole numbers can hold all of these. */
export function requireWholes(
  call: string,
  numbers: ArrayLike<unknown>,
  subject = (index: number) => `entry ${index} is`,
): void {
  if (numbers instanceof Int32Array) return;
  for (let index = 0; index < numbers.length; index++) {
    if (isWhole(numbers[index], INT_LEAST, INT_MOST)) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `${subject(index)} ${came(numbers[index])}, needed whole numbers from ${INT_LEAST} to ${INT_MOST}`,
    });
  }
}

/** An error unless each of `batch` sequences has a length from 1, or `least`, to `steps`, or none are given. */
export function requireLengths(
  call: string,
  lengths: unknown,
  batch: number,
  steps: number,
  { name = "lengths", least = 1 }: { readonly name?: string; readonly least?: number } = {},
): void {
  if (lengths === undefined) return;
  const isList = Array.isArray(lengths) || (ArrayBuffer.isView(lengths) && "length" in lengths);
  const list = isList ? Array.from(lengths as ArrayLike<unknown>) : undefined;
  if (list?.length === batch && list.every((length) => isWhole(length, least, steps))) return;
  const text = list ? `[${list.map(came).join(", ")}]` : came(lengths);
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `${name} must be ${batch} whole numbers from ${least} to ${steps}, got ${text}`,
  });
}

/** A value as an error quotes it. */
function came(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  return "shape" in value && Array.isArray(value.shape)
    ? `a tensor of shape [${value.shape.join(", ")}]`
    : "an object";
}
