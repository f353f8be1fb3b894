import type { Device } from "../../tensor/device.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { Budget } from "./budget.ts";
import { type OnnxType, TYPES } from "./data-types.ts";
import { describeValue, type OnnxValue, problem } from "./value.ts";

/** One call of a stream: which recurrent nodes carry their states, and what these are; both by the node's number. */
export class Stream {
  readonly states: Map<number, Carried>;
  readonly #nodes: ReadonlySet<number>;
  readonly #areChosen: boolean;
  #steps: number | undefined;

  constructor(nodes: ReadonlySet<number>, states: Map<number, Carried>, areChosen: boolean) {
    this.states = states;
    this.#nodes = nodes;
    this.#areChosen = areChosen;
  }

  carries(node: number): boolean {
    return this.#nodes.has(node);
  }

  /** Says how many steps a node that carries its state reads. Nodes that all read along the stream read the same number. */
  reads(steps: number): void {
    if (!this.#areChosen && this.#steps !== undefined && this.#steps !== steps) {
      throw problem(
        `it reads ${steps} steps where a node before it reads ${this.#steps}, so that not both may read along the stream; open the session with carried: [names of the recurrent nodes that do]`,
      );
    }
    this.#steps ??= steps;
  }
}

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
  /** A number for the shapes of the inputs of the run in progress: the same as long as they are. */
  shapes = 0;
  #shapesText = "";
  /** The stream whose step is running. */
  stream: Stream | undefined;

  constructor(device: Device, budget: Budget) {
    this.device = device;
    this.budget = budget;
  }

  /** Begins a run with inputs. */
  begin(inputs: readonly OnnxValue[]): void {
    this.budget.begin();
    const text = inputs.map(({ type, dims }) => `${type} ${dims}`).join();
    if (text !== this.#shapesText) this.shapes += 1;
    this.#shapesText = text;
  }

  /** A new value of zeros. */
  make(type: OnnxType, dims: readonly number[]): OnnxValue {
    const size = sizeOf(dims);
    if (dims.length > MOST_AXES) {
      throw problem(`a value of ${dims.length} axes, at most ${MOST_AXES} are supported`);
    }
    for (let axis = 0; axis < dims.length; axis++) {
      if (!(Number.isSafeInteger(dims[axis]) && dims[axis] >= 0)) {
        throw problem(`a value of ${describeValue({ type, dims })}, needed whole numbers from 0`);
      }
    }
    const { bytes, make } = TYPES[type];
    if (!this.budget.takes(size * bytes)) {
      throw this.budget.exceeded(size * bytes, describeValue({ type, dims }));
    }
    return { type, dims, data: make(size) };
  }

  /** Room in the heap while a callback runs, counted as part of the run. */
  temporary<Result>(elements: number, body: (offset: number) => Result): Result {
    this.budget.take(elements * this.device.heap.bytesPerElement, () => "room to compute in");
    return this.device.temporary(Math.max(1, elements), body);
  }
}
