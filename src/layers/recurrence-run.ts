import type { Device } from "../tensor/device.ts";
import type { Storage } from "../tensor/storage.ts";
import { ints, Tensor } from "../tensor/tensor.ts";
import type { Cell, CellWeights, RunSize, StepPlaces } from "./cell.ts";
import { type Chunk, chunksOf } from "./chunks.ts";
import type { RecurrenceInput } from "./recurrence.ts";
import { type RecurrentMatrix, recurrentMatrix } from "./recurrent-product.ts";

/** Room for something of each step, so many elements apart: 0 where nothing is to be remembered and one step's room serves all. */
interface StepRoom {
  readonly storage: Storage;
  readonly offset: number;
  readonly stride: number;
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** The end of a sequence that never ends, for the kernels. */
const ENDLESS = 2 ** 31 - 1;

/** One run through a layer: where everything stands that its steps read and write, and that the way back will read. */
export class RecurrenceRun {
  readonly input: RecurrenceInput;
  readonly device: Device;
  readonly cell: Cell;
  readonly weights: CellWeights<Tensor>;
  readonly size: RunSize;
  readonly chunks: readonly Chunk[];
  /** All states: [T+1, B, P] and [T+1, B, H]. */
  readonly hs: Tensor;
  readonly cs: Tensor | undefined;
  /** What the steps and the way back work in and nobody else knows of. */
  readonly room: Storage[] = [];
  /** W_hh as the products of the steps read it. */
  readonly matrix: RecurrentMatrix;
  /** G·H. */
  readonly gateWidth: number;
  readonly #remembers: boolean;
  readonly #sums: Storage;
  readonly #inputProducts: Storage | undefined;
  readonly #inputStatistics: Storage | undefined;
  readonly #recurrent: StepRoom | undefined;
  readonly #recurrentStatistics: StepRoom | undefined;
  readonly #hRead: StepRoom | undefined;
  readonly #gated: StepRoom | undefined;
  readonly #h: StepRoom | undefined;
  readonly #c: StepRoom | undefined;
  readonly #normedC: StepRoom | undefined;
  readonly #cStatistics: StepRoom | undefined;
  readonly #projected: StepRoom | undefined;
  readonly #ends: Tensor | undefined;
  readonly #endsStride: number;
  readonly #endNumbers: readonly number[] | undefined;
  readonly #projects: boolean;
  readonly #hsOffset: number;
  readonly #csOffset: number;
  readonly #endsOffset: number;
  readonly #places: Writable<StepPlaces>;

