import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { LayerConfig, NetworkConfig, NetworkInput, NetworkLayer } from "../../networks/config.ts";
import { readerLayer } from "../reader/reader-layer.ts";
import type { TagSettings } from "./tag-options.ts";

/** What a tagger reads and says. */
export interface TagSizes {
  /** Known words and characters; undefined for numbers. */
  readonly vocabularySize?: number | undefined;
  readonly characterCount?: number | undefined;
  /** F, numbers of each step. */
  readonly features?: number | undefined;
  readonly tags: number;
}

/** The name of the layer that holds a CRF's transitions. */
export const CRF_LAYER = "crf";

const CHARACTER_VECTOR = 25;
const CHARACTER_KERNEL = 3;

/**
 * A tagger as layers: words [B, T] with their characters [B, T, C], or numbers [B, T, F], to emissions [B, T, K]. Recurrent layers read
 * words and what a convolution makes of their characters, and a CRF decides (Huang, Xu & Yu 2015; Ma & Hovy 2016).
 */
export function tagNetwork(settings: TagSettings, sizes: TagSizes): NetworkConfig {
  const { embeddingSize, characterSize, wordDropout, dropout: probability, numLayers } = settings;
  const { vocabularySize, characterCount = 0, features = 0, tags } = sizes;
  const layers: NetworkLayer[] = [];
  let last = "";
  const add = (name: string, config: LayerConfig, ...inputs: string[]) => {
    layers.push({ name, inputs: inputs.length > 0 ? inputs : [last], config });
    last = name;
  };
  const inputs: NetworkInput[] = [];
  let width = features;
  if (vocabularySize === undefined) {
    inputs.push({ name: "xs", axes: ["B", "T", features], kind: "float" });
    last = "xs";
  } else {
    inputs.push({ name: "ids", axes: ["B", "T"], kind: "int" });
    const range = Math.sqrt(3 / embeddingSize);
    add("embedding", { kind: "embedding", vocabularySize, size: embeddingSize, range }, "ids");
    if (wordDropout > 0)
      add("dropWords", { kind: "word-dropout", vocabularySize, probability: wordDropout }, last, "ids");
    width = embeddingSize + characterSize;
    if (characterSize > 0) {
      const words = last;
      inputs.push({ name: "characters", axes: ["B", "T", "C"], kind: "int" });
      const size = CHARACTER_VECTOR;
      const vectors = { vocabularySize: characterCount, size, range: Math.sqrt(3 / size) };
      add("characterEmbedding", { kind: "embedding", ...vectors }, "characters");
      const filters = { inputSize: size, outputSize: characterSize, kernelSize: CHARACTER_KERNEL };
      add("characterFilters", { kind: "character-conv", ...filters }, last, "characters");
      add("words", { kind: "concat", axis: -1 }, words, last);
    }
    if (probability > 0) add("dropBefore", { kind: "dropout", probability });
  }
  if (numLayers > 0) {
    const reader = readerLayer(settings, width, "sequence");
    add("rnn", reader.config);
    width = reader.width;
    if (probability > 0) add("dropAfter", { kind: "dropout", probability });
  }
  add("decoder", { kind: "linear", inputSize: width, outputSize: tags, bias: true });
  const decoder = settings.decoder ?? (vocabularySize === undefined ? "softmax" : "crf");
  if (decoder === "crf") add(CRF_LAYER, { kind: "crf", tags });
  return checkNetworkConfig({ inputs, layers, outputs: [{ name: "emissions", from: last }] });
}
