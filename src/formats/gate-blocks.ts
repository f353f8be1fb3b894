// Matrices made of one block [H, K] per gate, brought from one order and orientation into another.

/** Where each block lies in the other's matrix, and how. */
export interface GateBlocks {
  /** H. */
  readonly hidden: number;
  /** K. */
  readonly columns: number;
  /** For each of our blocks, which of theirs it is. */
  readonly places: readonly number[];
  /** How many theirs has. */
  readonly theirBlocks: number;
  /** The one of our blocks whose sign differs; −1 if none. */
  readonly negated: number;
  /** [G·H, K]; or its transpose [K, G·H]; or [K, G·H] whose gates' columns are each an [H, K] matrix written row by row. */
  readonly matrix: "rows" | "columns" | "rows-in-columns";
}

/** Their numbers as ours [G·H, K]. */
export function toOurBlocks(theirs: Float32Array, blocks: GateBlocks): Float32Array {
  const ours = new Float32Array(blocks.places.length * blocks.hidden * blocks.columns);
  eachNumber(blocks, (our, their, sign) => {
    ours[our] = sign * theirs[their];
  });
  return ours;
}

/** Our numbers [G·H, K] as theirs; blocks that we lack are zero. */
export function toTheirBlocks(ours: Float32Array, blocks: GateBlocks): Float32Array {
  const theirs = new Float32Array(blocks.theirBlocks * blocks.hidden * blocks.columns);
  eachNumber(blocks, (our, their, sign) => {
    theirs[their] = sign * ours[our];
  });
  return theirs;
}

/** Calls `visit` with a number's index in ours, in theirs, and its sign. */
function eachNumber(blocks: GateBlocks, visit: (our: number, their: number, sign: number) => void): void {
  const size = blocks.hidden * blocks.columns;
  for (const [block, place] of blocks.places.entries()) {
    const sign = block === blocks.negated ? -1 : 1;
    for (let index = 0; index < size; index++) {
      visit(block * size + index, theirIndex(blocks, place, index), sign);
    }
  }
}

/** Where number `index` of an [H, K] matrix lies in theirs, whose block `place` it is. */
function theirIndex(
  { hidden, columns, theirBlocks, matrix }: GateBlocks,
  place: number,
  index: number,
): number {
  switch (matrix) {
    case "rows":
      return place * hidden * columns + index;
    case "columns":
      return (index % columns) * theirBlocks * hidden + place * hidden + Math.floor(index / columns);
    case "rows-in-columns":
      return Math.floor(index / hidden) * theirBlocks * hidden + place * hidden + (index % hidden);
  }
}
