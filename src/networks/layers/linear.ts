import { Linear } from "../../layers/linear.ts";
import { flag, size } from "../../options/field-checks.ts";
import { packed } from "../../tensor/operations/products.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { type Tied, tied } from "../tied.ts";
import { endsIn, floats } from "../value-shape.ts";

/** y = x Wᵀ + b along the last axis. */
export interface LinearLayerConfig {
  readonly kind: "linear";
  readonly inputSize: number;
  readonly outputSize: number;
  readonly bias: boolean;
  readonly weight?: Tied;
}

export const linear: LayerKind<LinearLayerConfig, Linear> = {
  fields: { needed: { inputSize: size, outputSize: size, bias: flag }, optional: { weight: tied } },

  isStepwise: true,

  shape: ({ inputSize, outputSize }, [{ axes }]) =>
    endsIn(axes, inputSize) ?? floats([...axes.slice(0, -1), outputSize]),

  parameters: ({ inputSize, outputSize, bias }) => [
    ["weight", [outputSize, inputSize]],
    ...(bias ? [["bias", [outputSize]] as const] : []),
  ],

  build(device, { inputSize, outputSize, bias }, { generator, tied }) {
    const weight = tied("weight");
    return new Linear(device, { inputSize, outputSize, bias, generator, ...(weight ? { weight } : {}) });
  },

  apply: ({ module, values: [value] }) => changed(value, module.forward(value.tensor)),

  step(room, { module: { weight, bias }, read: [x], width }) {
    const { device } = room;
    const value = freshValue(room, width);
    const [n, k] = weight.shape;
    const run = (rows: number) => {
      const m = (rows * x.width) / k;
      const matrix = packed(weight, "transposed");
      device.kernels.gemm({ a: x.at, packed: matrix, bias: bias?.offset ?? 0, c: value.at, m, n, k });
    };
    return { value, run };
  },
};
