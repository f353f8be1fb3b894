import { UnrolledError } from "../errors.ts";
import { copyIn, copyOut, type StateDict } from "../layers/state-dict.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Something that changes parameters by their gradients. */
export abstract class Optimiser {
  readonly parameters: readonly Tensor[];
  /** Step size; may be set between steps, by a schedule for instance. */
  learningRate: number;
  readonly #name: string;
  readonly #updates: number[];
  #steps = 0;

  constructor(name: string, parameters: readonly Tensor[], learningRate: number) {
    if (parameters.length === 0) {
      throw new UnrolledError("invalid-argument", `${name}: there are no parameters to train`);
    }
    requireAtLeastZero(name, "learningRate", learningRate);
    this.#name = name;
    this.#updates = parameters.map(() => 0);
    this.parameters = parameters;
    this.learningRate = learningRate;
  }

  /** How often step() was called. */
  get steps(): number {
    return this.#steps;
  }

  /** Changes every parameter that has a gradient. */
  step(): void {
    this.#steps += 1;
    this.parameters.forEach((parameter, index) => {
      const gradient = parameter.arrivedGradient();
      if (gradient === 0) return;
      this.#updates[index] += 1;
      this.update(parameter, gradient, index, this.#updates[index]);
      parameter.changed();
    });
  }

  /** Forgets all gradients, so that the next backward() starts anew. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /**
   * A copy of what it remembers, to go on later: `steps` [1], `updates` [P] (how often each of the P parameters was changed), and
   * what stands beside each parameter, by its place in the list: `0.velocity`, `1.velocity`, …
   */
  async stateDict(): Promise<StateDict> {
    return {
      steps: { shape: [1], data: Float32Array.of(this.#steps) },
      updates: { shape: [this.#updates.length], data: Float32Array.from(this.#updates) },
      ...(await copyOut(this.#tensors())),
    };
  }

  /** Goes on from a state of the same optimiser over parameters of the same shapes; else an error, and nothing is changed. */
  loadStateDict(state: StateDict): void {
    const { steps, updates, ...rest } = state;
    if (steps?.data.length !== 1 || updates?.data.length !== this.#updates.length) {
      throw new UnrolledError(
        "shape-mismatch",
        `loadStateDict: this ${this.#name} needs steps [1] and updates [${this.#updates.length}], ` +
          `got ${steps?.data.length ?? "no"} and ${updates?.data.length ?? "no"} numbers`,
      );
    }
    copyIn(rest, this.#tensors(), this.#name);
    this.#steps = steps.data[0];
    for (const [index, count] of updates.data.entries()) this.#updates[index] = count;
  }

  /** What stands beside the parameters, a list of P tensors under each name. */
  protected abstract beside(): Readonly<Record<string, readonly Tensor[]>>;

  /** Changes one parameter; `count` is how often it has been changed, this time included. */
  protected abstract update(parameter: Tensor, gradient: number, index: number, count: number): void;

  #tensors(): Map<string, Tensor> {
    const named = Object.entries(this.beside()).flatMap(([name, tensors]) =>
      tensors.map((tensor, index) => [`${index}.${name}`, tensor] as const),
    );
    return new Map(named);
  }
}

/** A zeroed tensor beside each parameter: momentum, running squares. */
export function besideEach(parameters: readonly Tensor[]): Tensor[] {
  return parameters.map(({ device, shape }) => device.lasting(() => zeros(device, shape)));
}

/** For constructors: an error that names the argument unless it is a finite number of at least 0. */
export function requireAtLeastZero(call: string, argument: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new UnrolledError(
      "invalid-argument",
      `${call}: ${argument} is ${value}, needed a number of at least 0`,
    );
  }
}

/** For constructors: an error that names the argument unless it is from 0 to below 1. */
export function requireShare(call: string, argument: string, value: number): void {
  if (!(value >= 0 && value < 1)) {
    throw new UnrolledError("invalid-argument", `${call}: ${argument} is ${value}, needed 0 to below 1`);
  }
}
