// Weights in fewer bits, for inference: w ≈ scale[row] · q with whole q from −127 to 127 (symmetric, a scale per output row), or the
// nearest half.
import { UnrolledError } from "../errors.ts";
import { addPack } from "./narrow-matrix.ts";
import type { NarrowMatrix, NarrowPrecision } from "./storage.ts";
import type { Tensor } from "./tensor.ts";

const MOST_STEPS = 127;
/** What rounds to no half below infinity. */
const BEYOND_HALF = 65520;

/**
 * Gives up the float32 numbers of a lasting matrix [N, K] for halves, or for bytes in steps of `scales` [N] (max |row| / 127 if not
 * given). `numbers` may stand in for its own, which are not touched then. Products with it and rows gathered from it are found as
 * before; all else with it is an error.
 */
export function narrowMatrix(
  matrix: Tensor,
  precision: NarrowPrecision,
  { scales, numbers }: { readonly scales?: Float32Array | undefined; readonly numbers?: Float32Array } = {},
): void {
  const { device, storage, offset, size } = matrix;
  const [rows, columns] = matrix.shape;
  const entries = numbers ?? device.heap.floats().subarray(offset, offset + size);
  const largest = largestOfRows(entries, rows, columns);
  const unfit = largest.find((most) => !(most < (precision === "float16" ? BEYOND_HALF : Infinity)));
  if (unfit !== undefined) {
    throw new UnrolledError("not-finite", {
      call: "narrowWeights",
      problem: `a weight has an entry of size ${unfit}, which ${precision} cannot hold`,
    });
  }
  const steps = precision === "int8" ? device.allocateBeside(storage, rows) : undefined;
  if (steps) {
    const given = scales ?? largest.map((most) => most / MOST_STEPS);
    device.heap.put(given, steps.offset);
  }
  const narrow: NarrowMatrix = { precision, rows, columns, scales: steps, packs: [] };
  if (!numbers) addPack(matrix, narrow, offset, 0, rows);
  else {
    device.temporary(size, (place) => {
      device.heap.put(numbers, place);
      addPack(matrix, narrow, place, 0, rows);
    });
  }
  device.giveUp(storage);
  storage.narrow = narrow;
}

/** The largest size of an entry in each row; NaN where there is one. */
function largestOfRows(numbers: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const largest = new Float32Array(rows);
  for (let row = 0, place = 0; row < rows; row++) {
    let most = 0;
    for (let column = 0; column < columns; column++, place++) {
      const size = Math.abs(numbers[place]);
      if (size > most || Number.isNaN(size)) most = size;
    }
    largest[row] = most;
  }
  return largest;
}
