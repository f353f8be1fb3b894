// One recurrent layer in one direction over a whole sequence; backward-through-time.ts is the way back.
//
// The input product of many steps is one matrix product, before their loop: sums [steps, B, G·H] = xs·W_ihᵀ + b. A chunk of steps
// is as long as lets the sums stay in the cache until the loop has used them.
// States have T+1 rows. Forwards in time, row t is the state before step t and row t+1 the one after it; backwards in time, row
// t+1 is the state before step t and row t the one after it, so that an output is always where its step wrote it.
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { needsRecord, record } from "../tensor/tape.ts";
import { shapeText, Tensor } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";
import { backwardThroughTime } from "./backward-through-time.ts";
import type { Cell, CellWeights, RunSize } from "./cell.ts";
import { stepsOf } from "./chunks.ts";
import { inputProduct } from "./input-product.ts";
import { RecurrenceRun } from "./recurrence-run.ts";
import { stepForward } from "./recurrence-step.ts";
import type { RecurrentDropout } from "./recurrent-dropout.ts";
import type { Zoneout } from "./zoneout.ts";

/** What a layer is run with. */
export interface RecurrenceInput {
  readonly cell: Cell;
  /** [T, B, I]. */
  readonly xs: Tensor;
  readonly weights: CellWeights<Tensor>;
  /** State before the first step, [B, P] and [B, H]; zero if not given. */
  readonly h0: Tensor | undefined;
  readonly c0: Tensor | undefined;
  /** Steps that each of the B sequences has, 1 to T; all T if not given. */
  readonly lengths: readonly number[] | undefined;
  /** [T·B], 0 where a row keeps its state at a step and puts it out again; all steps are read if not given. */
  readonly mask?: Uint8Array | undefined;
  readonly reverse: boolean;
  /** Of the h that the products of each step read. */
  readonly recurrentDropout?: RecurrentDropout | undefined;
  readonly zoneout?: { readonly h?: Zoneout | undefined; readonly c?: Zoneout | undefined } | undefined;
}

/** What a layer makes. */
export interface RecurrenceOutput {
  /** Outputs of all steps [T, B, P]; zero after a sequence's end. */
  readonly outputs: Tensor;
  /** State after each sequence's last step, [B, P] and [B, H]. */
  readonly h: Tensor;
  readonly c: Tensor | undefined;
  /** All states [T+1, B, P] and [T+1, B, H], to look at: without gradients. */
  readonly hs: Tensor;
  readonly cs: Tensor | undefined;
}

/** Runs the loop, recorded for backward() if anything in it requires a gradient. */
export function recurrence(input: RecurrenceInput): RecurrenceOutput {
  const { cell, xs, weights, h0, c0, lengths, reverse } = input;
  const { device } = xs;
  const size = sizeOfRun(input);
  const { steps, batch, hidden, output } = size;
  const inputs = [xs, ...Object.values(weights), h0, c0].filter((entry) => entry !== undefined);
  const requiresGrad = needsRecord(inputs);
  if (requiresGrad && cell.forwardOnly) throw new UnrolledError("invalid-argument", cell.forwardOnly);

  const run = new RecurrenceRun(input, size, requiresGrad);
  const { hs, cs } = run;
  const firstRow = (reverse ? steps : 0) * batch;
  setState(device, h0, hs.offset + firstRow * output, batch * output);
  if (cs) setState(device, c0, cs.offset + firstRow * hidden, batch * hidden);
  for (const chunk of run.chunks) {
    inputProduct(run, chunk);
    for (const t of stepsOf(chunk, reverse)) stepForward(run, run.placesOf(t, chunk));
  }

  const lastRow = (reverse ? 0 : steps) * batch;
  const view = (of: Tensor, shape: readonly number[], start: number) =>
    new Tensor(device, of.storage, shape, { start, requiresGrad });
  const outputs = lengths
    ? outputsUntil(lengths, hs, size, reverse, requiresGrad)
    : view(hs, [steps, batch, output], reverse ? 0 : batch * output);
  const h = view(hs, [batch, output], lastRow * output);
  const c = cs && view(cs, [batch, hidden], lastRow * hidden);
  if (requiresGrad) {
    // The states before the first step are copied into hs and cs, so those that came may change; biases are not read again.
    const { biasIh, biasHh, normCBias, ...read } = weights;
    const saved = [xs, ...Object.values(read), hs, cs].filter((entry) => entry !== undefined);
    record(
      c ? [outputs, h, c] : [outputs, h],
      inputs,
      saved,
      () => backwardThroughTime(run, { outputs, h, c }),
      run.room,
    );
  } else device.free(...run.room);
  return { outputs, h, c, hs, cs };
}

/** The outputs of sequences of unequal length: the states up to each one's end, then zeros. */
function outputsUntil(
  lengths: readonly number[],
  hs: Tensor,
  { steps, batch, output }: RunSize,
  reverse: boolean,
  requiresGrad: boolean,
): Tensor {
  const { device } = hs;
  const { kernels } = device;
  const states = batch * output;
  const outputs = new Tensor(device, device.allocate(steps * states), [steps, batch, output], {
    requiresGrad,
  });
  kernels.fill(outputs.offset, 0, outputs.size);
  lengths.forEach((length, b) => {
    const from = hs.offset + (reverse ? 0 : states) + b * output;
    kernels.copyRows(from, states, outputs.offset + b * output, states, length, output, 0);
  });
  return outputs;
}

function setState(device: Device, from: Tensor | undefined, to: number, size: number): void {
  if (from) device.kernels.copyRows(from.offset, 0, to, 0, 1, size, 0);
  else device.kernels.fill(to, 0, size);
}

function sizeOfRun({ cell, xs, weights, h0, c0, lengths }: RecurrenceInput): RunSize {
  const [steps, batch, input] = xs.shape;
  const hidden = weights.weightHh.shape[0] / cell.gates;
  const output = weights.weightHh.shape[1];
  for (const [name, state, width] of [
    ["h0", h0, output],
    ["c0", c0, hidden],
  ] as const) {
    if (state && shapeText(state.shape) !== shapeText([batch, width])) {
      throw new UnrolledError(
        "shape-mismatch",
        `recurrence: ${name} has shape ${shapeText(state.shape)}, needed [${batch}, ${width}]`,
      );
    }
  }
  if (c0 && !cell.hasCellState)
    throw new UnrolledError("invalid-argument", "recurrence: c0 was given to a cell without a cell state");
  requireLengths("recurrence", lengths, batch, steps);
  return { steps, batch, input, hidden, output };
}
