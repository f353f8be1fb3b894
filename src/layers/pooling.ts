import { UnrolledError } from "../errors.ts";
import { Module } from "../module/module.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "../tensor/operations/pooling.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { axisNumbers } from "./convolution.ts";

/** Options of a pooling layer, in PyTorch's words. `Axes` is a number, or one for each axis that it slides over. */
export interface PoolOptions<Axes> {
  /** The kernel's size if not given. */
  readonly stride?: Axes;
  /** Entries added on both sides of each axis; they are never the largest, and zeros in a mean. 0 if not given. */
  readonly padding?: Axes;
  /** 1 if not given. */
  readonly dilation?: Axes;
  /** Whether a last place that hangs over the end counts (PyTorch's ceil_mode); false if not given. */
  readonly roundUp?: boolean;
}

/** Options of an average pooling layer. */
export interface AvgPoolOptions<Axes> extends Omit<PoolOptions<Axes>, "dilation"> {
  /** Whether the zeros around the input count in a mean; true if not given. */
  readonly countPadding?: boolean;
}

type BothAxes = number | readonly [number, number];
type Pool = typeof maxPool | typeof averagePool;

abstract class Pooling extends Module {
  readonly #name: string;
  readonly #axes: number;
  readonly #pool: Pool;
  readonly #kernel: readonly number[];
  readonly #options: Parameters<typeof averagePool>[2];

  constructor(
    pool: Pool,
    name: string,
    axes: number,
    kernelSize: number | readonly number[],
    options: PoolOptions<number | readonly number[]> & AvgPoolOptions<number | readonly number[]>,
  ) {
    super();
    const padding = axisNumbers(name, "padding", axes, options.padding ?? 0, 0);
    this.#name = name;
    this.#axes = axes;
    this.#pool = pool;
    this.#kernel = axisNumbers(name, "kernelSize", axes, kernelSize, 1);
    this.#options = {
      strides: axisNumbers(name, "stride", axes, options.stride ?? kernelSize, 1),
      pads: [...padding, ...padding],
      dilations: axisNumbers(name, "dilation", axes, options.dilation ?? 1, 1),
      roundUp: options.roundUp ?? false,
      countPads: options.countPadding ?? true,
    };
  }

  /** x [B, C, T] to [B, C, T′], or [B, C, height, width] likewise. */
  forward(x: Tensor): Tensor {
    if (x.shape.length !== this.#axes + 2) {
      throw new UnrolledError("shape-mismatch", {
        call: this.#name,
        problem: `input has shape ${shapeText(x.shape)}, needed [B, C, ${this.#axes === 1 ? "T" : "height, width"}]`,
      });
    }
    return this.#pool(x, this.#kernel, this.#options);
  }
}

/** The largest entry under each place of a window over time. */
export class MaxPool1d extends Pooling {
  constructor(kernelSize: number, options: PoolOptions<number> = {}) {
    super(maxPool, "MaxPool1d", 1, kernelSize, options);
  }
}

/** The largest entry under each place of a window over images. */
export class MaxPool2d extends Pooling {
  constructor(kernelSize: BothAxes, options: PoolOptions<BothAxes> = {}) {
    super(maxPool, "MaxPool2d", 2, kernelSize, options);
  }
}

/** The mean of the entries under each place of a window over time. */
export class AvgPool1d extends Pooling {
  constructor(kernelSize: number, options: AvgPoolOptions<number> = {}) {
    super(averagePool, "AvgPool1d", 1, kernelSize, options);
  }
}

/** The mean of the entries under each place of a window over images. */
export class AvgPool2d extends Pooling {
  constructor(kernelSize: BothAxes, options: AvgPoolOptions<BothAxes> = {}) {
    super(averagePool, "AvgPool2d", 2, kernelSize, options);
  }
}

/** The mean or the largest entry of each channel, x [B, C, T] or [B, C, height, width] to [B, C] with axes of length 1. */
export class GlobalPool extends Module {
  readonly kind: "average" | "max";

  constructor(kind: "average" | "max" = "average") {
    super();
    this.kind = kind;
  }

  /** With `lengths`, over the steps of x [B, C, T] that each of the B sequences has. */
  forward(x: Tensor, call: { readonly lengths?: readonly number[] | undefined } = {}): Tensor {
    return this.kind === "max" ? globalMaxPool(x, call) : globalAveragePool(x, call);
  }
}