  /** `remembers`: whether the way back will follow. */
  constructor(input: RecurrenceInput, size: RunSize, remembers: boolean) {
    const { cell, weights, lengths, mask, zoneout } = input;
    const { steps, batch, hidden, output } = size;
    const { device } = input.xs;
    this.input = input;
    this.device = device;
    this.cell = cell;
    this.weights = weights;
    this.size = size;
    this.gateWidth = cell.gates * hidden;
    this.chunks = chunksOf(size, input.reverse);
    this.matrix = recurrentMatrix(cell, weights.weightHh, "transposed");
    this.#remembers = remembers;
    const states = (width: number) =>
      new Tensor(device, device.allocate((steps + 1) * batch * width), [steps + 1, batch, width]);
    this.hs = states(output);
    this.cs = cell.hasCellState ? states(hidden) : undefined;

    // Without gradients nothing need be remembered, so that one chunk's sums and one step's room for the rest serve all.
    const sumSteps = remembers ? steps : this.chunks[0].steps;
    const own = (elements: number) => {
      const storage = device.allocate(elements);
      this.room.push(storage);
      return storage;
    };
    this.#sums = own(sumSteps * batch * this.gateWidth);
    const { normalises = false } = cell;
    this.#inputProducts = normalises ? own(sumSteps * batch * this.gateWidth) : undefined;
    this.#inputStatistics = normalises ? own(sumSteps * batch * 2) : undefined;
    const room = (needed: boolean | undefined, width: number): StepRoom | undefined => {
      if (!needed) return undefined;
      const each = batch * width;
      const storage = own(remembers ? steps * each : each);
      return { storage, offset: storage.offset, stride: remembers ? each : 0 };
    };
    const projects = weights.weightHr !== undefined;
    this.#projects = projects;
    this.#recurrent = room(cell.splitsSums || normalises, this.gateWidth);
    this.#recurrentStatistics = room(normalises, 2);
    this.#hRead = room(input.recurrentDropout !== undefined, output);
    this.#gated = room(cell.gate !== undefined, hidden);
    this.#h = room(projects || zoneout?.h !== undefined, hidden);
    this.#c = room(zoneout?.c !== undefined, hidden);
    this.#normedC = room(normalises, hidden);
    this.#cStatistics = room(normalises, 2);
    this.#projected = room(projects && zoneout?.h !== undefined, output);

    this.#endNumbers = mask ? endsByStep(mask, lengths, size) : lengths;
    this.#endsStride = mask ? batch : 0;
    this.#ends = this.#endNumbers && ints(device, this.#endNumbers);
    if (this.#ends) this.room.push(this.#ends.storage);
    this.#hsOffset = this.hs.offset;
    this.#csOffset = this.cs?.offset ?? 0;
    this.#endsOffset = this.#ends?.offset ?? 0;
    this.#places = firstPlaces(weights, size);
    // A row that is not read has no h of the cell's own to be projected, and zero is as good as another.
    if (projects && this.#ends && this.#h) {
      device.kernels.fill(this.#h.storage.offset, 0, this.#h.storage.elements);
    }
  }

  /** Whether every row is read at every step. */
  get readsAll(): boolean {
    return this.#ends === undefined;
  }

  /** Whether row b is read at step t, or keeps its state. */
  isRead(t: number, b: number): boolean {
    return this.#endNumbers === undefined || t < this.#endNumbers[t * this.#endsStride + b];
  }

  /** The sums of a step [B, G·H]; those of the rest of its chunk follow. */
  sumsAt(t: number, chunk: Chunk): number {
    return this.#sums.offset + this.#rowsBefore(t, chunk) * this.gateWidth;
  }

  /** Where x·W_ih of a step stands [B, G·H] before it is normalised, the rest of its chunk following, and [B, 2] beside it. */
  inputProductAt(t: number, chunk: Chunk): { readonly products: number; readonly statistics: number } {
    const rows = this.#rowsBefore(t, chunk);
    return {
      products: (this.#inputProducts?.offset ?? 0) + rows * this.gateWidth,
      statistics: (this.#inputStatistics?.offset ?? 0) + rows * 2,
    };
  }

  #rowsBefore(t: number, chunk: Chunk): number {
    return (t - (this.#remembers ? 0 : chunk.start)) * this.size.batch;
  }

  /** Where step t reads and writes. The same object each time, since a step is over before the next one begins. */
  placesOf(t: number, chunk: Chunk): StepPlaces {
    const { batch, hidden, output } = this.size;
    const places = this.#places;
    const before = (this.input.reverse ? t + 1 : t) * batch;
    const after = (this.input.reverse ? t : t + 1) * batch;
    const hBefore = this.#hsOffset + before * output;
    const hAfter = this.#hsOffset + after * output;
    const cAfter = this.#csOffset + after * hidden;
    places.t = t;
    places.sums = this.sumsAt(t, chunk);
    places.recurrent = at(this.#recurrent, t);
    places.recurrentStatistics = at(this.#recurrentStatistics, t);
    places.hBefore = hBefore;
    places.hRead = at(this.#hRead, t) || hBefore;
    places.gated = at(this.#gated, t);
    places.h = at(this.#h, t) || hAfter;
    places.hKept = this.#projects ? places.h : hBefore;
    places.projected = this.#projects ? at(this.#projected, t) || hAfter : places.h;
    places.hAfter = hAfter;
    if (this.#csOffset !== 0) {
      places.cBefore = this.#csOffset + before * hidden;
      places.c = at(this.#c, t) || cAfter;
      places.normedC = at(this.#normedC, t);
      places.cStatistics = at(this.#cStatistics, t);
      places.cAfter = cAfter;
    }
    places.lengths = this.#endsOffset === 0 ? 0 : this.#endsOffset + t * this.#endsStride;
    return places;
  }
}

function at(room: StepRoom | undefined, t: number): number {
  return room ? room.offset + t * room.stride : 0;
}

/** The places that no step changes; the others are set at each. */
function firstPlaces(weights: CellWeights<Tensor>, { batch, hidden, output }: RunSize): Writable<StepPlaces> {
  // One literal, so that engines give the object a fixed layout: it is written at every step.
  return {
    sums: 0,
    recurrent: 0,
    recurrentStatistics: 0,
    hBefore: 0,
    cBefore: 0,
    hRead: 0,
    hKept: 0,
    gated: 0,
    h: 0,
    c: 0,
    normedC: 0,
    cStatistics: 0,
    projected: 0,
    hAfter: 0,
    cAfter: 0,
    peepholes: weights.weightCh?.offset ?? 0,
    normC: weights.normC?.offset ?? 0,
    normCBias: weights.normCBias?.offset ?? 0,
    lengths: 0,
    t: 0,
    batch,
    hidden,
    output,
  };
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
