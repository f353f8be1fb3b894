import type { Generator } from "../random/philox.ts";
import type { DropoutCounter } from "../tensor/operations/dropout.ts";
import { INT_LEAST, INT_MOST, requireWhole } from "../whole-numbers.ts";

/** All that the masks of a place depend on, as plain data: its key, and how many masks it has drawn. */
export interface DropoutPlaceState {
  readonly seed: number;
  readonly place: number;
  readonly draw: number;
}

/** One place in a model where entries are dropped: a key of its own and a count of draws. */
export class DropoutPlace {
  #key: { readonly seed: number; readonly place: number } | undefined;
  #draw = 0;

  /** The key is drawn now from a generator, or at the first mask from the one given there. */
  constructor(generator?: Generator) {
    if (generator) this.#drawKey(generator);
  }

  /** Draws the key now, if it has none, so that threads that are given its state all have the same. */
  settle(generator: Generator): void {
    if (!this.#key) this.#drawKey(generator);
  }

  /** The counter of the next mask. */
  next(generator: Generator): DropoutCounter {
    const key = this.#key ?? this.#drawKey(generator);
    const draw = this.#draw;
    this.#draw += 1;
    return { seed: key.seed, draw, place: key.place };
  }

  /** What a checkpoint keeps of it; null while it has no key. */
  state(): DropoutPlaceState | null {
    return this.#key ? { ...this.#key, draw: this.#draw } : null;
  }

  /** Goes on where another place was: the next masks are those that it would draw. */
  restore(state: DropoutPlaceState | null): void {
    for (const [name, value] of Object.entries(state ?? {})) {
      if (name === "draw") requireWhole("DropoutPlace", name, value, 0);
      else requireWhole("DropoutPlace", name, value, INT_LEAST, INT_MOST);
    }
    this.#key = state ? { seed: state.seed, place: state.place } : undefined;
    this.#draw = state?.draw ?? 0;
  }

  #drawKey(generator: Generator): { readonly seed: number; readonly place: number } {
    this.#key = { seed: generator.bits() | 0, place: generator.bits() | 0 };
    return this.#key;
  }
}
