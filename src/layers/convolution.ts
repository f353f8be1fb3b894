// y[b, o, p] = bias[o] + Σ over channels c and kernel places k of weight[o, c, k]·x[b, c, stride·p + dilation·k − padding]
import { UnrolledError } from "../errors.ts";
import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { convolution } from "../tensor/operations/convolution.ts";
import { type PadMode, pad } from "../tensor/operations/pad.ts";
import { LONGEST, samePads } from "../tensor/operations/window.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { isWhole } from "../whole-numbers.ts";

/** Sizes and options of a convolution. `Axes` is a number, or one for each axis that it slides over. */
export interface ConvolutionLayerOptions<Axes, Padding> {
  /** C: channels of the input. */
  readonly inputSize: number;
  /** O: channels of the output. */
  readonly outputSize: number;
  readonly kernelSize: Axes;
  /** 1 if not given. */
  readonly stride?: Axes;
  /**
   * Entries added on both sides of each axis, or "valid" (none), "same" (so many that there are ⌈T / stride⌉ places, as Keras
   * and for stride 1 PyTorch have it) or "causal" (all of them at the start, so that no output sees what comes later); 0 if not given.
   */
  readonly padding?: Axes | Padding;
  /** What is added: zeros, the input mirrored at its ends, or its ends repeated; zero if not given. */
  readonly paddingMode?: "zero" | "reflect" | "edge";
  /** 1 if not given. */
  readonly dilation?: Axes;
  /** Groups of channels that do not see one another; 1 if not given. */
  readonly groups?: number;
  /** true if not given. */
  readonly bias?: boolean;
  /** Where initial weights come from. */
  readonly generator?: Generator;
}

/** Options of a convolution over T. */
export type Conv1dOptions = ConvolutionLayerOptions<number, "valid" | "same" | "causal">;

/** Options of a convolution over height and width: one number for both, or [height, width]. */
export type Conv2dOptions = ConvolutionLayerOptions<number | readonly [number, number], "valid" | "same">;

type AnyOptions = ConvolutionLayerOptions<number | readonly number[], "valid" | "same" | "causal">;

/** What both convolutions are: `weight` [O, C/groups, K…] and `bias` [O], drawn evenly from ±1/√(C/groups·K…) as PyTorch does. */
abstract class Convolution extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly #name: string;
  readonly #axes: number;
  readonly #kernel: readonly number[];
  readonly #strides: readonly number[];
  readonly #dilations: readonly number[];
  readonly #padding: readonly number[] | "same" | "causal";
  readonly #padMode: PadMode;
  readonly #groups: number;

  constructor(device: Device, name: string, axes: number, options: AnyOptions) {
    super();
    const { inputSize, outputSize, padding = 0, paddingMode = "zero", groups = 1, bias = true } = options;
    requireSize(name, "inputSize", inputSize);
    requireSize(name, "outputSize", outputSize);
    requireSize(name, "groups", groups);
    if (inputSize % groups !== 0 || outputSize % groups !== 0) {
      throw new UnrolledError("invalid-argument", {
        call: name,
        subject: "groups",
        got: `${groups}`,
        needed: `a divisor of inputSize ${inputSize} and outputSize ${outputSize}`,
      });
    }
    this.#name = name;
    this.#axes = axes;
    this.#kernel = axisNumbers(name, "kernelSize", axes, options.kernelSize, 1);
    this.#strides = axisNumbers(name, "stride", axes, options.stride ?? 1, 1);
    this.#dilations = axisNumbers(name, "dilation", axes, options.dilation ?? 1, 1);
    const named = padding === "same" || padding === "causal";
    const count = padding === "valid" ? 0 : padding;
    this.#padding = named ? padding : axisNumbers(name, "padding", axes, count as number, 0);
    this.#padMode = paddingMode === "zero" ? "constant" : paddingMode;
    this.#groups = groups;
    const shape = [outputSize, inputSize / groups, ...this.#kernel];
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    const generator = options.generator ?? device.generator;
    this.weight = uniformParameter(device, shape, bound, generator);
    this.bias = bias ? uniformParameter(device, [outputSize], bound, generator) : undefined;
  }

  /** x [B, C, T] to [B, O, T′], or [B, C, height, width] likewise. */
  forward(x: Tensor): Tensor {
    const channels = this.weight.shape[1] * this.#groups;
    if (x.shape.length !== this.#axes + 2 || x.shape[1] !== channels) {
      const needed = `[B, ${channels}, ${this.#axes === 1 ? "T" : "height, width"}]`;
      throw new UnrolledError("shape-mismatch", {
        call: this.#name,
        problem: `input has shape ${shapeText(x.shape)}, needed ${needed}`,
      });
    }
    const pads = this.#padsFor(x.shape.slice(2));
    const inside = this.#padMode === "constant";
    const around = inside
      ? x
      : pad(x, [0, 0, ...pads.slice(0, this.#axes), 0, 0, ...pads.slice(this.#axes)], this.#padMode);
    return convolution(around, this.weight, this.bias, {
      strides: this.#strides,
      dilations: this.#dilations,
      groups: this.#groups,
      ...(inside && { pads }),
    });
  }

  #padsFor(lengths: readonly number[]): readonly number[] {
    const padding = this.#padding;
    if (padding === "same") return samePads(lengths, this.#kernel, this.#strides, this.#dilations);
    if (padding === "causal") return [this.#dilations[0] * (this.#kernel[0] - 1), 0];
    return [...padding, ...padding];
  }
}

/** A number for each axis from one for all or one for each; an error unless they are whole numbers of at least `least`. */
export function axisNumbers(
  call: string,
  argument: string,
  axes: number,
  value: number | readonly number[],
  least: number,
): readonly number[] {
  const numbers = typeof value === "number" ? new Array<number>(axes).fill(value) : value;
  const came = typeof value === "number" ? value : Array.isArray(value) ? shapeText(value) : `"${value}"`;
  if (
    Array.isArray(numbers) &&
    numbers.length === axes &&
    numbers.every((each) => isWhole(each, least, LONGEST))
  )
    return numbers;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: argument,
    got: `${came}`,
    needed: `${axes === 1 ? "a whole number" : `${axes} whole numbers`} of at least ${least}`,
  });
}

/** Convolution over time, x [B, C, T] to [B, O, T′]; PyTorch's names, layout and initial weights. */
export class Conv1d extends Convolution {
  constructor(device: Device, options: Conv1dOptions) {
    super(device, "Conv1d", 1, options);
  }
}

/** Convolution over images, x [B, C, height, width] to [B, O, height′, width′]; PyTorch's names, layout and initial weights. */
export class Conv2d extends Convolution {
  constructor(device: Device, options: Conv2dOptions) {
    super(device, "Conv2d", 2, options);
  }
}
