import { UnrolledError } from "../errors.ts";
import { shapeText, Tensor } from "../tensor/tensor.ts";

/** An error that names the call unless `lengths` are steps that each of B sequences has, 1 to T, or not given. */
export function requireLengths(call: string, lengths: unknown, batch: number, steps: number): void {
  if (lengths === undefined) return;
  const fits = (length: unknown) =>
    Number.isInteger(length) && Number(length) >= 1 && Number(length) <= steps;
  const isList = Array.isArray(lengths) || (ArrayBuffer.isView(lengths) && "length" in lengths);
  const list = isList ? Array.from(lengths as ArrayLike<unknown>) : undefined;
  if (list?.length === batch && list.every(fits)) return;
  throw new UnrolledError(
    "shape-mismatch",
    `${call}: lengths must be ${batch} whole numbers from 1 to ${steps}, got ${cameAs(lengths, list)}`,
  );
}

function cameAs(lengths: unknown, list: readonly unknown[] | undefined): string {
  if (list) return `[${list.join(", ")}]`;
  return lengths instanceof Tensor ? `a tensor of shape ${shapeText(lengths.shape)}` : String(lengths);
}
