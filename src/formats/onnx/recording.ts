// A run that is written down, so that later runs of the same shapes repeat it: values stand at fixed places of the heap, and what nodes
// do with kernels there is kept as calls, which one call replays (the kernel `replay`).
import type { RecordedCalls } from "../../kernels/call-recorder.ts";
import type { Kernels } from "../../kernels/contract.ts";
import { type OnnxType, TYPES } from "./data-types.ts";
import type { Machine } from "./machine.ts";
import { PlaceRoom } from "./place-room.ts";
import type { PlanStep } from "./plan.ts";
import type { OnnxValue } from "./value.ts";

/** Where values of a run come from that is recorded or replayed. */
export interface ValueSource {
  /** A value of zeros; undefined where it is to be made as in any run. */
  make(type: OnnxType, dims: readonly number[], size: number): OnnxValue | undefined;
}

/** A node that computes by itself, on values that stay. */
export interface ReplayedNode {
  readonly step: PlanStep;
  readonly values: readonly (OnnxValue | undefined)[];
  /** What it made, in this order. */
  readonly made: readonly OnnxValue[];
  readonly results: readonly (OnnxValue | undefined)[];
}

/** Parts of a replay: nodes that compute by themselves, and calls of kernels, all of those that follow each other. */
export type ReplayPart = ReplayedNode | RecordedCalls;

/** Entries of a value that gets a place, and elements of all places: what is larger has no overhead worth saving. */
const MOST_ENTRIES = 2 ** 16;
const MOST_ELEMENTS = 2 ** 21;
/** Bytes of arrays that stay for nodes which compute by themselves. */
const MOST_BYTES = 2 ** 24;

/** What belongs to the node that is being recorded. */
interface NodeInProgress {
  readonly made: OnnxValue[];
  readonly rooms: number[];
  readonly calls: { readonly words: number[]; count: number };
  /** Whether it computed on places, and whether it computed by itself. */
  onPlaces: boolean;
  byItself: boolean;
}

export class Recording implements ValueSource {
  readonly room: PlaceRoom;
  readonly parts: ReplayPart[] = [];
  /** Kernels, for `onPlaces`. */
  readonly kernels: Kernels;
  readonly #machine: Machine;
  #node: NodeInProgress = newNode();
  #bytes = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.room = new PlaceRoom(machine.device, MOST_ELEMENTS);
    this.kernels = machine.device.kernels;
  }

  /** Whether it was given up, because it would hold too much: the run goes on as any other. */
  get isGivenUp(): boolean {
    return this.room.isFull || this.#bytes > MOST_BYTES;
  }

  make(type: OnnxType, dims: readonly number[], size: number): OnnxValue | undefined {
    let value = this.#placed(type, dims, size);
    if (!value) this.#bytes += size * TYPES[type].bytes;
    if (this.isGivenUp) return undefined;
    value?.data.fill(0);
    value ??= { type, dims, data: TYPES[type].make(size) };
    this.#node.made.push(value);
    return value;
  }

  /** A value that each run is given anew, where it is to stand. */
  input({ type, dims, data }: OnnxValue): OnnxValue {
    const value = this.#placed(type, dims, data.length);
    if (!value) return { type, dims, data: data.slice() };
    value.data.set(data);
    return value;
  }

  /** A value that is the same in every run, at a place that stays; as it is where it can have none. */
  constant(value: OnnxValue): OnnxValue {
    const { type, dims, data } = value;
    if (!hasPlace(type, data.length)) return value;
    const place = this.floats(data);
    return { type, dims, data: this.room.view(place, data.length), place };
  }

  #placed(type: OnnxType, dims: readonly number[], size: number): OnnxValue | undefined {
    if (!hasPlace(type, size)) return undefined;
    const place = this.room.take(size);
    if (place === undefined) return undefined;
    return { type, dims, data: this.room.view(place, size), place };
  }

  /** Elements to compute in while the node runs. */
  temporary(elements: number): number {
    const place = this.room.take(elements) ?? this.room.keep(elements);
    this.#node.rooms.push(place);
    return place;
  }

  /** Numbers that kernels read. */
  readonly floats = (list: ArrayLike<number>): number => {
    const place = this.room.keep(list.length);
    this.#machine.device.heap.put(list, place);
    return place;
  };

  /** Whole numbers that kernels read. */
  readonly numbers = (list: ArrayLike<number>): number => {
    const place = this.room.keep(list.length);
    this.#machine.device.heap.putInts(list, place);
    return place;
  };

  /**
   * Has a node computed by calls of kernels alone, on the places of its values; they follow from shapes and constants, not from what
   * stands there. False where a value has no place: then the node computes all by itself.
   */
  onPlaces(values: readonly (OnnxValue | undefined)[], calls: (recording: Recording) => void): boolean {
    const node = this.#node;
    if (this.isGivenUp) return false;
    if (values.some((value) => value && value.place === undefined && value.data.length > 0)) {
      node.byItself = true;
      return false;
    }
    node.onPlaces = true;
    this.#machine.recorder.record(node.calls, () => calls(this));
    return true;
  }

  /** A node begins. */
  begin(): void {
    this.#node = newNode();
  }

  /** A node is over. `isFixed` says of an input whether it is the same in every run. */
  end(
    step: PlanStep,
    values: readonly (OnnxValue | undefined)[],
    results: readonly (OnnxValue | undefined)[],
    isFixed: (input: number) => boolean,
  ): void {
    if (this.isGivenUp) {
      this.parts.length = 0;
      return;
    }
    const { made, rooms, calls, onPlaces, byItself } = this.#node;
    if (onPlaces && !byItself) this.#append(calls);
    else if (made.length > 0 || !isView(values, results, isFixed))
      this.parts.push({ step, values, made, results });
    const kept = new Set(results.map((value) => value?.place));
    for (const { place } of made) if (place !== undefined && !kept.has(place)) this.room.give(place);
    for (const place of rooms) this.room.give(place);
  }

  #append({ words, count }: RecordedCalls): void {
    const last = this.parts.at(-1);
    if (last && "words" in last) {
      last.count += count;
      for (const word of words) last.words.push(word);
    } else this.parts.push({ words, count });
  }
}

function hasPlace(type: OnnxType, size: number): boolean {
  return type === "float32" && size > 0 && size <= MOST_ENTRIES;
}

function newNode(): NodeInProgress {
  return { made: [], rooms: [], calls: { words: [], count: 0 }, onPlaces: false, byItself: false };
}

/** Whether all results are the entries of an input in another shape, which the other inputs, the same in every run, decide. */
function isView(
  values: readonly (OnnxValue | undefined)[],
  results: readonly (OnnxValue | undefined)[],
  isFixed: (input: number) => boolean,
): boolean {
  const viewed = new Set(results.map((result) => result?.data));
  return (
    values.every((value, input) => !value || viewed.has(value.data) || isFixed(input)) &&
    results.every((result) => !result || values.some((value) => value?.data === result.data))
  );
}
