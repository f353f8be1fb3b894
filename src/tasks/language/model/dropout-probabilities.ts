/**
 * The keys of a configuration, and of training's settings, whose values are probabilities of dropping something. In a file of their
 * own, since a page that starts training needs them without the engine.
 */
export const DROPOUT_PROBABILITIES = [
  "dropout",
  "embeddingDropout",
  "inputDropout",
  "layerDropout",
  "outputDropout",
  "weightDrop",
] as const;
