import { UnrolledError } from "../errors.ts";
import type { Generator } from "../random/philox.ts";
import { type DropoutCounter, dropoutWith } from "../tensor/operations/dropout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Which random numbers a place has come to. */
export interface DropoutState {
  readonly seed: number;
  readonly place: number;
  readonly draw: number;
}

/** One place in a model where entries are dropped: a key of its own and a count of draws. */
export class DropoutPlace {
  #seed: number;
  #place: number;
  #draw = 0;

  constructor(generator: Generator) {
    this.#seed = generator.bits() | 0;
    this.#place = generator.bits() | 0;
  }

  /** To go on from later, or on another thread. */
  state(): DropoutState {
    return { seed: this.#seed, place: this.#place, draw: this.#draw };
  }

  restore({ seed, place, draw }: DropoutState): void {
    this.#seed = seed;
    this.#place = place;
    this.#draw = draw;
  }

  /** The counter of the next mask. */
  next(): DropoutCounter {
    const draw = this.#draw;
    this.#draw += 1;
    return { seed: this.#seed, draw, place: this.#place };
  }
}

/** Drops entries while training, with probability `probability`, and scales the rest up (Srivastava et al. 2014). */
export class Dropout extends Module {
  readonly probability: number;
  readonly locked: boolean;
  readonly #generator: Generator | undefined;
  #place: DropoutPlace | undefined;

  constructor(
    probability: number,
    options: { readonly generator?: Generator; readonly locked?: boolean } = {},
  ) {
    super();
    if (!(probability >= 0 && probability < 1)) {
      throw new UnrolledError(
        "invalid-argument",
        `Dropout: probability is ${probability}, needed 0 to below 1`,
      );
    }
    this.probability = probability;
    this.locked = options.locked ?? false;
    this.#generator = options.generator;
  }

  /** xs [T, B, …] or x [B, …], same shape out; unchanged when not training. */
  forward(xs: Tensor): Tensor {
    if (!this.training) return xs;
    this.#place ??= new DropoutPlace(this.#generator ?? xs.device.generator);
    return dropoutWith(xs, this.probability, this.#place.next(), this.locked);
  }
}
