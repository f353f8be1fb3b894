// Objects as torch.save pickles them, for tests that have no PyTorch.
import { archiveOf, pickle, tensor, text, u32 } from "./pickle-file.ts";

type Bytes = Uint8Array;

/** A dictionary of pickled values. */
export function dictionary(entries: Readonly<Record<string, Bytes>>): Bytes {
  return pickle("}(", ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), "u");
}

/** A class or function by its module and name. */
export function named(path: string): Bytes {
  const dot = path.lastIndexOf(".");
  return pickle(`c${path.slice(0, dot)}\n${path.slice(dot + 1)}\n`);
}

/** What a class or function makes of parameters. */
export function called(path: string, ...parameters: readonly Bytes[]): Bytes {
  return pickle(named(path), "(", ...parameters, "tR");
}

/** An object with attributes. */
export function object(path: string, attributes: Readonly<Record<string, Bytes>>): Bytes {
  return pickle(named(path), ")\x81", dictionary(attributes), "b");
}

export const none = pickle("N");
export const whole = (value: number): Bytes => pickle("J", u32(value >>> 0));
export const flag = (value: boolean): Bytes => pickle(value ? "\x88" : "\x89");
export const list = (...values: readonly Bytes[]): Bytes => pickle("](", ...values, "e");
/** BINFLOAT, the highest byte first. */
export function float(value: number): Bytes {
  return pickle("G", new Uint8Array(Float64Array.of(value).buffer).reverse());
}

/** Tensors of these shapes by name, each of its own numbers, small and different. */
export class Storages {
  readonly bytes: Record<string, Uint8Array> = {};

  /** A tensor, which is one of a pickle. */
  tensor(...shape: readonly number[]): Bytes {
    const count = shape.reduce((product, size) => product * size, 1);
    const key = `${Object.keys(this.bytes).length}`;
    const numbers = Float32Array.from({ length: count }, (_, index) => Math.sin(index + 7 * Number(key)) / 4);
    this.bytes[key] = new Uint8Array(numbers.buffer);
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((product, size) => product * size, 1),
    );
    return tensor(key, count, 0, shape, strides);
  }

  /** Tensors by name. */
  tensors(shapes: Readonly<Record<string, readonly number[]>>): Record<string, Bytes> {
    return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, this.tensor(...shape)]));
  }

  /** The file of a value. */
  file(value: Bytes): Uint8Array {
    return archiveOf(pickle("\x80\x02", value, "."), this.bytes);
  }
}

/** A module with all that PyTorch gives one. */
export function module(
  path: string,
  parts: {
    readonly parameters?: Readonly<Record<string, Bytes>>;
    readonly buffers?: Readonly<Record<string, Bytes>>;
    readonly transient?: readonly string[];
    readonly modules?: Readonly<Record<string, Bytes>>;
    readonly options?: Readonly<Record<string, Bytes>>;
  },
): Bytes {
  const ordered = (entries: Readonly<Record<string, Bytes>> = {}) =>
    pickle(called("collections.OrderedDict"), dictionary(entries).subarray(1));
  return object(path, {
    training: flag(false),
    _parameters: ordered(parts.parameters),
    _buffers: ordered(parts.buffers),
    _non_persistent_buffers_set: called("__builtin__.set", list(...(parts.transient ?? []).map(text))),
    _modules: ordered(parts.modules),
    ...parts.options,
  });
}
