// What a model learns from: examples, one a row of a batch. All of it is plain data, which travels between threads.
import { UnrolledError } from "../../errors.ts";
import { type NestedNumbers, plainNumbers } from "../../tensor/nested-numbers.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A number, a sequence of numbers [T], or nested arrays [T, …], the innermost of which may be typed ones. */
export type ExampleNumbers = number | ArrayLike<number> | NestedNumbers;

/** One side of an example: numbers, or several by name. */
export type ExamplePart = ExampleNumbers | Readonly<Record<string, ExampleNumbers>>;

/** What a model reads, and what it should answer. It may have more fields, for your own `step`. */
export interface Example {
  readonly inputs: ExamplePart;
  readonly targets?: ExamplePart;
}

/** Whether numbers become whole ones, as ids and classes are. */
export type NumberKind = "int" | "float";

/** A part as tensors: one, or several by name. */
export type TensorsOf<Part> = Part extends ExampleNumbers
  ? Tensor
  : { readonly [Name in keyof Part]: Tensor };

/** The parts of a side by name; numbers without a name have "". */
export function partsOf(part: ExamplePart): readonly (readonly [name: string, numbers: ExampleNumbers])[] {
  return isNumbers(part) ? [["", part]] : Object.entries(part);
}

export function isNumbers(part: unknown): part is ExampleNumbers {
  return typeof part === "number" || Array.isArray(part) || ArrayBuffer.isView(part);
}

/** Numbers with their shape; a number alone has none. */
export function shaped(
  call: string,
  numbers: ExampleNumbers,
  where: string,
): { readonly shape: readonly number[]; readonly data: ArrayLike<number> } {
  if (typeof numbers === "number") return { shape: [], data: [numbers] };
  const plain = plainNumbers(numbers);
  if (plain) return plain;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `${where} has nested arrays of unequal lengths, or entries that are no numbers`,
  });
}

/** The length of an example for which batches are gathered alike: that of its longest part, 0 where none is a sequence. */
export function lengthOf({ inputs }: Example): number {
  return Math.max(
    0,
    ...partsOf(inputs).map(([, numbers]) => (typeof numbers === "number" ? 0 : numbers.length)),
  );
}

/**
 * The kind of each part, "int" where all numbers of all examples are whole.
 *
 * @throws UnrolledError "invalid-argument" for examples that have other parts than the first
 */
export function kindsOf(
  call: string,
  examples: readonly Example[],
  side: "inputs" | "targets",
): Record<string, NumberKind> {
  const kinds: Record<string, NumberKind> = {};
  examples.forEach((example, index) => {
    const part = example[side];
    if (part === undefined) return;
    for (const [name, numbers] of partsOf(part)) {
      if (index > 0 && !Object.hasOwn(kinds, name)) {
        throw new UnrolledError("invalid-argument", {
          call,
          problem: `${side} of example ${index} have a part ${JSON.stringify(name)}, which those of example 0 have not`,
        });
      }
      if (kinds[name] !== "float") kinds[name] = areWhole(numbers) ? "int" : "float";
    }
  });
  return kinds;
}

function areWhole(numbers: unknown): boolean {
  if (typeof numbers === "number") return Number.isInteger(numbers);
  if (numbers instanceof Float32Array || numbers instanceof Float64Array) return false;
  if (ArrayBuffer.isView(numbers)) return true;
  return Array.isArray(numbers) && numbers.every(areWhole);
}
