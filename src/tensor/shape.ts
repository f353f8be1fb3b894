import { UnrolledError } from "../errors.ts";
import { isWhole } from "../whole-numbers.ts";

/** Number of entries. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** [2, 3] as people write it. */
export function shapeText(shape: readonly number[]): string {
  return Array.isArray(shape) ? `[${shape.join(", ")}]` : String(shape);
}

/** An error unless a shape is made of lengths, and has so many entries. */
export function checkShape(call: string, shape: readonly number[], length: number): void {
  if (!Array.isArray(shape) || !shape.every((side) => isWhole(side, 1))) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `shape ${shapeText(shape)} must be made of positive whole numbers`,
    });
  }
  if (sizeOf(shape) !== length) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `shape ${shapeText(shape)} needs ${sizeOf(shape)} numbers, got ${length}`,
    });
  }
}
