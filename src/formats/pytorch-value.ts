import type { PyTorchTensor } from "./pytorch-tensor.ts";

/** What a file of torch.save holds: dictionaries as objects, lists, tuples and sets as arrays, tensors, and what is of other classes. */
export type PyTorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyTorchTensor
  | PyTorchObject
  | readonly PyTorchValue[]
  | { readonly [key: string]: PyTorchValue };

/**
 * An object of a class that is not known here, such as `argparse.Namespace` or a module of torch.nn, as data; nothing of the class was
 * run. Objects may hold each other, and so themselves.
 */
export class PyTorchObject {
  /** Its class, or the function that would have made it, with the module. */
  readonly name: string;
  /** What that was called with. */
  arguments: readonly PyTorchValue[] = [];
  /** Its attributes by name, as a rule; null if it has none. */
  state: PyTorchValue = null;
  /** What it holds as a list. */
  items: readonly PyTorchValue[] = [];
  /** What it holds as a dictionary. */
  entries: { readonly [key: string]: PyTorchValue } = {};

  constructor(name: string) {
    this.name = name;
  }
}

/** Whether a value is a dictionary, by keys that are words. */
export function isDictionary(
  value: PyTorchValue | undefined,
): value is { readonly [key: string]: PyTorchValue } {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const isOther = value instanceof Uint8Array || value instanceof PyTorchObject;
  return isObject && !isOther && !isTensor(value);
}

/** A dictionary of a file can have any keys, but no Float32Array. */
export function isTensor(value: PyTorchValue | undefined): value is PyTorchTensor {
  return typeof value === "object" && value !== null && "data" in value && value.data instanceof Float32Array;
}
