import { type StatePlaces, Step } from "../../cells/step.ts";
import type { Device } from "../../tensor/device.ts";
import { type Cell, type RunSize, type StepObserver, standsApart, sumsWidth } from "../cell.ts";
import type { LayerPlaces } from "../layer-places.ts";
import { type InputPlaces, inputSums, type StepBackLayer, stepForward } from "../recurrence-step.ts";
import type { RecurrentDropout } from "../recurrent-dropout.ts";
import type { Zoneout } from "../zoneout.ts";
import { type Chunk, chunksOf, stepsOf } from "./chunks.ts";

/** A sequence and how it is read, as places in the heap. */
export interface RunInput {
  readonly device: Device;
  readonly cell: Cell;
  readonly places: LayerPlaces;
  readonly size: RunSize;
  /** [T, B, I]. */
  readonly xs: number;
  /** All states [T+1, B, width], that before the first step in place. */
  readonly states: readonly number[];
  readonly reverse: boolean;
  /** Ends of the sequences, for the kernels, and how far those of the next step are; 0 where all steps are read. */
  readonly ends: number;
  readonly endsStride: number;
  /** Steps that each sequence has, if not all. */
  readonly lengths?: readonly number[] | undefined;
  readonly recurrentDropout?: RecurrentDropout | undefined;
  readonly zoneout?: readonly (Zoneout | undefined)[] | undefined;
  readonly observer?: StepObserver | undefined;
  readonly entering?: StepBackLayer["entering"];
  /** Whether the way back will follow. */
  readonly remembers: boolean;
}

/** Room for something of each step, so many elements apart: 0 where nothing is to be remembered and one step's room serves all. */
interface StepRoom {
  readonly at: number;
  readonly stride: number;
}

const NO_ROOM: StepRoom = { at: 0, stride: 0 };
const ALIGNMENT = 16;

/** One run through a layer: where everything stands that its steps read and write, and that the way back will read. */
export class RecurrenceRun implements StepBackLayer {
  readonly input: RunInput;
  readonly device: Device;
  readonly cell: Cell;
  readonly places: LayerPlaces;
  readonly size: RunSize;
  readonly chunks: readonly Chunk[];
  readonly recurrentDropout: RecurrentDropout | undefined;
  readonly zoneout: RunInput["zoneout"];
  readonly observer: StepObserver | undefined;
  readonly entering: RunInput["entering"];
  readonly lengths: readonly number[] | undefined;
  readonly isMasked: boolean;
  /** W_hr packed for the way back, which sets it. */
  projectionBack = 0;
  /** Elements of room that the run takes, from `start` on. */
  readonly elements: number;
  readonly product: number;
  readonly noBias: number;
  /** b_ih + b_hh [G·H], where both stand in one sum; else b_ih itself. */
  readonly #bias: number;
  readonly #sums: number;
  readonly #inputProducts: number;
  readonly #inputStatistics: number;
  readonly #recurrent: StepRoom;
  readonly #recurrentStatistics: StepRoom;
  readonly #hRead: StepRoom;
  readonly #gated: StepRoom;
  readonly #projected: StepRoom;
  /** What the cell makes of each state, where that is not the state after the step. */
  readonly #made: readonly StepRoom[];
  readonly #rooms: readonly { readonly name: string; readonly room: StepRoom }[];
  readonly #step: Step;

