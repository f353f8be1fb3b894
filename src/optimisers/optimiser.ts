import { UnrolledError } from "../errors.ts";
import { copyIn, copyOut, type StateDict } from "../module/state-dict.ts";
import { refuseStrays } from "../module/stray-parameters.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { shapeText, type Tensor, zeros } from "../tensor/tensor.ts";
import { isWhole } from "../whole-numbers.ts";

/** Entries `from` up to `to` of the parameter that has this place in the list. */
export interface Range {
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** How often an optimiser has made a step, and each parameter been changed. */
export interface OptimiserCounts {
  readonly steps: number;
  readonly updates: readonly number[];
}

/**
 * Changes parameters by their gradients.
 *
 * @throws UnrolledError "invalid-argument" without parameters or for options out of range; "shape-mismatch" for gradients, or a state
 * dictionary, of other parameters
 */
export abstract class Optimiser {
  readonly parameters: readonly Tensor[];
  #learningRate: number;
  readonly #name: string;
  readonly #updates: number[];
  #steps = 0;

  constructor(name: string, parameters: readonly Tensor[], learningRate: number) {
    if (parameters.length === 0) {
      throw new UnrolledError("invalid-argument", {
        call: name,
        problem: "there are no parameters to train",
      });
    }
    requireAtLeastZero(name, "learningRate", learningRate);
    this.#name = name;
    this.#updates = parameters.map(() => 0);
    this.parameters = parameters;
    this.#learningRate = learningRate;
  }

  /** Step size; may be set between steps, by a schedule for instance. */
  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(learningRate: number) {
    requireAtLeastZero(this.#name, "learningRate", learningRate);
    this.#learningRate = learningRate;
  }

  /** How often step() was called. */
  get steps(): number {
    return this.#steps;
  }

  /** Changes every parameter that has a gradient. */
  step(): void {
    const gradients = this.parameters.map(({ grad }) => grad);
    this.count(gradients.map((gradient) => gradient !== undefined));
    this.apply(
      gradients,
      this.parameters.map(({ size }, index) => ({ index, from: 0, to: size })),
    );
    this.parameters.forEach((parameter, index) => {
      if (gradients[index]) parameter.changed();
    });
  }

  /** For threads that share a step: counts it, and each parameter that it changes. */
  count(changes: readonly boolean[]): void {
    refuseStrays(`${this.#name}.step`, this.parameters);
    this.#steps += 1;
    for (const [index, isChanged] of changes.entries()) if (isChanged) this.#updates[index] += 1;
  }

  /** For threads that share a step: changes ranges of parameters by the gradients that are given for them. */
  apply(gradients: readonly (Tensor | undefined)[], ranges: readonly Range[]): void {
    requireRanges(this.#name, this.parameters, ranges);
    for (const range of ranges) {
      const parameter = this.parameters[range.index];
      const gradient = gradients[range.index];
      if (!gradient) continue;
      if (deviceOf([gradient]) !== parameter.device || gradient.size !== parameter.size) {
        throw new UnrolledError("shape-mismatch", {
          call: this.#name,
          problem: `gradient ${range.index} has shape ${shapeText(gradient.shape)}, needed ${shapeText(parameter.shape)} on the parameter's device`,
        });
      }
      this.update(parameter, gradient, range, this.#updates[range.index]);
    }
  }

  /** For threads that share a step: everything it remembers of the parameters, in an order of its own. */
  tensors(): Tensor[] {
    return [...this.#tensors().values()];
  }

  /** How often it and each parameter have been changed: what differs between threads whose tensors are shared. */
  counts(): OptimiserCounts {
    return { steps: this.#steps, updates: [...this.#updates] };
  }

  /** Goes on from another thread's counts. */
  recount({ steps, updates }: OptimiserCounts): void {
    this.#steps = steps;
    for (const [index, count] of updates.entries()) this.#updates[index] = count;
  }

  /** Forgets all gradients, so that the next backward() starts from zero. */
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
      throw new UnrolledError("shape-mismatch", {
        call: "loadStateDict",
        problem:
          `this ${this.#name} needs steps [1] and updates [${this.#updates.length}], ` +
          `got ${steps?.data.length ?? "no"} and ${updates?.data.length ?? "no"} numbers`,
      });
    }
    copyIn(rest, this.#tensors(), this.#name);
    this.recount({ steps: steps.data[0], updates: [...updates.data] });
  }

  /** What stands beside the parameters, a list of P tensors under each name. */
  protected abstract beside(): Readonly<Record<string, readonly Tensor[]>>;

  /** Changes a range of one parameter; `count` is how often it has been changed, this time included. */
  protected abstract update(parameter: Tensor, gradient: Tensor, range: Range, count: number): void;

  #tensors(): Map<string, Tensor> {
    const named = Object.entries(this.beside()).flatMap(([name, tensors]) =>
      tensors.map((tensor, index) => [`${index}.${name}`, tensor] as const),
    );
    return new Map(named);
  }
}

/** An error unless each range is a part of one of the parameters. */
export function requireRanges(call: string, parameters: readonly Tensor[], ranges: readonly Range[]): void {
  for (const { index, from, to } of ranges) {
    const size = parameters[index]?.size;
    if (size !== undefined && isWhole(from, 0) && isWhole(to, from, size)) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `a range from ${from} to ${to} of parameter ${index}, which has ${size ?? "no"} entries`,
    });
  }
}

/** A zeroed tensor beside each parameter: momentum, running squares. */
export function besideEach(parameters: readonly Tensor[]): Tensor[] {
  return parameters.map(({ device, shape }) => device.lasting(() => zeros(device, shape)));
}

/** For constructors: an error that names the argument unless it is a finite number of at least 0. */
export function requireAtLeastZero(call: string, argument: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: argument,
      got: `${value}`,
      needed: "a number of at least 0",
    });
  }
}
