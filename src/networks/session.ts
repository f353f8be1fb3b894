import { UnrolledError } from "../errors.ts";
import { requireSize } from "../module/module.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { requireWholes } from "../whole-numbers.ts";
import { networkShapes } from "./check-config.ts";
import { type CarriedState, type LayerStep, layerStep, type StepRoom } from "./layer-step.ts";
import type { Network } from "./network.ts";
import { joinedStates, partedStates } from "./session-states.ts";
import { type StepValue, stepWidth, streamProblems } from "./step-value.ts";

/** Numbers of one step by name: of each input [B, …] or of each output [B, …], without the axis T. */
export type StepNumbers = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Reads one step at a time with a network, as data arrives: states stay from call to call, dropout is off. Every step is the same as
 * that of whole sequences; where a layer hands on its last output alone, that is the last so far. All room is taken at the start, so
 * that a step is synchronous and allocates nothing in the heap. Weights are the network's own, and any number of sessions share them.
 */
export class NetworkSession {
  readonly network: Network;
  /** B: sequences that are read side by side. */
  readonly batchSize: number;
  readonly #inputs: readonly NamedValue[];
  readonly #outputs: readonly NamedValue[];
  readonly #states: CarriedState[] = [];
  readonly #runs: readonly (() => void)[];
  readonly #rooms: Tensor[] = [];

  /** @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why */
  constructor(network: Network, options: { readonly batchSize?: number } = {}) {
    const { batchSize = 1 } = options;
    const { config, device } = network;
    requireSize("NetworkSession", "batchSize", batchSize);
    const shapes = networkShapes(config);
    const problems = streamProblems(config, shapes);
    if (problems.length > 0) {
      throw new UnrolledError(
        "invalid-argument",
        `NetworkSession: this network cannot be read step by step: ${problems.join("; ")}`,
      );
    }
    this.network = network;
    this.batchSize = batchSize;
    const take = (elements: number) => {
      const room = device.lasting(() => zeros(device, [elements]));
      this.#rooms.push(room);
      return room.offset;
    };
    const room: StepRoom = { device, batch: batchSize, take, states: this.#states };
    const values = new Map<string, StepValue>();
    for (const { name, kind } of config.inputs) {
      const width = stepWidth(shapes.get(name)!)!;
      values.set(name, { at: take(batchSize * width), width, kind });
    }
    const steps: LayerStep[] = [];
    for (const layer of config.layers) {
      const step = layerStep(room, {
        layer,
        module: network.layers.get(layer.name),
        read: layer.inputs.map((name) => values.get(name)!),
        shapes: layer.inputs.map((name) => shapes.get(name)!),
        width: stepWidth(shapes.get(layer.name)!)!,
      });
      values.set(layer.name, step.value);
      steps.push(step);
    }
    this.#runs = steps.flatMap(({ run }) => (run ? [run] : []));
    const named = (name: string, from: string): NamedValue => ({ name, value: values.get(from)! });
    this.#inputs = config.inputs.map(({ name }) => named(name, name));
    this.#outputs = config.outputs.map(({ name, from }) => named(name, from));
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
    for (const run of this.#runs) run();
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
    for (const run of this.#runs) run();
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
    const other = new NetworkSession(this.network, { batchSize: this.batchSize });
    other.restore(this.state());
    return other;
  }

  #read(input: NamedValue, numbers: ArrayLike<number>): void {
    this.#requireLength("input", input, numbers.length);
    const { heap } = this.network.device;
    const { at, kind } = input.value;
    if (kind === "float") {
      heap.floats().set(numbers, at);
      return;
    }
    requireWholes("step", numbers, () => `input ${input.name} has`);
    heap.ints().set(numbers, at);
  }

  #write({ value }: NamedValue, output: Float32Array): void {
    const { heap } = this.network.device;
    const numbers = value.kind === "int" ? heap.ints() : heap.floats();
    for (let index = 0; index < output.length; index++) output[index] = numbers[value.at + index];
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

/** An input or output of the network, and where its step stands. */
interface NamedValue {
  readonly name: string;
  readonly value: StepValue;
}
