import { UnrolledError } from "../../errors.ts";
import { number } from "../../options/field-checks.ts";
import { multiply } from "../../tensor/operations/arithmetic.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { bothMasks, maskOfSteps, type StepMask } from "../mask.ts";
import { floats } from "../value-shape.ts";

/** Steps whose entries all equal `value` are masked. */
export interface MaskingLayerConfig {
  readonly kind: "masking";
  readonly value: number;
}

export const masking: LayerKind<MaskingLayerConfig, undefined> = {
  fields: { needed: { value: number } },

  shape: (_, [{ axes }]) => floats(axes),

  apply({ config, values: [{ tensor: x, lengths, mask }] }) {
    const kept = maskOfSteps(x, config.value);
    return { value: { tensor: withoutSteps(x, kept), lengths, mask: bothMasks(mask, kept) } };
  },

  /** A stream has no padding, so a step that would be masked is a mistake. */
  step({ device }, { name, config: { value: padding }, read: [x] }) {
    const run = (rows: number) => {
      const numbers = device.heap.floats();
      for (let row = 0; row < rows; row++) {
        let entry = 0;
        while (entry < x.width && numbers[x.at + row * x.width + entry] === padding) entry += 1;
        if (entry < x.width) continue;
        throw new UnrolledError("invalid-argument", {
          call: "step",
          problem: `layer ${name} masks the step of sequence ${row}, all of whose entries are ${padding}; a stream has no padding`,
        });
      }
    };
    return { value: x, run };
  },
};

/** Masked steps set to zero, as Keras hands them on. */
function withoutSteps(x: Tensor, { shape, kept }: StepMask): Tensor {
  if (!kept.includes(0)) return x;
  return multiply(x, tensor(x.device, kept, [...shape, ...x.shape.slice(2).map(() => 1)]));
}
