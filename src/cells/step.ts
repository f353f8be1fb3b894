import type { Role } from "../kernels/contract.ts";
import type { Device } from "../tensor/device.ts";

/** A place in the heap, counted in elements, and what stands there; 0 where nothing does. */
export type Place<Name extends string = string> = Role<Name>;

/** Where one state stands around a step, [B, width]. */
export interface StatePlaces<Name extends string = string> {
  before: Place<`${Name}Before`>;
  /** What a row that is not read is given for what the cell makes: `before`, unless h is projected. */
  kept: Place<`${Name}Before`>;
  /** What the cell makes. */
  made: Place<Name>;
  /** The state after the step, once projection and zoneout have been at it. */
  after: Place<Name>;
}

/**
 * What one time step reads and writes. A step is: sums of h's product, the cell, projection, zoneout. The last of them that a layer
 * has writes the state after the step; each writes where the next one reads.
 */
export class Step<
  States extends string = string,
  Rooms extends string = string,
  Own extends string = string,
> {
  readonly device: Device;
  /** The gates' sums [B, G·H], to be overwritten by their activations. */
  sums: Place<"sums"> = 0;
  /** h·W_hh + b_hh [B, G·H], of cells that keep it apart. */
  recurrent: Place<"recurrent"> = 0;
  /** Mean and 1/deviation of each row of it [B, 2], where it is layer-normalised. */
  recurrentStatistics: Place<"recurrentStatistics"> = 0;
  /** What the products read of h [B, P]: it as it is, or with entries dropped. */
  hRead: Place<"hRead"> = 0;
  /** Gated h [B, H], of cells whose last block reads that. */
  gated: Place<"gated"> = 0;
  /** h [B, P] before W_hr's product and zoneout's. */
  projected: Place<"projected"> = 0;
  /** By their names. */
  readonly states: { readonly [Name in States]: StatePlaces<Name> };
  /** The same, in the cell's order; h is the first. */
  readonly stateList: readonly StatePlaces[];
  readonly h: StatePlaces<"h">;
  /** Room of the step, by name. */
  readonly rooms: { readonly [Name in Rooms]: Place<Name> };
  /** The layer's parameters, by key; 0 where it lacks one. */
  readonly weights: { readonly [Key in Own]: Place<Key> };
  /** Ends of the sequences, see the kernels; 0 where all rows are read. */
  lengths: Place<"lengths"> = 0;
  t: Role<"t"> = 0;
  /** B, H and P. */
  batch: Role<"batch">;
  readonly hidden: Role<"hidden">;
  readonly output: number;

  constructor(device: Device, { batch, hidden, output }: StepSize, parts: StepParts) {
    this.device = device;
    this.batch = batch;
    this.hidden = hidden;
    this.output = output;
    const states = parts.states.map(
      (name) => [name, { before: 0, kept: 0, made: 0, after: 0 } as StatePlaces] as const,
    );
    this.stateList = states.map(([, places]) => places);
    this.states = Object.fromEntries(states) as typeof this.states;
    this.h = this.stateList[0] as StatePlaces<"h">;
    this.rooms = Object.fromEntries(parts.rooms.map((name) => [name, 0])) as typeof this.rooms;
    this.weights = { ...parts.weights } as typeof this.weights;
  }

  /** Whether row b is read at this step, or keeps its states. */
  isRead(b: number): boolean {
    return this.lengths === 0 || this.t < this.device.heap.ints()[this.lengths + b];
  }

  /** The numbers at a place, to read and write. The heap may grow between steps, so take it where it is used. */
  view(place: Place, length: number): Float32Array | Float64Array {
    return this.device.heap.floats().subarray(place, place + length);
  }
}

/** Sizes of a step. */
export interface StepSize {
  readonly batch: number;
  readonly hidden: number;
  readonly output: number;
}

/** Names of a step's states and rooms, and where the layer's parameters stand. */
export interface StepParts {
  readonly states: readonly string[];
  readonly rooms: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
}

/** Where the way back of a step finds and leaves gradients; 0 where none is wanted or there is none. */
export interface StepGradients<
  States extends string = string,
  Scratch extends string = string,
  Own extends string = string,
> {
  /** Of the step's output [B, H]; 0 if it has none. */
  dy: Place<"dy">;
  /** Of what the cell made, carried back through time, [B, width] each. */
  readonly states: { readonly [Name in States]: Place<`d${Name}`> };
  /** Of the layer's parameters, gathered over all steps; room for it where nobody wants it. */
  readonly weights: { readonly [Key in Own]: Place<`d${Key}`> };
  /** Room of the way back, by name. */
  readonly scratch: { readonly [Name in Scratch]: Place<Name> };
  /** Of gated h [B, H], and of the h that was read [B, P]. */
  readonly dgated: Place<"dgated">;
  readonly dhRead: Place<"dhRead">;
}
