// Weights in fewer bits, for inference: w ≈ scale[row] · q with whole q from −127 to 127 (symmetric, a scale per output row), or the
// nearest half. Sums are taken in float32 all the same.
import { UnrolledError } from "../errors.ts";
import type { Device } from "./device.ts";
import type { NarrowMatrix, NarrowPrecision } from "./storage.ts";
import type { Tensor } from "./tensor.ts";

const MOST_STEPS = 127;
/** What rounds to no half below infinity. */
const BEYOND_HALF = 65520;
/** As the kernels number them. */
const PRECISION_CODES = { float16: 1, int8: 2 } as const;

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
    throw new UnrolledError(
      "not-finite",
      `narrowWeights: a weight has an entry of size ${unfit}, which ${precision} cannot hold`,
    );
  }
  const steps = precision === "int8" ? device.allocateBeside(storage, rows) : undefined;
  if (steps) {
    const given = scales ?? largest.map((most) => most / MOST_STEPS);
    device.heap.floats().set(given, steps.offset);
  }
  const narrow: NarrowMatrix = { precision, rows, columns, scales: steps, packs: [] };
  if (!numbers) addPack(matrix, narrow, offset, 0, rows);
  else {
    device.temporary(size, (place) => {
      device.heap.floats().set(numbers, place);
      addPack(matrix, narrow, place, 0, rows);
    });
  }
  device.giveUp(storage);
  storage.narrow = narrow;
}

/** The copy that products with a narrow matrix, or with a run of its rows, read. */
export function narrowPack(matrix: Tensor, orientation: "plain" | "transposed"): number {
  const narrow = matrix.storage.narrow!;
  if (orientation === "plain" || (matrix.device.recording && matrix.requiresGrad)) {
    throw new UnrolledError(
      "invalid-argument",
      `backward: a weight of shape [${matrix.shape.join(", ")}] is stored as ${narrow.precision}, for inference alone; load its model as float32 to train it`,
    );
  }
  const [rows, columns] = matrix.shape;
  const firstRow = matrix.start / columns;
  const known = narrow.packs.find((pack) => pack.firstRow === firstRow && pack.rows === rows);
  if (known) return known.storage.offset;
  return matrix.device.temporary(rows * columns, (numbers) => {
    gather(matrix.device, narrow, firstRow, rows, numbers);
    return addPack(matrix, narrow, numbers, firstRow, rows);
  });
}

/** The numbers of a narrow matrix, or of a run of its rows, as float32. */
export function widenedNumbers(matrix: Tensor): Float32Array {
  const { device, storage, size } = matrix;
  const narrow = storage.narrow!;
  return device.temporary(size, (numbers) => {
    const firstRow = matrix.start / narrow.columns;
    gather(device, narrow, firstRow, size / narrow.columns, numbers);
    return Float32Array.from(device.heap.floats().subarray(numbers, numbers + size));
  });
}

function addPack(
  { device, storage }: Tensor,
  narrow: NarrowMatrix,
  numbers: number,
  firstRow: number,
  rows: number,
): number {
  const { kernels } = device;
  const { columns, scales, packs } = narrow;
  const code = PRECISION_CODES[narrow.precision];
  const room = device.allocateBeside(storage, kernels.packedNarrowSize(code, columns, rows));
  const steps = scales ? scales.offset + firstRow : 0;
  kernels.packNarrow(code, numbers, 1, columns, steps, room.offset, columns, rows);
  packs.push({ firstRow, rows, storage: room });
  return room.offset;
}

function gather(device: Device, narrow: NarrowMatrix, firstRow: number, rows: number, to: number): void {
  const whole = narrow.packs[0];
  device.temporary(rows, (ids) => {
    const places = device.heap.ints();
    for (let row = 0; row < rows; row++) places[ids + row] = firstRow + row;
    device.kernels.gatherPacked(whole.storage.offset, ids, to, rows, narrow.columns, narrow.rows);
  });
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
