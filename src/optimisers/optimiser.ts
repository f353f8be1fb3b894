import { UnrolledError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { zeros } from "../tensor/tensor.ts";

/** Something that changes parameters by their gradients. */
export abstract class Optimiser {
  readonly parameters: readonly Tensor[];
  /** Step size; may be set between steps, by a schedule for instance. */
  learningRate: number;
  #steps = 0;

  constructor(name: string, parameters: readonly Tensor[], learningRate: number) {
    if (parameters.length === 0)
      throw new UnrolledError("invalid-argument", `${name}: there are no parameters to train`);
    if (!(learningRate >= 0 && Number.isFinite(learningRate))) {
      throw new UnrolledError(
        "invalid-argument",
        `${name}: learningRate is ${learningRate}, needed a number of at least 0`,
      );
    }
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
      this.update(parameter, gradient, index);
      parameter.changed();
    });
  }

  /** Forgets all gradients, so that the next backward() starts anew. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  protected abstract update(parameter: Tensor, gradient: number, index: number): void;
}

/** A zeroed tensor beside each parameter: momentum, running squares. */
export function besideEach(parameters: readonly Tensor[]): Tensor[] {
  return parameters.map((parameter) => lastingZeros(parameter));
}

function lastingZeros(like: Tensor): Tensor {
  return like.device.lasting(() => zeros(like.device, like.shape));
}
