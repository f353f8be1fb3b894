import { UnrolledError } from "../../errors.ts";
import type { PyTorchValue } from "../pytorch.ts";
import type { PyTorchTensor } from "../pytorch-tensor.ts";
import { shown } from "../shown.ts";

/** Where training scripts keep a state dictionary inside of a checkpoint. */
const KEYS = ["state_dict", "model_state_dict", "model"];

/**
 * The state dictionary in what `readPyTorch` gives: the value itself where it is named tensors and nothing else, or what a checkpoint
 * has under `state_dict`, `model_state_dict` or `model`.
 *
 * @throws UnrolledError "invalid-file" that lists what there is instead
 */
export function stateDictOf(value: PyTorchValue): Record<string, PyTorchTensor> {
  const found = [value, ...KEYS.map((key) => entryOf(value, key))].find(isStateDict);
  if (found) return found;
  const inside = isDictionary(value) ? `a dictionary with the keys ${keysOf(value)}` : shown(value);
  throw new UnrolledError("invalid-file", {
    call: "stateDictOf",
    subject: "value",
    got: `${inside}`,
    needed: `named tensors, or these under ${KEYS.join(", ")}; give the part that holds them`,
  });
}

function entryOf(value: PyTorchValue, key: string): PyTorchValue | undefined {
  return isDictionary(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isStateDict(value: PyTorchValue | undefined): value is Record<string, PyTorchTensor> {
  if (value === undefined || !isDictionary(value)) return false;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every(isTensor);
}

function isDictionary(value: PyTorchValue): value is { readonly [key: string]: PyTorchValue } {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof Uint8Array) && !isTensor(value as PyTorchValue);
}

/** A dictionary of a file can have any keys, but no Float32Array. */
function isTensor(value: PyTorchValue): value is PyTorchTensor {
  return typeof value === "object" && value !== null && "data" in value && value.data instanceof Float32Array;
}

function keysOf(dictionary: object): string {
  return shown(Object.keys(dictionary));
}
