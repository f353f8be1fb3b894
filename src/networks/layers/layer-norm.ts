import { LayerNorm } from "../../layers/layer-norm.ts";
import { notNegative, size } from "../../options/field-checks.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { endsIn, floats } from "../value-shape.ts";

/** Rows along the last axis with mean 0 and variance 1, scaled and moved (Ba, Kiros & Hinton 2016). */
export interface LayerNormLayerConfig {
  readonly kind: "layer-norm";
  readonly size: number;
  readonly epsilon: number;
}

export const layerNorm: LayerKind<LayerNormLayerConfig, LayerNorm> = {
  fields: { needed: { size, epsilon: notNegative } },

  isStepwise: true,

  shape: (config, [{ axes }]) => endsIn(axes, config.size) ?? floats(axes),

  parameters: (config) => [
    ["weight", [config.size]],
    ["bias", [config.size]],
  ],

  build: (device, config) => new LayerNorm(device, config.size, { epsilon: config.epsilon }),

  apply: ({ module, values: [value] }) => changed(value, module.forward(value.tensor)),

  step(room, { module, read: [x], width }) {
    const { device, batch } = room;
    const value = freshValue(room, width);
    const n = sizeOf(module.weight.shape);
    const each = x.width / n;
    const statistics = room.take(2 * batch * each);
    const run = (rows: number) => {
      const { weight, bias, epsilon } = module;
      device.kernels.layerNorm({
        x: x.at,
        weight: weight.offset,
        bias: bias.offset,
        y: value.at,
        statistics,
        epsilon,
        m: rows * each,
        n,
      });
    };
    return { value, run };
  },
};
