import { UnrolledError } from "../errors.ts";
import { type Pickled, PickledObject } from "./pickle.ts";
import { TensorReference } from "./pytorch-names.ts";
import type { PyTorchTensor } from "./pytorch-tensor.ts";
import { PyTorchObject, type PyTorchValue } from "./pytorch-value.ts";
import { shown } from "./shown.ts";

const MAX_DEPTH = 100;

/** Pickled values as plain ones. What a pickle uses in several places is made once, or a small one could become endless. */
export class PlainValues {
  readonly #call: string;
  readonly #tensors: ReadonlyMap<TensorReference, PyTorchTensor | PyTorchObject>;
  readonly #made = new Map<Pickled, PyTorchValue | "unfinished">();
  /** How many objects the value that is being made lies in. */
  #objects = 0;

  /** `call`: what error messages begin with. */
  constructor(call: string, tensors: ReadonlyMap<TensorReference, PyTorchTensor | PyTorchObject>) {
    this.#call = call;
    this.#tensors = tensors;
  }

  of(value: Pickled, depth: number): PyTorchValue {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (value instanceof TensorReference) return this.#tensors.get(value) as PyTorchTensor | PyTorchObject;
    const made = this.#made.get(value);
    // Objects often know what they belong to; that a dictionary is found again inside of one is no reason to lose a file.
    if (made === "unfinished" && this.#objects > 0) return null;
    if (made === "unfinished") throw this.#invalid("the pickle holds a value that contains itself");
    if (made !== undefined) return made;
    if (depth > MAX_DEPTH) throw this.#invalid(`the pickle is nested more than ${MAX_DEPTH} deep`);
    if (value instanceof PickledObject) return this.#objectOf(value, depth);
    this.#made.set(value, "unfinished");
    const plain = this.#containerOf(value, depth);
    this.#made.set(value, plain);
    return plain;
  }

  #objectOf(value: PickledObject, depth: number): PyTorchObject {
    const object = new PyTorchObject(value.name);
    this.#made.set(value, object);
    this.#objects++;
    object.arguments = value.parameters.map((entry) => this.of(entry, depth + 1));
    object.state = this.of(value.state, depth + 1);
    object.items = value.items.map((entry) => this.of(entry, depth + 1));
    object.entries = this.#dictionaryOf(value.entries, depth);
    this.#objects--;
    return object;
  }

  #containerOf(value: object, depth: number): PyTorchValue {
    if (Array.isArray(value)) return value.map((entry) => this.of(entry, depth + 1));
    return value instanceof Map ? this.#dictionaryOf(value, depth) : this.#nameOf(value);
  }

  #dictionaryOf(value: Map<Pickled, Pickled>, depth: number): { readonly [key: string]: PyTorchValue } {
    const entries = new Map<string, PyTorchValue>();
    for (const [key, entry] of value) {
      const word = wordOf(key);
      const isObject = typeof key === "object" && key !== null;
      if (entries.has(word) && !isObject)
        throw this.#invalid(`a dictionary of the pickle has the key ${shown(word)} twice`);
      entries.set(entries.has(word) ? `${word} (${entries.size})` : word, this.of(entry, depth + 1));
    }
    return Object.fromEntries(entries);
  }

  /** A name that a pickle keeps as a value, such as a dtype. */
  #nameOf(value: object): string {
    if ("text" in value && typeof value.text === "string") return value.text;
    throw this.#invalid("the pickle keeps a storage by itself, not as a tensor");
  }

  #invalid(problem: string): UnrolledError {
    return new UnrolledError("invalid-file", { call: this.#call, problem });
  }
}

/** A key of a dictionary; Python's may be anything. */
function wordOf(key: Pickled): string {
  if (typeof key === "string") return key;
  if (key instanceof PickledObject)
    return `${key.name}(${key.parameters.map((own) => shown(own)).join(", ")})`;
  if (key instanceof TensorReference) return `tensor ${shown(key.shape)}`;
  return typeof key === "object" && key !== null && "text" in key ? String(key.text) : shown(key);
}
