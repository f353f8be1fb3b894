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
  /** Packed copies; a handful at most. */
  readonly packs: Packed[] = [];
  /** What is freed together with this: its packed copies, its gradient. */
  beside: Storage[] | undefined;

  constructor(offset: number, elements: number) {
    this.offset = offset;
    this.elements = elements;
  }
}
