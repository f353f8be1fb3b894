// One direction of a recurrent node over whole sequences. The input product of a chunk of steps is one matrix product before their
// loop. States have T+1 rows: forwards in time row 0 is the state before the first step, backwards row T that before the last.
import type { Budget } from "../../budget.ts";
import type { Machine } from "../../machine.ts";
import type { CellStep, OnnxCell } from "./cell.ts";
import { quantizeInPlace } from "./quantize-in-place.ts";
import type { DirectionWeights } from "./weights.ts";

/** Sums of a chunk of steps, in elements, that stay in the cache until the loop has used them. */
const CHUNK_ELEMENTS = 2 ** 17;

/** A gate's activation in multiply-adds, and the steps of rounding an entry to a level. */
const GATE_WORK = 16;
const ROUNDING_STEPS = 4;

export interface DirectionSize {
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
}

/** What a direction is run with: offsets into the heap. */
export interface DirectionRun {
  readonly cell: OnnxCell;
  readonly weights: DirectionWeights;
  readonly size: DirectionSize;
  readonly reverse: boolean;
  /** [T, B, I]. */
  readonly xs: number;
  /** [T+1, B, H] each, with the state before the first step in place; cs is 0 where there is none. */
  readonly hs: number;
  readonly cs: number;
  /** [B]; 0 where all sequences have T steps. */
  readonly lengths: number;
  /** Whether what enters a product is rounded to 256 levels, as quantised layers do. */
  readonly quantized: boolean;
}

/** Elements of room that `runDirection` needs. */
export function directionRoom(cell: OnnxCell, size: DirectionSize): number {
  const { batch, hidden } = size;
  const sums = batch * cell.gates * hidden;
  return (chunkSteps(cell, size) + 1) * sums + 2 * batch * hidden;
}

/** Counts what `runDirection` is about to do. */
export function countDirection(
  budget: Budget,
  { gates, products }: OnnxCell,
  { steps, batch, input, hidden }: DirectionSize,
  quantized: boolean,
): void {
  const rows = steps * batch;
  budget.multiply(steps * products.length, rows * gates * hidden * (input + hidden + GATE_WORK));
  if (quantized) budget.entries(rows * (input + hidden) * ROUNDING_STEPS);
}

function chunkSteps({ gates }: OnnxCell, { steps, batch, hidden }: DirectionSize): number {
  return Math.max(1, Math.min(steps, Math.floor(CHUNK_ELEMENTS / Math.max(1, batch * gates * hidden))));
}

/** Fills hs and cs, step by step. */
export function runDirection(machine: Machine, run: DirectionRun, room: number): void {
  const { kernels } = machine.device;
  const { cell, weights, size, reverse, xs, hs, cs, quantized } = run;
  const { steps, batch, input, hidden } = size;
  const width = cell.gates * hidden;
  const sums = batch * width;
  const states = batch * hidden;
  const perChunk = chunkSteps(cell, size);
  const recurrent = room + perChunk * sums;
  const gated = recurrent + sums;
  const rounded = gated + states;
  const { weightIh, weightsHh, biasIh, biasHh, peepholes, activations } = weights;
  const multiply: CellStep["multiply"] = (product, from, bias, to, accumulate) => {
    const { offset, n } = weightsHh[product];
    let read = from;
    if (quantized) {
      kernels.copyRows(from, 0, rounded, 0, 1, states, 0);
      quantizeInPlace(machine.device, rounded, states);
      read = rounded;
    }
    kernels.gemm(read, hidden, 1, offset, bias, to, width, batch, n, hidden, accumulate);
  };
  const common = {
    recurrent,
    gated,
    lengths: run.lengths,
    batch,
    hidden,
    activations: activations.offset,
    peepholes: peepholes?.offset ?? 0,
    biasHh: biasHh?.offset ?? 0,
    multiply,
  };
  if (quantized) quantizeInPlace(machine.device, xs, steps * batch * input);
  for (let done = 0; done < steps; done += perChunk) {
    const count = Math.min(perChunk, steps - done);
    const first = reverse ? steps - done - count : done;
    const from = xs + first * batch * input;
    kernels.gemm(
      from,
      input,
      1,
      weightIh.offset,
      biasIh?.offset ?? 0,
      room,
      width,
      count * batch,
      width,
      input,
      0,
    );
    for (let index = 0; index < count; index++) {
      const within = reverse ? count - 1 - index : index;
      const t = first + within;
      const before = (reverse ? t + 1 : t) * states;
      const after = (reverse ? t : t + 1) * states;
      cell.step(kernels, {
        ...common,
        sums: room + within * sums,
        hBefore: hs + before,
        h: hs + after,
        cBefore: cs ? cs + before : 0,
        c: cs ? cs + after : 0,
        t,
      });
    }
  }
}
