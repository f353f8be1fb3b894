/** Numbers, one inside the other as axes are: [[1, 2], [3, 4]]; the innermost arrays may be typed ones. */
export type NestedNumbers<Entry = number> = readonly (Entry | ArrayLike<Entry> | NestedNumbers<Entry>)[];

/** Numbers in row-major order, and the shape that they were given in. */
export interface PlainNumbers<Entry = number> {
  readonly shape: readonly number[];
  readonly data: ArrayLike<Entry>;
}

const MAX_DEPTH = 32;

/** Flat numbers as they are, nested ones one after the other; undefined where lengths differ or an entry is no number. */
export function plainNumbers<Entry = number>(
  numbers: ArrayLike<Entry> | NestedNumbers<Entry>,
  isEntry = (value: unknown): value is Entry => typeof value === "number",
): PlainNumbers<Entry> | undefined {
  if (!Array.isArray(numbers) || !numbers.some((entry) => typeof entry === "object"))
    return { shape: [numbers.length], data: numbers as ArrayLike<Entry> };
  const shape: number[] = [];
  for (let inner: unknown = numbers; isList(inner) && shape.length < MAX_DEPTH; inner = inner[0])
    shape.push(inner.length);
  const data: Entry[] = [];
  const isEven = (part: unknown, axis: number): boolean => {
    if (!isList(part) || part.length !== shape[axis]) return false;
    for (let index = 0; index < part.length; index++) {
      const entry = part[index];
      if (axis + 1 < shape.length ? !isEven(entry, axis + 1) : !isEntry(entry)) return false;
      if (isEntry(entry)) data.push(entry);
    }
    return true;
  };
  return isEven(numbers, 0) ? { shape, data } : undefined;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}
