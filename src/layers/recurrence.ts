// One recurrent layer in one direction over a whole sequence; backward-through-time.ts is the way back.
//
// The input product of many steps is one matrix product, before their loop: sums [steps, B, G·H] = xs·W_ihᵀ + b. A chunk of steps
// is as long as lets the sums stay in the cache until the loop has used them.
// States have T+1 rows. Forwards in time, row t is the state before step t and row t+1 the one after it; backwards in time, row
// t+1 is the state before step t and row t the one after it, so that an output is always where its step wrote it.
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { packed } from "../tensor/operations/products.ts";
import { needsRecord, record } from "../tensor/tape.ts";
import { ints, shapeText, Tensor } from "../tensor/tensor.ts";
import { backwardThroughTime } from "./backward-through-time.ts";
import type { Cell, CellWeights, RunSize, StepPlaces } from "./cell.ts";
import { type Chunk, chunksOf, stepsOf } from "./chunks.ts";

/** What a layer is run with. */
export interface RecurrenceInput {
  readonly cell: Cell;
  /** [T, B, I]. */
  readonly xs: Tensor;
  readonly weights: CellWeights<Tensor>;
  /** State before the first step, [B, H] each; zero if not given. */
  readonly h0: Tensor | undefined;
  readonly c0: Tensor | undefined;
  /** Steps that each of the B sequences has, 1 to T; all T if not given. */
  readonly lengths: readonly number[] | undefined;
  readonly reverse: boolean;
}

/** What a layer makes. */
export interface RecurrenceOutput {
  /** Outputs of all steps [T, B, H]; zero after a sequence's end. */
  readonly outputs: Tensor;
  /** State after each sequence's last step, [B, H]. */
  readonly h: Tensor;
  readonly c: Tensor | undefined;
  /** All states [T+1, B, H], to look at: without gradients. */
  readonly hs: Tensor;
  readonly cs: Tensor | undefined;
}

/** Runs the loop, recorded for backward() if anything in it requires a gradient. */
export function recurrence(input: RecurrenceInput): RecurrenceOutput {
  const { cell, xs, weights, h0, c0, lengths, reverse } = input;
  const { device } = xs;
  const { kernels } = device;
  const size = sizeOfRun(input);
  const { steps, batch, hidden } = size;
  const gateWidth = cell.gates * hidden;
  const states = batch * hidden;
  const inputs = [xs, weights.weightIh, weights.weightHh, weights.biasIh, weights.biasHh, h0, c0].filter(
    (entry) => entry !== undefined,
  );
  const requiresGrad = needsRecord(inputs);

  const hs = new Tensor(device, device.allocate((steps + 1) * states), [steps + 1, batch, hidden]);
  const cs = cell.hasCellState
    ? new Tensor(device, device.allocate((steps + 1) * states), [steps + 1, batch, hidden])
    : undefined;
  const chunks = chunksOf(size, reverse);
  // Without gradients nothing need be remembered, so that one chunk's sums and one step's h·W_hh serve all.
  const sums = device.allocate((requiresGrad ? steps : chunks[0].steps) * batch * gateWidth);
  const recurrent = cell.splitsSums
    ? device.allocate((requiresGrad ? steps : 1) * batch * gateWidth)
    : undefined;
  const lengthTensor = lengths && ints(device, lengths, [batch]);

  const sumsOf = (t: number, chunk: Chunk) =>
    sums.offset + (t - (requiresGrad ? 0 : chunk.start)) * batch * gateWidth;
  const placesOf = (t: number, chunk: Chunk): StepPlaces => {
    const before = (reverse ? t + 1 : t) * states;
    const after = (reverse ? t : t + 1) * states;
    return {
      sums: sumsOf(t, chunk),
      recurrent: recurrent ? recurrent.offset + (requiresGrad ? t : 0) * batch * gateWidth : 0,
      hBefore: hs.offset + before,
      h: hs.offset + after,
      cBefore: cs ? cs.offset + before : 0,
      c: cs ? cs.offset + after : 0,
      lengths: lengthTensor?.offset ?? 0,
      t,
      batch,
      hidden,
    };
  };

  const firstRow = (reverse ? steps : 0) * states;
  setState(device, h0, hs.offset + firstRow, states);
  if (cs) setState(device, c0, cs.offset + firstRow, states);
  const weightHh = packed(weights.weightHh, "transposed");
  for (const chunk of chunks) {
    inputProduct(input, size, chunk, sumsOf(chunk.start, chunk));
    for (const t of stepsOf(chunk, reverse)) {
      const step = placesOf(t, chunk);
      const [to, bias, accumulate] = cell.splitsSums
        ? [step.recurrent, weights.biasHh?.offset ?? 0, 0]
        : [step.sums, 0, 1];
      kernels.gemm(
        step.hBefore,
        hidden,
        1,
        weightHh,
        bias,
        to,
        gateWidth,
        batch,
        gateWidth,
        hidden,
        accumulate,
      );
      cell.forward(device, step);
    }
  }

  const lastRow = (reverse ? 0 : steps) * states;
  const view = (of: Tensor, shape: readonly number[], start: number) =>
    new Tensor(device, of.storage, shape, { start, requiresGrad });
  const outputs = lengths
    ? outputsUntil(lengths, hs, size, reverse, requiresGrad)
    : view(hs, [steps, batch, hidden], reverse ? 0 : states);
  const h = view(hs, [batch, hidden], lastRow);
  const c = cs && view(cs, [batch, hidden], lastRow);
  if (requiresGrad) {
    // The states before the first step are copied into hs and cs, so those that came may change.
    const saved = [xs, weights.weightIh, weights.weightHh, hs, ...(cs ? [cs] : [])];
    record(c ? [outputs, h, c] : [outputs, h], inputs, saved, () =>
      backwardThroughTime({ input, size, chunks, outputs, h, c, hs, sums, recurrent, placesOf }),
    );
  }
  return { outputs, h, c, hs, cs };
}

