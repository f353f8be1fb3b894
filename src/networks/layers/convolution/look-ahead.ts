import { LookAhead } from "../../../layers/look-ahead.ts";
import { size } from "../../../options/field-checks.ts";
import type { LayerKind } from "../../layer-kind.ts";
import { changed } from "../../mask.ts";
import { endsIn, floats, mismatch } from "../../value-shape.ts";

/** A convolution of [B, T, C] over each step and `steps` behind it, each unit by itself (Amodei et al. 2016); zeros stand behind the end. */
export interface LookAheadLayerConfig {
  readonly kind: "look-ahead";
  readonly size: number;
  readonly steps: number;
}

export const lookAhead: LayerKind<LookAheadLayerConfig, LookAhead> = {
  fields: { needed: { size, steps: size } },

  shape: ({ size }, [{ axes }]) =>
    axes.length === 3 ? (endsIn(axes, size) ?? floats(axes)) : mismatch(axes, `[B, T, ${size}]`),

  parameters: ({ size, steps }) => [["weight", [steps + 1, size]]],

  build: (device, { size, steps }, { generator }) => new LookAhead(device, { size, steps, generator }),

  apply: ({ module, values: [value] }) => changed(value, module.forward(value.tensor)),

  streamProblem: ({ steps }) => `reads ${steps} ${steps === 1 ? "step" : "steps"} ahead`,
};
