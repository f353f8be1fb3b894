// Products with weights in fewer bits (`narrow-down.ts`), and their numbers. Sums are taken in float32 all the same.
import { UnrolledError } from "../errors.ts";
import type { Device } from "./device.ts";
import type { NarrowMatrix } from "./storage.ts";
import type { Tensor } from "./tensor.ts";

/** As the kernels number them. */
const PRECISION_CODES = { float16: 1, int8: 2 } as const;

/** The copy that products with a narrow matrix, or with a run of its rows, read. */
export function narrowPack(matrix: Tensor, orientation: "plain" | "transposed"): number {
  const narrow = matrix.storage.narrow!;
  if (orientation === "plain" || (matrix.device.recording && matrix.requiresGrad)) {
    throw new UnrolledError("invalid-argument", {
      call: "backward",
      problem: `a weight of shape [${matrix.shape.join(", ")}] is stored as ${narrow.precision}, for inference alone; load its model as float32 to train it`,
    });
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

/** Packs a run of its rows, whose numbers stand at a place. */
export function addPack(
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
  kernels.packNarrow({
    precision: code,
    b: numbers,
    bRow: 1,
    bCol: columns,
    scales: steps,
    packed: room.offset,
    k: columns,
    n: rows,
  });
  packs.push({ firstRow, rows, storage: room });
  return room.offset;
}

function gather(device: Device, narrow: NarrowMatrix, firstRow: number, rows: number, to: number): void {
  const whole = narrow.packs[0];
  device.temporary(rows, (ids) => {
    device.heap.putInts(
      Int32Array.from({ length: rows }, (_, row) => firstRow + row),
      ids,
    );
    device.kernels.gatherPacked({
      packed: whole.storage.offset,
      ids,
      ys: to,
      count: rows,
      k: narrow.columns,
      n: narrow.rows,
    });
  });
}
