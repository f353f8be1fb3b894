import { UnrolledError } from "../errors.ts";
import { Module } from "../module/module.ts";
import { reshape, select, stack } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";

/** A module that reads one tensor and makes another. */
export type TensorModule = Module & { forward(x: Tensor): Tensor };

/**
 * A module applied at every step of a sequence: [T, B, …] to [T, B, …].
 *
 * @throws UnrolledError "shape-mismatch" for other inputs, or a module that makes another number of rows
 */
export class TimeDistributed extends Module {
  readonly module: TensorModule;
  readonly #separately: boolean;

  /**
   * @param options.steps "together" (if not given): one call over T·B rows, for a module that treats each row by itself; "separately":
   * a call for each step, for one whose rows depend on one another, as a batch normalisation's do.
   */
  constructor(module: TensorModule, options: { readonly steps?: "together" | "separately" } = {}) {
    super();
    this.module = module;
    this.#separately = options.steps === "separately";
  }

  /** xs [T, B, …] to [T, B, …]: step t of the result is what the module makes of step t, [B, …]. */
  forward(xs: Tensor): Tensor {
    const [steps, batch, ...rest] = xs.shape;
    if (xs.shape.length < 2) {
      throw new UnrolledError("shape-mismatch", {
        call: "TimeDistributed",
        problem: `input has shape ${shapeText(xs.shape)}, needed [T, B, …]`,
      });
    }
    if (this.#separately)
      return stack(Array.from({ length: steps }, (_, t) => this.module.forward(select(xs, t))));
    const ys = this.module.forward(reshape(xs, [steps * batch, ...rest]));
    if (ys.shape[0] !== steps * batch) {
      throw new UnrolledError("shape-mismatch", {
        call: "TimeDistributed",
        problem: `the module made ${shapeText(ys.shape)} of ${steps * batch} rows, needed as many rows`,
      });
    }
    return reshape(ys, [steps, batch, ...ys.shape.slice(1)]);
  }
}
