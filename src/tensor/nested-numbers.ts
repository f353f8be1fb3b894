/** Numbers, one inside the other as axes are: [[1, 2], [3, 4]]; the innermost arrays may be typed ones. */
export type NestedNumbers = readonly (number | ArrayLike<number> | NestedNumbers)[];

/** Numbers in row-major order, and the shape that they were given in. */
export interface PlainNumbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const MAX_DEPTH = 32;

/** Flat numbers as they are, nested ones one after the other; undefined where lengths differ or an entry is no number. */
export function plainNumbers(numbers: ArrayLike<number> | NestedNumbers): PlainNumbers | undefined {
  if (!Array.isArray(numbers) || !numbers.some((entry) => typeof entry === "object"))
    return { shape: [numbers.length], data: numbers as ArrayLike<number> };
  const shape: number[] = [];
  for (let inner: unknown = numbers; isList(inner) && shape.length < MAX_DEPTH; inner = inner[0])
    shape.push(inner.length);
  const data: number[] = [];
  const isEven = (part: unknown, axis: number): boolean => {
    if (!isList(part) || part.length !== shape[axis]) return false;
    for (let index = 0; index < part.length; index++) {
      const entry = part[index];
      if (axis + 1 < shape.length ? !isEven(entry, axis + 1) : typeof entry !== "number") return false;
      if (typeof entry === "number") data.push(entry);
    }
    return true;
  };
  return isEven(numbers, 0) ? { shape, data } : undefined;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}
