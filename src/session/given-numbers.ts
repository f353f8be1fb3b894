// What callers give for a model's inputs, checked against what the model says of them, the same for every format.
import { UnrolledError } from "../errors.ts";
import { type NestedNumbers, plainNumbers } from "../tensor/nested-numbers.ts";
import { shapeText, sizeOf, Tensor } from "../tensor/tensor.ts";
import type { ModelInput, ModelValue } from "./model-value.ts";

/** Numbers in row-major order, not copied where they need not be. */
export interface GivenNumbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** "x" (float [B, T, 3]), as people write it. */
export function valueText({ name, axes, kind }: ModelValue): string {
  return `"${name}" (${kindText(kind)} ${axes === "unknown" ? "of any shape" : `[${axes.join(", ")}]`})`;
}

/** Numbers as they were given. */
interface Given {
  readonly shape: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** @throws UnrolledError "invalid-argument" for inputs that are missing or unknown, "shape-mismatch" for what does not fit */
export function givenNumbers(
  call: string,
  values: readonly ModelValue[],
  inputs: Readonly<Record<string, ModelInput>>,
): Map<string, GivenNumbers> {
  if (typeof inputs !== "object" || inputs === null) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "inputs",
      got: String(inputs),
      needed: `an object with ${values.map(valueText).join(", ") || "nothing in it"}`,
    });
  }
  const given = Object.keys(inputs);
  const names = values.map(({ name }) => name);
  if (given.some((name) => !names.includes(name)) || names.some((name) => inputs[name] === undefined)) {
    const came = given.length > 0 ? given.map((name) => `"${name}"`).join(", ") : "none";
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `the inputs are ${came}, needed ${values.map(valueText).join(", ") || "none"}`,
    });
  }
  return new Map(values.map((value) => [value.name, numbersOf(call, value, inputs[value.name])]));
}

function numbersOf(call: string, value: ModelValue, given: ModelInput): GivenNumbers {
  const { axes, kind } = value;
  const numbers = withShape(call, value, given);
  const { shape } = numbers;
  const data = exactNumbers(call, value, numbers.data);
  const fits =
    axes === "unknown" ||
    (axes.length === shape.length &&
      axes.every((axis, at) => (typeof axis === "number" ? axis === shape[at] : shape[at] >= 0)));
  if (!fits || !shape.every((length) => Number.isInteger(length)) || sizeOf(shape) !== data.length) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `input ${valueText(value)} was given ${data.length} numbers of shape ${shapeText(shape)}`,
    });
  }
  if (kind === "float" || kind === "unknown") return { shape, data };
  for (let index = 0; index < data.length; index++) {
    if (Number.isInteger(data[index])) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `input ${valueText(value)} was given ${data[index]} at entry ${index}, needed whole numbers`,
    });
  }
  return { shape, data };
}

/** Entries as numbers: whole ones of 64 bits as other runtimes take them too, as long as they are exact. */
function exactNumbers(call: string, value: ModelValue, data: ArrayLike<unknown>): ArrayLike<number> {
  if (ArrayBuffer.isView(data) && !isBigInts(data)) return data as unknown as ArrayLike<number>;
  const isPlain = (entry: unknown) =>
    typeof entry === "number" || (typeof entry === "bigint" && Number.isSafeInteger(Number(entry)));
  for (let index = 0; index < data.length; index++) {
    if (isPlain(data[index])) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `input ${valueText(value)} was given ${String(data[index])} at entry ${index}, needed numbers that are exact in 53 bits`,
    });
  }
  return Array.from(data, Number);
}

function isBigInts(data: object): boolean {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

function withShape(call: string, value: ModelValue, given: ModelInput): Given {
  if (given instanceof Tensor) {
    const { heap } = given.device;
    const memory = given.kind === "int" ? heap.ints() : heap.floats();
    return { shape: given.shape, data: memory.subarray(given.offset, given.offset + given.size) };
  }
  if (isNumber(given)) {
    return value.axes === "unknown" ? { shape: [], data: [given] } : withShape(call, value, [given]);
  }
  if (typeof given === "object" && given !== null) {
    if ("shape" in given && "data" in given && Array.isArray(given.shape) && isNumbers(given.data))
      return given;
    if (Array.isArray(given) && given.some((part) => typeof part === "object"))
      return nested(call, value, given);
    if (isNumbers(given)) return { shape: shapeOfFlat(call, value, given.length), data: given };
  }
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `input ${valueText(value)} was given ${String(given)}, needed a tensor, { shape, data }, or numbers`,
  });
}

/** A flat array is meant for the only shape that it can have. */
function shapeOfFlat(call: string, value: ModelValue, length: number): number[] {
  const { axes } = value;
  if (axes === "unknown") return [length];
  const free = axes.filter((axis) => typeof axis === "string").length;
  const known = axes.reduce<number>(
    (product, axis) => (typeof axis === "number" ? product * axis : product),
    1,
  );
  const rest = length / known;
  if (free > 1 || (free === 0 ? length !== known : !(Number.isInteger(rest) && rest > 0))) {
    const why = free > 1 ? "whose shape is not clear; give { shape, data }" : "which fit no such shape";
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `input ${valueText(value)} was given ${length} numbers, ${why}`,
    });
  }
  return axes.map((axis) => (typeof axis === "number" ? axis : rest));
}

function nested(call: string, value: ModelValue, given: NestedNumbers): Given {
  const numbers = plainNumbers(given, isNumber);
  if (numbers) return numbers;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `input ${valueText(value)} was given nested arrays of unequal lengths, or with entries that are no numbers`,
  });
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isNumbers(given: object): given is ArrayLike<number | bigint> {
  return "length" in given && typeof given.length === "number";
}

function kindText(kind: ModelValue["kind"]): string {
  return { float: "numbers", int: "whole numbers", bool: "0 or 1", unknown: "numbers" }[kind];
}
