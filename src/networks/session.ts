import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import { RecurrentStream } from "../recurrent/stream/recurrent-stream.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import { CarriedRows, type CarriedState } from "./carried-rows.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { type NamedValue, NetworkSteps } from "./network-steps.ts";
import { joinedStates, partedStates } from "./session-states.ts";

/** Numbers of one step by name: of each input [B, …] or of each output [B, …], without the axis T. */
export type StepNumbers = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Reads one step at a time with a network, as data arrives: states stay from call to call, dropout is off. Every step is the same as
 * that of whole sequences; where a layer hands on its last output alone, that is the last so far. All room is taken at the start, so
 * that a step is synchronous and allocates nothing in the heap. Weights are the network's own, and any number of sessions share them.
 */
export class NetworkSession {
  readonly network: LayeredNetwork;
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  readonly #inputs: readonly NamedValue[];
  readonly #outputs: readonly NamedValue[];
  readonly #states: CarriedState[] = [];
  readonly #steps: NetworkSteps;
  readonly #owner: string;

  /**
   * @param options owner: what a model that is built on the network calls itself in its states
   * @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why
   */
  constructor(
    network: LayeredNetwork,
    options: { readonly batchSize?: number; readonly owner?: string } = {},
  ) {
    const { batchSize = 1, owner = "" } = options;
    requireSize("NetworkSession", "batchSize", batchSize);
    this.network = network;
    this.batchSize = batchSize;
    this.#owner = owner;
    this.#steps = new NetworkSteps("NetworkSession", network, batchSize, {
      recurrent: (layers) => {
        const stream = new RecurrentStream("NetworkSession", layers, batchSize, owner);
        this.#states.push(stream);
        return { advance: (_, x, sums) => stream.advance(x, sums) };
      },
      rows: (width, whose) => {
        const state = new CarriedRows(network.device, batchSize, width, whose);
        this.#states.push(state);
        return state.place;
      },
    });
    this.#inputs = this.#steps.inputs;
    this.#outputs = this.#steps.outputs;
  }

  /**
   * Reads one step of a network with one input and one output: x [B, …] into y [B, …].
   *
   * @throws UnrolledError "shape-mismatch" for another number of numbers, "invalid-argument" where there are several inputs or outputs
   */
  step(input: ArrayLike<number>, output: Float32Array): void {
    if (this.#inputs.length !== 1 || this.#outputs.length !== 1) {
      throw new UnrolledError(
        "invalid-argument",
        `step: this network has ${this.#inputs.length} inputs and ${this.#outputs.length} outputs, needed one of each; use stepByName`,
      );
    }
    this.#read(this.#inputs[0], input);
    this.#requireLength("output", this.#outputs[0], output.length);
    this.#steps.run(this.batchSize);
    this.#write(this.#outputs[0], output);
  }

  /** Reads one step of all inputs by name, and writes those outputs that are named. Throws as `step` does. */
  stepByName(inputs: StepNumbers, outputs: Readonly<Record<string, Float32Array>>): void {
    for (const input of this.#inputs) {
      const numbers = Object.hasOwn(inputs, input.name) ? inputs[input.name] : [];
      this.#read(input, numbers);
    }
    const wanted = this.#outputs.filter(({ name }) => Object.hasOwn(outputs, name));
    for (const output of wanted) this.#requireLength("output", output, outputs[output.name].length);
    this.#steps.run(this.batchSize);
    for (const output of wanted) this.#write(output, outputs[output.name]);
  }

  /** Goes back to the state that sequences begin with. */
  reset(): void {
    for (const layer of this.#states) layer.reset();
  }

  /** A copy of all layers' states after the last step, as bytes. Later steps leave it as it is, and it may be restored many times. */
  state(): SessionState {
    return joinedStates(this.#states.map((layer) => layer.state()));
  }

  /**
   * Goes back to a state that `state` returned, of this session or another one over a network of the same sizes. Nothing is changed
   * by one that does not fit.
   *
   * @throws UnrolledError "shape-mismatch" for a state of another network, "invalid-argument" for what is no state
   */
  restore(state: SessionState): void {
    const parts = partedStates(state, this.#states.length);
    const before = this.#states.map((layer) => layer.state());
    try {
      for (const [index, layer] of this.#states.entries()) layer.restore(parts[index]);
    } catch (error) {
      for (const [index, layer] of this.#states.entries()) layer.restore(before[index]);
      throw error;
    }
  }

  /** Another session over the same network, in the same state, that goes its own way from here. */
  fork(): NetworkSession {
    const other = new NetworkSession(this.network, { batchSize: this.batchSize, owner: this.#owner });
    other.restore(this.state());
    return other;
  }

  #read(input: NamedValue, numbers: ArrayLike<number>): void {
    this.#requireLength("input", input, numbers.length);
    this.#steps.check(input, numbers);
    this.#steps.read(input, numbers);
  }

  #write({ value }: NamedValue, output: Float32Array): void {
    const { at } = value;
    output.set(this.#steps.numbers(value).subarray(at, at + output.length));
  }

  #requireLength(what: "input" | "output", { name, value }: NamedValue, length: number): void {
    const needed = this.batchSize * value.width;
    if (length === needed) return;
    throw new UnrolledError(
      "shape-mismatch",
      `step: ${what} ${name} has ${length} numbers, needed ${needed} (${this.batchSize} × ${value.width})`,
    );
  }
}
