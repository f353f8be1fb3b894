import { Generator } from "./philox.ts";

/** Spends no time on numbers that others are about to overwrite; counts, so that no two places of dropout have one key. */
export class Undrawn extends Generator {
  #count = 0;

  constructor() {
    super(0);
  }

  override bits(): number {
    this.#count += 1;
    return this.#count;
  }

  override evenly(): undefined {
    return undefined;
  }
}
