import { shapeText } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Where Node.js and others look for what to print of an object. */
export const inspected: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** How many numbers are shown. */
export const SHOWN = 6;
const DIGITS = 5;

/** A tensor as people read it: `Tensor [2, 3] float32 [1, 2, 3, 4, 5, 6]`, with its first numbers, if there are any to be read. */
export function tensorText(tensor: Tensor, first: ArrayLike<number> | undefined): string {
  const { kind, device, shape, size, storage } = tensor;
  const type =
    kind === "int"
      ? "int32"
      : (storage.narrow?.precision ?? (device.backend === "reference" ? "float64" : "float32"));
  const head = `${tensor.constructor.name} ${shapeText(shape)} ${type}`;
  if (storage.freed) return `${head} (freed)`;
  if (!first) return head;
  const numbers = Array.from(first, (number) => String(Number(number.toPrecision(DIGITS))));
  return `${head} [${numbers.join(", ")}${size > numbers.length ? ", …" : ""}]`;
}