/** The outputs of sequences of unequal length: the states up to each one's end, then zeros. */
function outputsUntil(
  lengths: readonly number[],
  hs: Tensor,
  { steps, batch, hidden }: RunSize,
  reverse: boolean,
  requiresGrad: boolean,
): Tensor {
  const { device } = hs;
  const { kernels } = device;
  const states = batch * hidden;
  const outputs = new Tensor(device, device.allocate(steps * states), [steps, batch, hidden], {
    requiresGrad,
  });
  kernels.fill(outputs.offset, 0, outputs.size);
  lengths.forEach((length, b) => {
    const from = hs.offset + (reverse ? 0 : states) + b * hidden;
    kernels.copyRows(from, states, outputs.offset + b * hidden, states, length, hidden, 0);
  });
  return outputs;
}

function setState(device: Device, from: Tensor | undefined, to: number, size: number): void {
  if (from) device.kernels.copyRows(from.offset, 0, to, 0, 1, size, 0);
  else device.kernels.fill(to, 0, size);
}

/** Writes the sums of a chunk: xs·W_ihᵀ + b_ih, and + b_hh where the cell does not keep the recurrent sums apart. */
function inputProduct(
  { cell, xs, weights }: RecurrenceInput,
  size: RunSize,
  chunk: Chunk,
  sums: number,
): void {
  const { device } = xs;
  const { kernels } = device;
  const rows = chunk.steps * size.batch;
  const width = cell.gates * size.hidden;
  const from = xs.offset + chunk.start * size.batch * size.input;
  const multiply = (bias: number) =>
    kernels.gemm(
      from,
      size.input,
      1,
      packed(weights.weightIh, "transposed"),
      bias,
      sums,
      width,
      rows,
      width,
      size.input,
      0,
    );
  const { biasIh, biasHh } = weights;
  if (!biasIh || !biasHh || cell.splitsSums) {
    multiply(biasIh?.offset ?? 0);
    return;
  }
  device.temporary(width, (bias) => {
    kernels.binary(0, biasIh.offset, 0, 1, biasHh.offset, 0, 1, bias, 1, width);
    multiply(bias);
  });
}

function sizeOfRun({ cell, xs, weights, h0, c0, lengths }: RecurrenceInput): RunSize {
  const [steps, batch, input] = xs.shape;
  const hidden = weights.weightHh.shape[1];
  for (const [name, state] of [
    ["h0", h0],
    ["c0", c0],
  ] as const) {
    if (state && shapeText(state.shape) !== shapeText([batch, hidden])) {
      throw new UnrolledError(
        "shape-mismatch",
        `recurrence: ${name} has shape ${shapeText(state.shape)}, needed [${batch}, ${hidden}]`,
      );
    }
  }
  if (c0 && !cell.hasCellState)
    throw new UnrolledError("invalid-argument", "recurrence: c0 was given to a cell without a cell state");
  if (
    lengths &&
    (lengths.length !== batch ||
      !lengths.every((length) => Number.isInteger(length) && length >= 1 && length <= steps))
  ) {
    throw new UnrolledError(
      "shape-mismatch",
      `recurrence: lengths must be ${batch} whole numbers from 1 to ${steps}, got [${lengths.join(", ")}]`,
    );
  }
  return { steps, batch, input, hidden };
}
