import { Conv2d } from "../../../layers/convolution.ts";
import { flag, size, wholeNumber } from "../../../options/field-checks.ts";
import type { Axis } from "../../config.ts";
import type { LayerKind } from "../../layer-kind.ts";
import { differ, floats, mismatch } from "../../value-shape.ts";

/** A convolution over height and width of [B, C, height, width] by a square kernel, with so many zeros around. */
export interface Conv2dLayerConfig {
  readonly kind: "conv2d";
  readonly inputSize: number;
  readonly outputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias: boolean;
}

export const conv2d: LayerKind<Conv2dLayerConfig, Conv2d> = {
  fields: {
    needed: {
      inputSize: size,
      outputSize: size,
      kernelSize: size,
      stride: size,
      padding: wholeNumber,
      bias: flag,
    },
  },

  problems: ({ padding }) => (padding < 0 ? [`padding is ${padding}, needed at least 0`] : []),

  shape({ inputSize, outputSize, kernelSize, stride, padding }, [{ axes }], name) {
    if (axes.length !== 4 || differ(axes[1], inputSize))
      return mismatch(axes, `[B, ${inputSize}, height, width]`);
    const places = (length: Axis, own: string): Axis =>
      typeof length === "string"
        ? `${name}.${own}`
        : Math.floor((length + 2 * padding - kernelSize) / stride) + 1;
    const [height, width] = [places(axes[2], "height"), places(axes[3], "width")];
    if ([height, width].some((length) => typeof length === "number" && length < 1))
      return mismatch(axes, `height and width of at least ${kernelSize - 2 * padding} (its kernel)`);
    return floats([axes[0], outputSize, height, width]);
  },

  parameters: ({ inputSize, outputSize, kernelSize, bias }) => [
    ["weight", [outputSize, inputSize, kernelSize, kernelSize]],
    ...(bias ? [["bias", [outputSize]] as const] : []),
  ],

  build: (device, config, { generator }) => new Conv2d(device, { ...config, generator }),

  apply: ({ module, values: [{ tensor }] }) => ({ value: { tensor: module.forward(tensor) } }),

  streamProblem: () => "reads a whole picture at once",
};
