import { EmbeddingDropout } from "../../layers/embedding-dropout.ts";
import { probability, size } from "../../options/field-checks.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed } from "../mask.ts";
import { axesText, differ, floats, mismatch } from "../value-shape.ts";

/** Drops whole words while training (Gal & Ghahramani 2016): reads their vectors [..., E] and their ids [...], of V words. */
export interface WordDropoutLayerConfig {
  readonly kind: "word-dropout";
  readonly vocabularySize: number;
  readonly probability: number;
}

export const wordDropout: LayerKind<WordDropoutLayerConfig, EmbeddingDropout> = {
  fields: { needed: { vocabularySize: size, probability } },
  inputs: [2, 2],
  reads: ["float", "int"],

  shape: (_, [{ axes }, ids]) =>
    axes.length === ids.axes.length + 1 && !ids.axes.some((length, at) => differ(length, axes[at]))
      ? floats(axes)
      : mismatch(axes, `vectors of ids ${axesText(ids.axes)}`),

  // Without a generator: a network draws the keys of masks behind all weights.
  build: (_, config) => new EmbeddingDropout(config.vocabularySize, config.probability),

  apply: ({ module, values: [value, ids] }) => changed(value, module.forward(value.tensor, ids.tensor)),
};
