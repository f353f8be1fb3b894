import { Generator } from "./philox.ts";

/** Spends no time on numbers that others are about to overwrite: a file's, another thread's. */
export class Undrawn extends Generator {
  constructor() {
    super(0);
  }

  override bits(): number {
    return 0x80000000;
  }
}
