// One recurrent layer in one direction over a whole sequence; backward-through-time.ts is the way back.
//
// The input product of many steps is one matrix product, before their loop: sums [steps, B, G·H] = xs·W_ihᵀ + b. A chunk of steps
// is as long as lets the sums stay in the cache until the loop has used them.
// States have T+1 rows. Forwards in time, row t is the state before step t and row t+1 the one after it; backwards in time, row
// t+1 is the state before step t and row t the one after it, so that an output is always where its step wrote it.
import { UnrolledError } from "../../errors.ts";
import type { Device } from "../../tensor/device.ts";
import { needsRecord, record } from "../../tensor/tape.ts";
import { ints, shapeText, Tensor } from "../../tensor/tensor.ts";
import { requireLengths } from "../../whole-numbers.ts";
import type { Cell, CellWeights, RunSize, StepObserver } from "../cell.ts";
import { layerPlaces } from "../layer-places.ts";
import type { RecurrentDropout } from "../recurrent-dropout.ts";
import type { Zoneout } from "../zoneout.ts";
import { backwardThroughTime } from "./backward-through-time.ts";
import { RecurrenceRun } from "./recurrence-run.ts";

/** What a layer is run with. */
export interface RecurrenceInput {
  readonly cell: Cell;
  /** [T, B, I]. */
  readonly xs: Tensor;
  readonly weights: CellWeights<Tensor>;
  /** States before the first step by name, [B, width] each; zero where none is given. */
  readonly state?: Readonly<Record<string, Tensor | undefined>> | undefined;
  /** Steps that each of the B sequences has, 1 to T; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /** [T·B], 0 where a row keeps its state at a step and puts it out again; all steps are read if not given. */
  readonly mask?: Uint8Array | undefined;
  readonly reverse?: boolean;
  /** Of the h that the products of each step read. */
  readonly recurrentDropout?: RecurrentDropout | undefined;
  /** Of each state, in the cell's order. */
  readonly zoneout?: readonly (Zoneout | undefined)[] | undefined;
  readonly observer?: StepObserver | undefined;
}

/** What a layer makes. */
export interface RecurrenceOutput {
  /** Outputs of all steps [T, B, P]; zero after a sequence's end. */
  readonly outputs: Tensor;
  /** States after each sequence's last step by name, [B, width] each. */
  readonly state: { readonly h: Tensor; readonly [state: string]: Tensor };
  /** All states by name [T+1, B, width], to look at: without gradients. */
  readonly states: { readonly h: Tensor; readonly [state: string]: Tensor };
}

/** The end of a sequence that never ends, for the kernels. */
const ENDLESS = 2 ** 31 - 1;

/** Runs the loop, recorded for backward() if anything in it requires a gradient. */
export function recurrence(input: RecurrenceInput): RecurrenceOutput {
  const { cell, xs, weights, state = {}, lengths, mask, reverse = false } = input;
  const { recurrentDropout, zoneout, observer } = input;
  const { device } = xs;
  const { states: shapes } = cell.shape;
  const size = sizeOfRun(input);
  const { steps, batch, output } = size;
  const initial = shapes.map(({ name }) => state[name]);
  const inputs = [xs, ...Object.values(weights), ...initial].filter((entry) => entry !== undefined);
  const remembers = needsRecord(inputs);
  if (remembers && cell.bound.forwardOnly)
    throw new UnrolledError("invalid-argument", { call: cell.call, problem: cell.bound.forwardOnly });

  const all = shapes.map(
    ({ width }) =>
      new Tensor(device, device.allocate((steps + 1) * batch * width), [steps + 1, batch, width]),
  );
  const ends = mask ? ints(device, endsByStep(mask, lengths, size)) : lengths && ints(device, lengths);
  const described = {
    device,
    cell,
    places: layerPlaces(cell, weights),
    size,
    xs: xs.offset,
    reverse,
    remembers,
    lengths,
    recurrentDropout,
    zoneout,
    observer,
    states: all.map(({ offset }) => offset),
    ends: ends?.offset ?? 0,
    endsStride: mask ? batch : 0,
  };
  const room = device.allocate(new RecurrenceRun(described, 0).elements);
  const run = new RecurrenceRun(described, room.offset);
  const rooms = ends ? [room, ends.storage] : [room];
  run.prepare();
  const firstRow = (reverse ? steps : 0) * batch;
  shapes.forEach(({ width }, index) => {
    setState(device, initial[index], all[index].offset + firstRow * width, batch * width);
  });
  run.forward();

  const lastRow = (reverse ? 0 : steps) * batch;
  const view = (of: Tensor, shape: readonly number[], start: number) =>
    new Tensor(device, of.storage, shape, { start, requiresGrad: remembers });
  const outputs = lengths
    ? outputsUntil(lengths, all[0], size, reverse, remembers)
    : view(all[0], [steps, batch, output], reverse ? 0 : batch * output);
  const last = shapes.map(({ width }, index) => view(all[index], [batch, width], lastRow * width));
  if (remembers) {
    // The states before the first step are copied, so those that came may change; biases are not read again.
    const { biasIh, biasHh, normCBias, ...read } = weights;
    const saved = [xs, ...Object.values(read), ...all].filter((entry) => entry !== undefined);
    record(
      [outputs, ...last],
      inputs,
      saved,
      () => backwardThroughTime({ run, xs, weights, initial, outputs, last }),
      rooms,
    );
  } else device.free(...rooms);
  const named = (tensors: readonly Tensor[]) =>
    Object.fromEntries(shapes.map(({ name }, index) => [name, tensors[index]])) as RecurrenceOutput["state"];
  return { outputs, state: named(last), states: named(all) };
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
    kernels.copyRows({
      x: from,
      xRow: states,
      y: outputs.offset + b * output,
      yRow: states,
      m: length,
      n: output,
    });
  });
  return outputs;
}

function setState(device: Device, from: Tensor | undefined, to: number, size: number): void {
  if (from) device.kernels.copyRows({ x: from.offset, y: to, n: size });
  else device.kernels.fill(to, 0, size);
}

/** For each step, the ends that make the kernels read just the rows whose mask is set and that have not ended. */
function endsByStep(
  mask: Uint8Array,
  lengths: readonly number[] | undefined,
  { steps, batch }: RunSize,
): number[] {
  return Array.from({ length: steps * batch }, (_, place) => {
    const t = Math.floor(place / batch);
    return mask[place] !== 0 && t < (lengths?.[place % batch] ?? steps) ? ENDLESS : 0;
  });
}

function sizeOfRun({ cell, xs, state = {}, lengths }: RecurrenceInput): RunSize {
  const [steps, batch, input] = xs.shape;
  const { states, outputSize: output } = cell.shape;
  for (const [name, given] of Object.entries(state)) {
    const width = states.find((known) => known.name === name)?.width;
    if (given && width === undefined)
      throw new UnrolledError("invalid-argument", {
        call: "recurrence",
        problem: `${name}0 was given to a cell without ${name}, needed ${states.map((known) => known.name).join(", ")}`,
      });
    if (given && shapeText(given.shape) !== shapeText([batch, width!])) {
      throw new UnrolledError("shape-mismatch", {
        call: "recurrence",
        problem: `${name}0 has shape ${shapeText(given.shape)}, needed [${batch}, ${width}]`,
      });
    }
  }
  requireLengths("recurrence", lengths, batch, steps);
  return { steps, batch, input, hidden: cell.hidden, output };
}
