import { number } from "../../options/field-checks.ts";
import { add, scaled } from "../../tensor/operations/arithmetic.ts";
import { tensor } from "../../tensor/tensor.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { floats } from "../value-shape.ts";

/** y = factor·x + offset, with the same two numbers for every entry; the offset is 0 if not given. */
export interface ScaleLayerConfig {
  readonly kind: "scale";
  readonly factor: number;
  readonly offset?: number;
}

export const scale: LayerKind<ScaleLayerConfig, undefined> = {
  fields: { needed: { factor: number }, optional: { offset: number } },

  isStepwise: true,

  shape: (_, [{ axes }]) => floats(axes),

  apply({ config: { factor, offset = 0 }, values: [value] }) {
    const product = factor === 1 ? value.tensor : scaled(value.tensor, factor);
    const { device } = product;
    return changed(value, offset === 0 ? product : add(product, tensor(device, [offset], [1])));
  },

  step(room, { config: { factor, offset = 0 }, read: [x], width }) {
    const { kernels } = room.device;
    const value = freshValue(room, width);
    const added = room.take(1);
    kernels.fill(added, offset, 1);
    const ADD = 0;
    const run = (rows: number) => {
      const size = rows * width;
      kernels.copyRows({ x: x.at, y: value.at, n: size });
      if (factor !== 1) kernels.scale(value.at, factor, size);
      if (offset !== 0)
        kernels.binary({ operation: ADD, a: value.at, b: added, bCol: 0, y: value.at, n: size });
    };
    return { value, run };
  },
};
