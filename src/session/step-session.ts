import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import type { Device } from "../tensor/device.ts";
import type { CarriedState } from "./carried-rows.ts";
import { givenNumbers } from "./given-numbers.ts";
import { type ModelInput, type ModelOutput, type ModelValue, oneStep } from "./model-value.ts";
import type { Session, StepNumbers } from "./session.ts";
import type { SessionState } from "./session-state.ts";
import { type NamedValue, placeNumbers, type Steps, takeNumbers } from "./steps.ts";

/** What one session steps with. */
export interface SessionParts {
  readonly steps: Steps;
  /** What is carried from step to step. */
  readonly state: CarriedState;
}

/** A model that is read step by step in the heap. */
export interface Streamed {
  readonly device: Device;
  /** What a step is given and gives, as whole sequences have them. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Takes the room for B sequences. */
  begin(batchSize: number): SessionParts;
}

/** A session over what steps in the heap. */
export class StepSession implements Session {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly batchSize: number;
  readonly #streamed: Streamed;
  readonly #steps: Steps;
  readonly #state: CarriedState;

  constructor(streamed: Streamed, batchSize = 1) {
    requireSize("session", "batchSize", batchSize);
    const { steps, state } = streamed.begin(batchSize);
    this.batchSize = batchSize;
    this.inputs = streamed.inputs.map((value) => oneStep(value, batchSize));
    this.outputs = streamed.outputs.map((value) => oneStep(value, batchSize));
    this.#streamed = streamed;
    this.#steps = steps;
    this.#state = state;
  }

  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput> {
    const given = givenNumbers("step", this.inputs, inputs);
    for (const input of this.#steps.inputs) this.#read(input, given.get(input.name)!.data);
    this.#steps.run(this.batchSize);
    return Object.fromEntries(
      this.#steps.outputs.map(({ name, value }, at): [string, ModelOutput] => {
        const size = this.batchSize * value.width;
        const data = value.kind === "int" ? new Int32Array(size) : new Float32Array(size);
        takeNumbers(this.#streamed.device.heap, value, this.batchSize, data);
        return [name, { shape: this.outputs[at].axes as readonly number[], data }];
      }),
    );
  }

  stepInto(inputs: StepNumbers, outputs: Readonly<Record<string, Float32Array>>): void {
    const { heap } = this.#streamed.device;
    for (const input of this.#steps.inputs)
      this.#read(input, Object.hasOwn(inputs, input.name) ? inputs[input.name] : []);
    for (const output of this.#steps.outputs)
      if (Object.hasOwn(outputs, output.name))
        this.#requireLength("output", output, outputs[output.name].length);
    this.#steps.run(this.batchSize);
    for (const { name, value } of this.#steps.outputs)
      if (Object.hasOwn(outputs, name)) takeNumbers(heap, value, this.batchSize, outputs[name]);
  }

  reset(): void {
    this.#state.reset();
  }

  state(): SessionState {
    return this.#state.state();
  }

  restore(state: SessionState): void {
    this.#state.restore(state);
  }

  fork(): StepSession {
    const other = new StepSession(this.#streamed, this.batchSize);
    other.restore(this.state());
    return other;
  }

  #read(input: NamedValue, numbers: ArrayLike<number>): void {
    this.#requireLength("input", input, numbers.length);
    input.check?.(numbers);
    placeNumbers(this.#streamed.device.heap, input.value, numbers);
  }

  #requireLength(what: "input" | "output", { name, value }: NamedValue, length: number): void {
    const needed = this.batchSize * value.width;
    if (length === needed) return;
    throw new UnrolledError("shape-mismatch", {
      call: "step",
      problem: `${what} ${name} has ${length} numbers, needed ${needed} (${this.batchSize} × ${value.width})`,
    });
  }
}
