// One direction of a recurrent node over whole sequences: a run through a layer, as every sequence's.
import { RecurrenceRun, type RunInput } from "../../../../recurrent/sequence/recurrence-run.ts";
import type { Budget } from "../../budget.ts";
import type { Machine } from "../../machine.ts";
import { quantizeInPlace } from "./quantize-in-place.ts";
import type { DirectionWeights } from "./weights.ts";

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
  readonly weights: DirectionWeights;
  readonly size: DirectionSize;
  readonly reverse: boolean;
  /** [T, B, I]. */
  readonly xs: number;
  /** [T+1, B, H] of each of the cell's states, with that before the first step in place. */
  readonly states: readonly number[];
  /** [B]; 0 where all sequences have T steps. */
  readonly lengths: number;
  /** Whether what enters a product is rounded to 256 levels, as quantised layers do. */
  readonly quantized: boolean;
}

/** A direction that is laid out in the heap, from `run.xs` and a room of its own on. */
export interface LaidDirection {
  readonly run: DirectionRun;
  readonly layer: RecurrenceRun;
  /** Elements of the room. */
  readonly elements: number;
}

/** Lays a direction out; nothing is written yet. */
export function layDirection(machine: Machine, run: DirectionRun, room: number): LaidDirection {
  const rounding = roundingRoom(run);
  const layer = new RecurrenceRun(described(machine, run, room), room + rounding);
  return { run, layer, elements: rounding + layer.elements };
}

/** Counts what `runDirection` is about to do. */
export function countDirection(budget: Budget, { weights, size, quantized }: DirectionRun): void {
  const { gates, recurrent } = weights.cell.shape;
  const { steps, batch, input, hidden } = size;
  const rows = steps * batch;
  const products = recurrent === "gated" ? 2 : 1;
  budget.multiply(steps * products, rows * gates.length * hidden * (input + hidden + GATE_WORK));
  if (quantized) budget.entries(rows * (input + hidden) * ROUNDING_STEPS);
}

function roundingRoom({ size, quantized }: DirectionRun): number {
  return quantized ? size.batch * size.hidden : 0;
}

/** Fills the states, step by step. */
export function runDirection(machine: Machine, { run, layer }: LaidDirection): void {
  const { steps, batch, input } = run.size;
  if (run.quantized) quantizeInPlace(machine.device, run.xs, steps * batch * input);
  layer.prepare();
  layer.forward();
}

function described(machine: Machine, run: DirectionRun, rounded: number): RunInput {
  const { device } = machine;
  const { weights, size, reverse, xs, states, lengths, quantized } = run;
  const { cell, places } = weights;
  const entering = (from: number, count: number) => {
    device.kernels.copyRows({ x: from, y: rounded, n: count });
    quantizeInPlace(device, rounded, count);
    return rounded;
  };
  return {
    device,
    cell,
    places,
    xs,
    states,
    reverse,
    remembers: false,
    size: { ...size, output: size.hidden },
    ends: lengths,
    endsStride: 0,
    entering: quantized ? entering : undefined,
  };
}
