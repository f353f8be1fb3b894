import type { Device } from "../../tensor/device.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { Budget } from "./budget.ts";
import { type OnnxType, TYPES } from "./data-types.ts";
import { describeValue, type OnnxValue, problem } from "./value.ts";

/** The state of a recurrent node after a step of a stream: [D, B, H] each. */
export interface Carried {
  h: OnnxValue;
  c?: OnnxValue;
}

/** More axes than any operator needs, and few enough to loop over. */
const MOST_AXES = 32;

/** What all nodes of a model share while it runs. */
export class Machine {
  readonly device: Device;
  budget: Budget;
  /** In a stream: the states of recurrent nodes that the graph gives none, by the node's number. */
  carried: Map<number, Carried> | undefined;

  constructor(device: Device, budget: Budget) {
    this.device = device;
    this.budget = budget;
  }

  /** A new value of zeros. */
  make(type: OnnxType, dims: readonly number[]): OnnxValue {
    const size = sizeOf(dims);
    if (dims.length > MOST_AXES) throw problem(`a value of ${dims.length} axes, at most ${MOST_AXES} are supported`);
    for (const length of dims) {
      if (!(Number.isSafeInteger(length) && length >= 0)) {
        throw problem(`a value of ${describeValue({ type, dims })}, needed whole numbers from 0`);
      }
    }
    const { bytes, make } = TYPES[type];
    this.budget.take(size * bytes, describeValue({ type, dims }));
    return { type, dims, data: make(size) };
  }

  /** Room in the heap while a callback runs, counted as part of the run. */
  temporary<Result>(elements: number, body: (offset: number) => Result): Result {
    this.budget.take(elements * this.device.heap.bytesPerElement, "room to compute in");
    return this.device.temporary(Math.max(1, elements), body);
  }
}
