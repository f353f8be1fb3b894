import { UnrolledError } from "../../errors.ts";
import { number } from "../../options/field-checks.ts";
import type { LayerKind } from "../layer-kind.ts";
import { maskOfIds, maskOfSteps } from "../mask.ts";
import { axesText, differ } from "../value-shape.ts";

/**
 * The first value [B, T, …] as it is, of which those steps count where the second, ids [B, T] or numbers [B, T, …], is not `value`. What
 * was known of its steps before is forgotten.
 */
export interface MaskedByLayerConfig {
  readonly kind: "masked-by";
  readonly value: number;
}

export const maskedBy: LayerKind<MaskedByLayerConfig, undefined> = {
  fields: { needed: { value: number } },

  inputs: [2, 2],
  reads: ["float", "any"],

  shape(_, [{ axes, kind }, { axes: source }]) {
    const fits =
      axes.length >= 2 && source.length >= 2 && !differ(axes[0], source[0]) && !differ(axes[1], source[1]);
    return fits
      ? { axes, kind }
      : { problem: `reads ${axesText(axes)} and ${axesText(source)}, needed the same first two axes` };
  },

  apply({ config, values: [{ tensor }, { tensor: source }] }) {
    const mask = source.kind === "int" ? maskOfIds(source, config.value) : maskOfSteps(source, config.value);
    return { value: { tensor, mask } };
  },

  /** A stream has no padding, so a step that would be masked is a mistake. */
  step({ device }, { name, config: { value: padding }, read: [x, source] }) {
    const run = (rows: number) => {
      const numbers = source.kind === "int" ? device.heap.ints() : device.heap.floats();
      const { at, width } = source;
      for (let row = 0; row < rows; row++) {
        let entry = 0;
        while (entry < width && numbers[at + row * width + entry] === padding) entry += 1;
        if (entry < width) continue;
        throw new UnrolledError("invalid-argument", {
          call: "step",
          problem: `layer ${name} masks the step of sequence ${row}, all of whose entries are ${padding}; a stream has no padding`,
        });
      }
    };
    return { value: x, run };
  },
};
