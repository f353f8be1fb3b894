import { Module, Parameter } from "../../module/module.ts";
import { flag, size } from "../../options/field-checks.ts";
import type { Device } from "../../tensor/device.ts";
import { add, multiply } from "../../tensor/operations/arithmetic.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { endsIn, floats } from "../value-shape.ts";

/** y = weight∘x + bias along the last axis, each of them there or not; those of size 1 are the same for every entry. */
export interface AffineLayerConfig {
  readonly kind: "affine";
  readonly size: number;
  readonly weight: boolean;
  readonly bias: boolean;
}

/** A gain and an offset for each entry of a row. */
class Affine extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;

  constructor(device: Device, { size, weight, bias }: AffineLayerConfig) {
    super();
    this.weight = weight ? new Parameter(device, [size]).assign(new Float32Array(size).fill(1)) : undefined;
    this.bias = bias ? new Parameter(device, [size]) : undefined;
  }
}

export const affine: LayerKind<AffineLayerConfig, Affine> = {
  fields: { needed: { size, weight: flag, bias: flag } },

  problems: ({ weight, bias }) => (weight || bias ? [] : ["weight and bias are false, needed one of them"]),

  isStepwise: true,

  shape: (config, [{ axes }]) => (config.size === 1 ? undefined : endsIn(axes, config.size)) ?? floats(axes),

  parameters: ({ size, weight, bias }) => [
    ...(weight ? [["weight", [size]] as const] : []),
    ...(bias ? [["bias", [size]] as const] : []),
  ],

  build: (device, config) => new Affine(device, config),

  apply({ module: { weight, bias }, values: [value] }) {
    const product = weight ? multiply(value.tensor, weight) : value.tensor;
    return changed(value, bias ? add(product, bias) : product);
  },

  step(room, { config, module: { weight, bias }, read: [x], width }) {
    const { kernels } = room.device;
    const value = freshValue(room, width);
    const { size: n } = config;
    const column = n === 1 ? 0 : 1;
    const columns = n === 1 ? width : n;
    const run = (rows: number) => {
      const m = (rows * width) / columns;
      const [ADD, MULTIPLY] = [0, 2];
      if (weight)
        kernels.binary({
          operation: MULTIPLY,
          a: x.at,
          b: weight.offset,
          bRow: 0,
          bCol: column,
          y: value.at,
          m,
          n: columns,
        });
      const from = weight ? value.at : x.at;
      if (bias)
        kernels.binary({
          operation: ADD,
          a: from,
          b: bias.offset,
          bRow: 0,
          bCol: column,
          y: value.at,
          m,
          n: columns,
        });
    };
    return { value, run };
  },
};
