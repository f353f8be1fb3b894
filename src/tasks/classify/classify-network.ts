import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { LayerConfig, NetworkConfig, NetworkLayer } from "../../networks/config.ts";
import { readerLayer } from "../reader/reader-layer.ts";
import type { ClassifySettings } from "./classify-options.ts";

/** What a classifier reads and says. */
export interface ClassifySizes {
  /** Tokens of the vocabulary, or undefined for numbers. */
  readonly vocabularySize?: number | undefined;
  /** F, numbers of each step. */
  readonly features?: number | undefined;
  readonly classes: number;
}

/** Small, since a rare word's vector is moved by few steps. */
const EMBEDDING_RANGE = 0.1;

/** A mean of words' scores is nearly nothing where one word of twenty says all. */
const SCORES = 10;

/** Steps that a filter sees: so many of a word's characters decide about its ending. */
const FILTER_STEPS = 5;

/**
 * A classifier of sequences as layers: token ids [B, T] or numbers [B, T, F] to logits [B, V]. Recurrent layers read the sequence; the
 * last output of each direction, the largest of each unit, the mean, or a mean with learned weights (Yang et al. 2016) decides. Filters over
 * neighbouring steps can stand beside them, of each its largest (Kim 2014, "Convolutional neural networks for sentence classification").
 */
export function classifyNetwork(settings: ClassifySettings, sizes: ClassifySizes): NetworkConfig {
  const { embeddingSize, wordDropout, dropout: probability, pooling, filters } = settings;
  const { vocabularySize, features = 0, classes } = sizes;
  const layers: NetworkLayer[] = [];
  let last = vocabularySize === undefined ? "xs" : "ids";
  const add = (name: string, config: LayerConfig, ...inputs: string[]) => {
    layers.push({ name, inputs: inputs.length > 0 ? inputs : [last], config });
    last = name;
  };
  if (vocabularySize !== undefined) {
    add("embedding", { kind: "embedding", vocabularySize, size: embeddingSize, range: EMBEDDING_RANGE });
    if (wordDropout > 0)
      add("dropWords", { kind: "word-dropout", vocabularySize, probability: wordDropout }, last, "ids");
    if (probability > 0) add("dropBefore", { kind: "dropout", probability });
  }
  const inputSize = vocabularySize === undefined ? features : embeddingSize;
  const reads = last;
  const { config, width } = readerLayer(settings, inputSize, pooling === "last" ? "last" : "sequence");
  add("rnn", config);
  if (pooling === "max") add("pooled", { kind: "max-over-time" });
  if (pooling === "mean") add("pooled", { kind: "global-pool1d", pool: "average" });
  if (pooling === "attention") {
    add("scores", { kind: "linear", inputSize: width, outputSize: 1, bias: true });
    add("turned", { kind: "swap-axes", axes: "last" });
    add("weights", { kind: "softmax-over-time" });
    add("weighted", { kind: "matmul" }, "weights", "rnn");
    add("pooled", { kind: "flatten" });
  }
  if (filters > 0) {
    const ofLayers = last;
    // What fills up shorter sequences is nothing to a filter, as is what stands before the first step.
    add("there", { kind: "zero-masked" }, reads);
    const window = { kernelSize: FILTER_STEPS, stride: 1, dilation: 1, padding: "same", bias: true } as const;
    add("filters", { kind: "conv1d", inputSize, outputSize: filters, ...window });
    add("filtersActivation", { kind: "activation", activation: "relu" } as LayerConfig);
    add("filtersPooled", { kind: "max-over-time" });
    add("withFilters", { kind: "concat", axis: -1 }, ofLayers, last);
  }
  if (probability > 0) add("dropAfter", { kind: "dropout", probability });
  add("decoder", { kind: "linear", inputSize: width + filters, outputSize: classes, bias: true });
  if (vocabularySize !== undefined && settings.wordScores) {
    const ofNetwork = last;
    add("wordScores", { kind: "embedding", vocabularySize, size: classes, range: EMBEDDING_RANGE }, "ids");
    if (wordDropout > 0)
      add("dropScores", { kind: "word-dropout", vocabularySize, probability: wordDropout }, last, "ids");
    add("meanScores", { kind: "global-pool1d", pool: "average" });
    add("scaledScores", { kind: "scale", factor: SCORES });
    add("logits", { kind: "add" }, ofNetwork, last);
  }
  return checkNetworkConfig({
    inputs: [
      vocabularySize === undefined
        ? { name: "xs", axes: ["B", "T", features], kind: "float" }
        : { name: "ids", axes: ["B", "T"], kind: "int" },
    ],
    layers,
    outputs: [{ name: "logits", from: last }],
  });
}
