import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { sizeOf, Tensor } from "../tensor/tensor.ts";
import { DropoutPlace } from "./dropout-place.ts";
import { namesMatching } from "./name-patterns.ts";
import { copyIn, copyOut, type StateDict } from "./state-dict.ts";

export type { StateDict } from "./state-dict.ts";

/** A tensor that training changes, zero at first. It lives as long as its module. */
export class Parameter extends Tensor {
  /** Whether it is left as it is: backward() computes no gradient for it, and optimisers are not given it. */
  frozen = false;

  /** `filled` false leaves the numbers as they are, for whoever writes all of them before they are read. */
  constructor(device: Device, shape: readonly number[], options: { readonly filled?: boolean } = {}) {
    super(device, device.allocateLasting(sizeOf(shape)), shape, { requiresGrad: true });
    if (options.filled ?? true) device.kernels.fill(this.offset, 0, this.size);
  }

  override get requiresGrad(): boolean {
    return super.requiresGrad && !this.frozen;
  }
}

/** Numbers of a module that are saved and loaded with it but not trained, zero at first: what a batch normalisation has gathered. */
export class ModuleBuffer extends Tensor {
  constructor(device: Device, shape: readonly number[]) {
    super(device, device.allocateLasting(sizeOf(shape)), shape);
    device.kernels.fill(this.offset, 0, this.size);
  }
}

/** A parameter with entries drawn evenly from [−bound, bound). */
export function uniformParameter(
  device: Device,
  shape: readonly number[],
  bound: number,
  generator: Generator,
): Parameter {
  // Without numbers others are about to be written, and memory that nobody touches is not taken from the machine. The place comes
  // first: where the device has none for so many numbers, it says so before they are drawn.
  const parameter = new Parameter(device, shape, { filled: false });
  const numbers = generator.evenly(sizeOf(shape), bound);
  if (numbers) parameter.assign(numbers);
  return parameter;
}

/**
 * Something with parameters. Modules and parameters that stand in its properties, alone or in arrays, belong to it, and are
 * named after the properties: `encoder.weight`, `layers.0.bias`.
 */
export abstract class Module {
  /** Whether dropout is on. */
  training = true;

  /** Parameters by name, in the order of the properties. A parameter that stands in two places is named after the first. */
  namedParameters(): Map<string, Parameter> {
    const found = new Map<string, Parameter>();
    walk(this, "", (name, value) => {
      if (value instanceof Parameter) found.set(name, value);
    });
    return found;
  }

  /** What is saved beside the parameters, by name as these are. */
  namedBuffers(): Map<string, ModuleBuffer> {
    const found = new Map<string, ModuleBuffer>();
    walk(this, "", (name, value) => {
      if (value instanceof ModuleBuffer) found.set(name, value);
    });
    return found;
  }

  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** What an optimiser is to be given: the parameters that are not frozen. */
  trainableParameters(): Parameter[] {
    return this.parameters().filter(({ frozen }) => !frozen);
  }

  /**
   * Freezes the parameters of these names. In a name `*` stands for anything but a dot, and the beginning of a name up to a dot
   * stands for all that begin so: `encoder`, `rnn.weight_ih_l0`, `rnn.*_l0`. Their `frozen` set to false thaws them again.
   *
   * @throws UnrolledError "invalid-argument" for a pattern that matches nothing
   */
  freeze(patterns: readonly string[]): this {
    const named = this.namedParameters();
    for (const name of namesMatching("freeze", patterns, [...named.keys()])) {
      const parameter = named.get(name)!;
      parameter.frozen = true;
      parameter.zeroGrad();
    }
    return this;
  }

  /** The places where entries are dropped, by name as parameters are. Their states decide all masks to come. */
  dropoutPlaces(): Map<string, DropoutPlace> {
    const found = new Map<string, DropoutPlace>();
    walk(this, "", (name, value) => {
      if (value instanceof DropoutPlace) found.set(name, value);
    });
    return found;
  }

  /** Number of numbers in all parameters. */
  parameterCount(): number {
    return this.parameters().reduce((total, parameter) => total + parameter.size, 0);
  }

  /** Turns dropout on here and in all modules inside. */
  train(): this {
    return this.#setTraining(true);
  }

  /** Turns dropout off here and in all modules inside. */
  eval(): this {
    return this.#setTraining(false);
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }

  /** A copy of all parameters and buffers by name. */
  async stateDict(): Promise<StateDict> {
    return copyOut(this.#saved());
  }

  /** Overwrites all parameters and buffers. A name that is missing, unknown or of another shape is an error, and nothing is changed then. */
  loadStateDict(state: StateDict): void {
    copyIn(state, this.#saved(), "model");
  }

  #saved(): Map<string, Tensor> {
    return new Map<string, Tensor>([...this.namedParameters(), ...this.namedBuffers()]);
  }

  #setTraining(training: boolean): this {
    walk(this, "", (_, value) => {
      if (value instanceof Module) value.training = training;
    });
    this.training = training;
    return this;
  }
}

function walk(
  value: unknown,
  name: string,
  visit: (name: string, value: Module | Parameter | ModuleBuffer | DropoutPlace) => void,
  seen = new Set<unknown>(),
): void {
  // What stands in two places, a child's way back to its parent for instance, is visited once.
  if (seen.has(value)) return;
  if (typeof value === "object") seen.add(value);
  const inside = (key: string | number) => (name ? `${name}.${key}` : `${key}`);
  if (isLeaf(value)) visit(name, value);
  else if (value instanceof Module) {
    visit(name, value);
    for (const [key, inner] of Object.entries(value)) {
      // A recurrent layer keeps its parameters in a map under their PyTorch names, which stand directly below the layer's own.
      if (inner instanceof Map) for (const [id, parameter] of inner) walk(parameter, inside(id), visit, seen);
      else walk(inner, inside(key), visit, seen);
    }
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) walk(inner, inside(index), visit, seen);
  }
}

function isLeaf(value: unknown): value is Parameter | ModuleBuffer | DropoutPlace {
  return value instanceof Parameter || value instanceof ModuleBuffer || value instanceof DropoutPlace;
}

/** What a memory holds at most, in MiB, and a number there in bytes. */
const MOST_MEBIBYTES = 4096;
const NUMBER_BYTES = 4;

/** For constructors: an error where the parameters to come cannot fit into any memory, before the first of them is drawn. */
export function requireRoom(call: string, numbers: number): void {
  const mebibytes = Math.ceil((numbers * NUMBER_BYTES) / 2 ** 20);
  if (mebibytes <= MOST_MEBIBYTES) return;
  throw new UnrolledError(
    "out-of-memory",
    `${call}: heap: ${mebibytes} MiB were asked for, more than the ${MOST_MEBIBYTES} MiB that a WebAssembly memory can hold`,
  );
}

/** For constructors: an error that names the argument unless the size is a whole number of at least 1. */
export function requireSize(call: string, argument: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new UnrolledError(
      "invalid-argument",
      `${call}: ${argument} is ${value}, needed a whole number of at least 1`,
    );
  }
}

/** For constructors: an error that names the argument unless it is a probability with which something may be dropped. */
export function requireProbability(call: string, argument: string, value: number): void {
  if (!(value >= 0 && value < 1)) {
    throw new UnrolledError("invalid-argument", `${call}: ${argument} is ${value}, needed 0 to below 1`);
  }
}
