import { Crf } from "../../layers/crf.ts";
import { size } from "../../options/field-checks.ts";
import type { LayerKind } from "../layer-kind.ts";
import { endsIn, floats } from "../value-shape.ts";

/**
 * The transitions of a linear-chain conditional random field over `tags` tags. It hands on the emissions [..., K] that it reads: what decodes
 * them (`viterbi`) takes the layer's scores.
 */
export interface CrfLayerConfig {
  readonly kind: "crf";
  readonly tags: number;
}

export const crf: LayerKind<CrfLayerConfig, Crf> = {
  fields: { needed: { tags: size } },

  shape: ({ tags }, [{ axes }]) => endsIn(axes, tags) ?? floats(axes),

  parameters: ({ tags }) => [
    ["transitions", [tags, tags]],
    ["start", [tags]],
    ["end", [tags]],
  ],

  build: (device, { tags }, { generator }) => new Crf(device, { tags, generator }),

  apply: ({ values: [value] }) => ({ value }),

  streamProblem: () => "decides by the whole sequence",
};
