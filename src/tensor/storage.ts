/** A matrix product's right operand in the backend's own layout, and the version of the numbers it was made from. */
export interface Packed {
  readonly orientation: "plain" | "transposed";
  /** Where the matrix begins, and its shape. */
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  storage: Storage;
  version: number;
  /** Whether a product has read it since threads last agreed on which copies they share. */
  used: boolean;
}

/** How inference can store the numbers of a weight: IEEE 754 halves, or whole steps from −127 to 127 with a step for each row. */
export type NarrowPrecision = "float16" | "int8";

/** A matrix [rows, columns] that stands in the heap in fewer bits, as packed copies alone. */
export interface NarrowMatrix {
  readonly precision: NarrowPrecision;
  readonly rows: number;
  readonly columns: number;
  /** The steps of int8, [rows]. */
  readonly scales: Storage | undefined;
  /** Transposed copies: the whole matrix first, then runs of its rows that were asked for. */
  readonly packs: { readonly firstRow: number; readonly rows: number; readonly storage: Storage }[];
}

/** A piece of the heap that one or more tensors look at. */
export class Storage {
  /** In elements. */
  offset: number;
  readonly elements: number;
  freed = false;
  /** Whether another thread's storage stands here, which is not this one's to free. */
  borrowed = false;
  /** Counts changes in place, so that what was derived from the numbers knows when it is stale. */
  version = 0;
  /** What stands in place of the numbers, where they were given up for fewer bits. */
  narrow: NarrowMatrix | undefined;
  /** Packed copies; a handful at most. */
  readonly packs: Packed[] = [];
  /** What is freed together with this: its packed copies, its gradient. */
  beside: Storage[] | undefined;

  constructor(offset: number, elements: number) {
    this.offset = offset;
    this.elements = elements;
  }
}