  /** Lays the run out from `start` on; nothing is written yet. */
  constructor(input: RunInput, start: number) {
    const { device, cell, size, remembers, zoneout, recurrentDropout } = input;
    const { steps, batch, hidden, output } = size;
    const { shape } = cell;
    const { normalises = false, projects = false, rooms = [] } = shape;
    const width = sumsWidth(cell);
    this.input = input;
    this.device = device;
    this.cell = cell;
    this.places = input.places;
    this.size = size;
    this.chunks = chunksOf(size, input.reverse);
    this.recurrentDropout = recurrentDropout;
    this.zoneout = zoneout;
    this.observer = input.observer;
    this.entering = input.entering;
    this.lengths = input.lengths;
    this.isMasked = input.endsStride > 0;
    let end = start;
    const take = (needed: boolean, elements: number) => {
      const place = end;
      if (needed) end += Math.ceil(elements / ALIGNMENT) * ALIGNMENT;
      return needed ? place : 0;
    };
    const each = (needed: boolean, wide: number): StepRoom => {
      if (!needed) return NO_ROOM;
      const at = take(true, (remembers ? steps : 1) * batch * wide);
      return { at, stride: remembers ? batch * wide : 0 };
    };
    // Without gradients nothing need be remembered, so that one chunk's sums and one step's room for the rest serve all.
    const sumRows = (remembers ? steps : (this.chunks[0]?.steps ?? 0)) * batch;
    this.#bias = take(this.#addsBoth(), width) || input.places.biasIh;
    this.#sums = take(true, sumRows * width);
    this.#inputProducts = take(normalises, sumRows * width);
    this.#inputStatistics = take(normalises, sumRows * 2);
    this.product = take(normalises, batch * width);
    this.noBias = take(normalises, width);
    this.#recurrent = each(standsApart(shape), width);
    this.#recurrentStatistics = each(normalises, 2);
    this.#hRead = each(recurrentDropout !== undefined, output);
    this.#gated = each(shape.recurrent === "gated", hidden);
    this.#projected = each(projects && zoneout?.[0] !== undefined, output);
    this.#made = shape.states.map(({ width: wide }, state) =>
      state === 0
        ? each(projects || zoneout?.[0] !== undefined, hidden)
        : each(zoneout?.[state] !== undefined, wide),
    );
    this.#rooms = rooms.map(({ name, width: wide }) => ({ name, room: each(true, wide) }));
    this.elements = end - start;
    const names = { states: shape.states.map(({ name }) => name), rooms: rooms.map(({ name }) => name) };
    this.#step = new Step(device, size, { ...names, weights: input.places.own });
  }

  /** Writes what stands still while the steps are taken. */
  prepare(): void {
    const { kernels } = this.device;
    const { steps, batch, hidden } = this.size;
    const { biasIh, biasHh } = this.places;
    const width = sumsWidth(this.cell);
    if (this.#addsBoth()) kernels.binary({ operation: 0, a: biasIh, b: biasHh, y: this.#bias, n: width });
    if (this.noBias !== 0) kernels.fill(this.noBias, 0, width);
    // A row that is not read has no h of the cell's own to be projected, and zero is as good as another.
    if (this.cell.shape.projects && this.input.ends !== 0)
      kernels.fill(this.#made[0].at, 0, (this.input.remembers ? steps : 1) * batch * hidden);
  }

  /** Takes all steps: the input product of a chunk of them is one matrix product in front of their loop. */
  forward(): void {
    const hasSums = sumsWidth(this.cell) > 0;
    for (const chunk of this.chunks) {
      if (hasSums) inputSums(this, this.inputPlaces(chunk), this.#bias);
      for (const t of stepsOf(chunk, this.input.reverse)) stepForward(this, this.stepAt(t, chunk));
    }
  }

  /** Whether both biases stand in one sum. */
  #addsBoth(): boolean {
    const { biasIh, biasHh } = this.input.places;
    return biasIh !== 0 && biasHh !== 0 && !standsApart(this.cell.shape);
  }

  /** The rows of a chunk that the input product reads and writes. */
  inputPlaces(chunk: Chunk): InputPlaces {
    const { batch, input } = this.size;
    const rows = this.#rowsBefore(chunk.start, chunk);
    return {
      xs: this.input.xs + chunk.start * batch * input,
      rows: chunk.steps * batch,
      input,
      sums: this.sumsAt(chunk.start, chunk),
      products: this.#inputProducts + rows * sumsWidth(this.cell),
      statistics: this.#inputStatistics + rows * 2,
    };
  }

  /** The sums of a step [B, G·H]; those of the rest of its chunk follow. */
  sumsAt(t: number, chunk: Chunk): number {
    return this.#sums + this.#rowsBefore(t, chunk) * sumsWidth(this.cell);
  }

  #rowsBefore(t: number, chunk: Chunk): number {
    return (t - (this.input.remembers ? 0 : chunk.start)) * this.size.batch;
  }

  /** Where step t reads and writes. The same object each time, since a step is over before the next one begins. */
  stepAt(t: number, chunk: Chunk): Step {
    const { batch } = this.size;
    const { reverse, states, ends, endsStride } = this.input;
    const { shape } = this.cell;
    const step = this.#step;
    const before = (reverse ? t + 1 : t) * batch;
    const after = (reverse ? t : t + 1) * batch;
    step.t = t;
    step.sums = this.sumsAt(t, chunk);
    step.recurrent = at(this.#recurrent, t);
    step.recurrentStatistics = at(this.#recurrentStatistics, t);
    for (let state = 0; state < states.length; state++) {
      const places: StatePlaces = step.stateList[state];
      const { width } = shape.states[state];
      places.before = states[state] + before * width;
      places.after = states[state] + after * width;
      places.made = at(this.#made[state], t) || places.after;
      places.kept = places.before;
    }
    const { h } = step;
    if (shape.projects) h.kept = h.made as number;
    step.hRead = at(this.#hRead, t) || (h.before as number);
    step.gated = at(this.#gated, t);
    step.projected = shape.projects ? at(this.#projected, t) || (h.after as number) : (h.made as number);
    for (let index = 0; index < this.#rooms.length; index++) {
      const { name, room } = this.#rooms[index];
      (step.rooms as Record<string, number>)[name] = at(room, t);
    }
    step.lengths = ends === 0 ? 0 : ends + t * endsStride;
    return step;
  }
}

function at(room: StepRoom, t: number): number {
  return room.at + t * room.stride;
}
