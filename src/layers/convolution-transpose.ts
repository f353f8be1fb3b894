// The transpose of a convolution (Zeiler et al. 2010): each entry of x spreads over the result by the kernel.
import { UnrolledError } from "../errors.ts";
import { Module, type Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { convolutionTranspose } from "../tensor/operations/convolution-transpose.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { axisNumbers } from "./convolution.ts";

/** Sizes and options of a transposed convolution. `Axes` is a number, or one for each axis that it slides over. */
export interface ConvTransposeOptions<Axes> {
  /** C: channels of the input. */
  readonly inputSize: number;
  /** O: channels of the output. */
  readonly outputSize: number;
  readonly kernelSize: Axes;
  /** 1 if not given. */
  readonly stride?: Axes;
  /** Entries taken away on both sides of each axis of the output; 0 if not given. */
  readonly padding?: Axes;
  /** Entries more at the end of each axis of the output; 0 if not given. */
  readonly outputPadding?: Axes;
  /** 1 if not given. */
  readonly dilation?: Axes;
  /** Groups of channels that do not see one another; 1 if not given. */
  readonly groups?: number;
  /** true if not given. */
  readonly bias?: boolean;
  /** Where initial weights come from. */
  readonly generator?: Generator;
}

/** What both are: `weight` [C, O/groups, K…] and `bias` [O], drawn evenly from ±1/√(O/groups·K…) as PyTorch does. */
abstract class ConvolutionTranspose extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly #name: string;
  readonly #axes: number;
  readonly #options: Parameters<typeof convolutionTranspose>[3];

  constructor(
    device: Device,
    name: string,
    axes: number,
    options: ConvTransposeOptions<number | readonly number[]>,
  ) {
    super();
    const { inputSize, outputSize, groups = 1, bias = true } = options;
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
    const padding = axisNumbers(name, "padding", axes, options.padding ?? 0, 0);
    this.#options = {
      strides: axisNumbers(name, "stride", axes, options.stride ?? 1, 1),
      pads: [...padding, ...padding],
      outputPads: axisNumbers(name, "outputPadding", axes, options.outputPadding ?? 0, 0),
      dilations: axisNumbers(name, "dilation", axes, options.dilation ?? 1, 1),
      groups,
    };
    const kernel = axisNumbers(name, "kernelSize", axes, options.kernelSize, 1);
    const shape = [inputSize, outputSize / groups, ...kernel];
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    const generator = options.generator ?? device.generator;
    this.weight = uniformParameter(device, shape, bound, generator);
    this.bias = bias ? uniformParameter(device, [outputSize], bound, generator) : undefined;
  }

  /** x [B, C, T] to [B, O, (T − 1)·stride − 2·padding + dilation·(K − 1) + outputPadding + 1], over two axes likewise. */
  forward(x: Tensor): Tensor {
    const channels = this.weight.shape[0];
    if (x.shape.length !== this.#axes + 2 || x.shape[1] !== channels) {
      const needed = `[B, ${channels}, ${this.#axes === 1 ? "T" : "height, width"}]`;
      throw new UnrolledError("shape-mismatch", {
        call: this.#name,
        problem: `input has shape ${shapeText(x.shape)}, needed ${needed}`,
      });
    }
    return convolutionTranspose(x, this.weight, this.bias, this.#options);
  }
}

/** Transposed convolution over time, x [B, C, T] to [B, O, T′]; PyTorch's names, layout and initial weights. */
export class ConvTranspose1d extends ConvolutionTranspose {
  constructor(device: Device, options: ConvTransposeOptions<number>) {
    super(device, "ConvTranspose1d", 1, options);
  }
}

/** Transposed convolution over images, x [B, C, height, width] to [B, O, height′, width′]. */
export class ConvTranspose2d extends ConvolutionTranspose {
  constructor(device: Device, options: ConvTransposeOptions<number | readonly [number, number]>) {
    super(device, "ConvTranspose2d", 2, options);
  }
}
