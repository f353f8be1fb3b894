import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { shapeText, sizeOf, Tensor } from "../tensor/tensor.ts";

/** A tensor that training changes. It lives as long as its module. */
export class Parameter extends Tensor {
  constructor(device: Device, shape: readonly number[]) {
    super(device, device.allocateLasting(sizeOf(shape)), shape, { requiresGrad: true });
  }
}

/** A parameter with entries drawn evenly from [−bound, bound). */
export function uniformParameter(
  device: Device,
  shape: readonly number[],
  bound: number,
  generator: Generator,
): Parameter {
  const parameter = new Parameter(device, shape);
  const numbers = new Float32Array(parameter.size);
  for (let index = 0; index < numbers.length; index++) numbers[index] = (2 * generator.uniform() - 1) * bound;
  parameter.assign(numbers);
  return parameter;
}

/** Named arrays: what a model's parameters are outside of it. */
export type StateDict = Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

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
    const seen = new Set<Parameter>();
    walk(this, "", (name, value) => {
      if (value instanceof Parameter && !seen.has(value)) {
        seen.add(value);
        found.set(name, value);
      }
    });
    return found;
  }

  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** Number of trained numbers. */
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

  /** A copy of all parameters by name. */
  async stateDict(): Promise<StateDict> {
    const entries = [...this.namedParameters()].map(
      async ([name, parameter]) =>
        [name, { shape: parameter.shape, data: await parameter.toArray() }] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Overwrites all parameters. A name that is missing, unknown or of another shape is an error, and nothing is changed then. */
  loadStateDict(state: StateDict): void {
    const own = this.namedParameters();
    for (const name of Object.keys(state)) {
      if (!own.has(name))
        throw new UnrolledError(
          "invalid-argument",
          `loadStateDict: tensor ${name} is not a parameter of this model`,
        );
    }
    for (const [name, parameter] of own) {
      const entry = state[name];
      if (!entry)
        throw new UnrolledError(
          "invalid-argument",
          `loadStateDict: tensor ${name} ${shapeText(parameter.shape)} is missing`,
        );
      if (shapeText(entry.shape) !== shapeText(parameter.shape)) {
        throw new UnrolledError(
          "shape-mismatch",
          `loadStateDict: tensor ${name} has shape ${shapeText(entry.shape)}, this model needs ${shapeText(parameter.shape)}`,
        );
      }
    }
    for (const [name, parameter] of own) parameter.assign(state[name].data);
  }

  #setTraining(training: boolean): this {
    walk(this, "", (_, value) => {
      if (value instanceof Module) value.training = training;
    });
    this.training = training;
    return this;
  }
}

function walk(value: unknown, name: string, visit: (name: string, value: Module | Parameter) => void): void {
  const inside = (key: string | number) => (name ? `${name}.${key}` : `${key}`);
  if (value instanceof Parameter) visit(name, value);
  else if (value instanceof Module) {
    visit(name, value);
    for (const [key, inner] of Object.entries(value)) {
      // A recurrent layer keeps its parameters in a map under their PyTorch names, which stand directly below the layer's own.
      if (inner instanceof Map) for (const [id, parameter] of inner) walk(parameter, inside(id), visit);
      else walk(inner, inside(key), visit);
    }
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) walk(inner, inside(index), visit);
  }
}
