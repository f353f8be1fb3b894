import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import type { KerasArray } from "./keras-weights.ts";

/** The arrays of one layer, taken one after the other, each held to the shape that it has to have. */
export class LayerArrays {
  readonly #arrays: readonly KerasArray[];
  #taken = 0;

  constructor(arrays: readonly KerasArray[]) {
    this.#arrays = arrays;
  }

  /** The next array; its shape may hold undefined for sizes that are not known before. */
  take(what: string, shape: readonly (number | undefined)[]): KerasArray {
    const array = this.next(what);
    const fits =
      array.shape.length === shape.length &&
      shape.every((size, axis) => size === undefined || size === array.shape[axis]);
    if (!fits) {
      const needed = shape.map((size) => size ?? "any").join(", ");
      throw new KerasProblem(
        `its ${what} (${shown(array.name)}) has shape [${array.shape.join(", ")}], needed [${needed}]`,
      );
    }
    return array;
  }

  /** The next array, of whatever shape. */
  next(what: string): KerasArray {
    if (this.#taken === this.#arrays.length)
      throw new KerasProblem(`it has ${this.#arrays.length} weights in the file, and lacks its ${what}`);
    return this.#arrays[this.#taken++];
  }

  /** Throws where arrays are left over. */
  finish(): void {
    const left = this.#arrays.length - this.#taken;
    if (left > 0)
      throw new KerasProblem(
        `it has ${left} more weights in the file than it needs, the first ${shown(this.#arrays[this.#taken].name)}`,
      );
  }
}
