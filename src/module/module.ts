import { UnrolledError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { requireWhole } from "../whole-numbers.ts";
import { DropoutPlace } from "./dropout-place.ts";
import { eachPart } from "./module-parts.ts";
import { namesMatching } from "./name-patterns.ts";
import { ModuleBuffer, Parameter } from "./parameter.ts";
import { copyIn, copyOut, type StateDict } from "./state-dict.ts";
import { nextMade } from "./stray-parameters.ts";

export { ModuleBuffer, Parameter, uniformParameter } from "./parameter.ts";
export type { StateDict } from "./state-dict.ts";

/**
 * A model, or a part of one. Modules and parameters in its properties, alone, in arrays or in Maps, belong to it, and are
 * named after the properties: `encoder.weight`, `layers.0.bias`. Those in a plain object, a Set or another class's instance are an
 * error. Nobody can find a parameter in a private field (`#name`, not TypeScript's `private`): an optimiser refuses its step
 * once such a parameter has a gradient.
 */
export abstract class Module {
  readonly #madeAt = nextMade();
  /** Whether dropout is on. */
  training = true;

  /** Parameters by name, in the order of the properties. A parameter that stands in two places is named after the first. */
  namedParameters(): Map<string, Parameter> {
    const found = new Map<string, Parameter>();
    this.#each((name, part) => {
      if (!(part instanceof Parameter)) return;
      part.listedFrom = Math.min(part.listedFrom ?? this.#madeAt, this.#madeAt);
      found.set(name, part);
    });
    return found;
  }

  /** What is saved beside the parameters, by name as these are. */
  namedBuffers(): Map<string, ModuleBuffer> {
    const found = new Map<string, ModuleBuffer>();
    this.#each((name, value) => {
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
   * means every name that begins like this: `encoder`, `rnn.weight_ih_l0`, `rnn.*_l0`. To thaw them, set their `frozen` to false.
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
    this.#each((name, value) => {
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

  #each(visit: Parameters<typeof eachPart<Module>>[2]): void {
    eachPart(this as Module, isModule, visit);
  }

  #saved(): Map<string, Tensor> {
    return new Map<string, Tensor>([...this.namedParameters(), ...this.namedBuffers()]);
  }

  #setTraining(training: boolean): this {
    this.#each((_, value) => {
      if (value instanceof Module) value.training = training;
    });
    this.training = training;
    return this;
  }
}

function isModule(value: unknown): value is Module {
  return value instanceof Module;
}

/** What a memory holds at most, in MiB, and a number there in bytes. */
const MOST_MEBIBYTES = 4096;
const NUMBER_BYTES = 4;

/** For constructors: an error where the parameters to come cannot fit into any memory, before the first of them is drawn. */
export function requireRoom(call: string, numbers: number): void {
  const mebibytes = Math.ceil((numbers * NUMBER_BYTES) / 2 ** 20);
  if (mebibytes <= MOST_MEBIBYTES) return;
  throw new UnrolledError("out-of-memory", {
    call,
    problem: `heap: ${mebibytes} MiB were asked for, more than the ${MOST_MEBIBYTES} MiB that a WebAssembly memory can hold`,
  });
}

/** For constructors: an error that names the argument unless the size is a whole number of at least 1. */
export function requireSize(call: string, argument: string, value: number): void {
  requireWhole(call, argument, value, 1);
}

/** For constructors: an error that names the argument unless it is from 0 to below 1, such as a probability of dropping. */
export function requireShare(call: string, argument: string, value: number): void {
  if (typeof value !== "number" || !(value >= 0 && value < 1)) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: argument,
      got: `${value}`,
      needed: "0 to below 1",
    });
  }
}
