import { CallRecorder } from "../../kernels/call-recorder.ts";
import type { Pacer } from "../../parallel/pacer.ts";
import { Device } from "../../tensor/device.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { type Budget, OBJECT_BYTES } from "./budget.ts";
import { type OnnxType, TYPES } from "./data-types.ts";
import type { Recording, ValueSource } from "./recording.ts";
import { FreeArrays, RunArrays } from "./run-arrays.ts";
import { describeValue, type OnnxValue, problem, requireAxes } from "./value.ts";

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

  /** Whether any node carries its state. */
  get carriesAny(): boolean {
    return this.#nodes.size > 0;
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

/** What belongs to one run, and is put aside while it pauses. */
export interface Turn {
  readonly budget: Budget;
  readonly shapes: number;
  readonly pacer: Pacer | undefined;
  readonly arrays: RunArrays | undefined;
}

/** What all nodes of a model share while it runs. */
export class Machine {
  /** On the heap of the device that the model was opened on, with kernels that can be recorded. */
  readonly device: Device;
  readonly recorder: CallRecorder;
  /** Whether values can stand in the heap. */
  readonly canRecord: boolean;
  /** The run in progress where it is recorded, and where its values come from where that is one or a replay. */
  recording: Recording | undefined;
  source: ValueSource | undefined;
  /** Of the run in progress. */
  budget: Budget;
  /** A number for the shapes of the inputs of the run in progress: the same as long as they are. */
  shapes = 0;
  #lastShapes = 0;
  #shapesText = "";
  /** Of the run in progress, if it may pause. */
  #pacer: Pacer | undefined;
  /** Those of the run in progress; none while a model is opened, since what is computed then stays. */
  #arrays: RunArrays | undefined;
  readonly #free = new FreeArrays();
  /** The stream whose step is running. */
  stream: Stream | undefined;

  constructor(device: Device, budget: Budget) {
    const { backend: name, reason, isWhole, heap, table } = device;
    this.recorder = new CallRecorder(table);
    const backend = { name, reason, isWhole, heap, table, kernels: this.recorder.kernels };
    this.device = new Device(backend, device.generator);
    this.canRecord = heap.bytesPerElement === 4;
    this.budget = budget;
  }

  /** Begins a run with inputs. With a pacer it pauses between nodes whenever that says so. */
  begin(budget: Budget, inputs: readonly OnnxValue[], pacer?: Pacer): void {
    this.budget = budget;
    this.#pacer = pacer;
    this.#arrays = new RunArrays(this.#free);
    const text = inputs.map(({ type, dims }) => `${type} ${dims}`).join();
    if (text !== this.#shapesText) this.shapes = ++this.#lastShapes;
    this.#shapesText = text;
  }

  /** Ends a run that has come to its outputs. */
  end(outputs: readonly (OnnxValue | undefined)[]): void {
    for (const output of outputs) if (output) this.outlives(output);
    this.#arrays?.end();
    this.#arrays = undefined;
  }

  /** Says that a value is read after the run in progress. */
  outlives(value: OnnxValue): void {
    this.#arrays?.outlives(value);
  }

  /** Whether a run is to pause now. Throws "aborted" once its signal is. */
  isPauseDue(): boolean {
    return this.#pacer?.isDue() ?? false;
  }

  /** Puts a run aside that pauses, so that others can have the machine. */
  leave(): Turn {
    const turn = { budget: this.budget, shapes: this.shapes, pacer: this.#pacer, arrays: this.#arrays };
    this.#pacer = undefined;
    this.#arrays = undefined;
    return turn;
  }

  /** Goes on with a run that paused. */
  enter({ budget, shapes, pacer, arrays }: Turn): void {
    this.#arrays = arrays;
    this.budget = budget;
    this.#pacer = pacer;
    this.shapes = shapes;
    // Another run may have come between, so that what the next one has is not known to be the same.
    this.#shapesText = "";
  }

  /** A new value of zeros. */
  make(type: OnnxType, dims: readonly number[]): OnnxValue {
    const size = sizeOf(dims);
    requireAxes(dims);
    for (let axis = 0; axis < dims.length; axis++) {
      if (!(Number.isSafeInteger(dims[axis]) && dims[axis] >= 0)) {
        throw problem(`a value of ${describeValue({ type, dims })}, needed whole numbers from 0`);
      }
    }
    const { bytes } = TYPES[type];
    const taken = size * bytes + OBJECT_BYTES;
    if (!this.budget.takes(taken)) throw this.budget.exceeded(taken, describeValue({ type, dims }));
    this.budget.entries(size);
    const value = this.source?.make(type, dims, size);
    if (value) return value;
    return { type, dims, data: this.#arrays?.make(type, size) ?? TYPES[type].make(size) };
  }

  /** `Recording.onPlaces` in a run that is recorded; false in any other. */
  onPlaces(values: readonly (OnnxValue | undefined)[], calls: (recording: Recording) => void): boolean {
    return this.recording?.onPlaces(values, calls) ?? false;
  }

  /** Room in the heap while a callback runs, counted as part of the run: where it is given, or taken for that time. */
  temporary<Result>(elements: number, body: (offset: number) => Result, given?: number): Result {
    const { budget, device } = this;
    const bytes = elements * device.heap.bytesPerElement;
    budget.take(bytes, () => "room to compute in");
    budget.copies(elements);
    const result = given === undefined ? device.temporary(Math.max(1, elements), body) : body(given);
    budget.giveBack(bytes);
    return result;
  }
}
