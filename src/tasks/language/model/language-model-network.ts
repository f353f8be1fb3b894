import type { NetworkConfig, NetworkLayer, RecurrentLayerConfig } from "../../../networks/config.ts";
import { type Condition, conditionInputs, isOfNumbers } from "../condition/condition.ts";
import { cellShapeOf, kindOfCell, lastLayerOf, layerOptionsOf } from "./language-cell.ts";
import { checkConfig, dropoutRates, type LanguageModelConfig } from "./language-model-config.ts";

/** Options of a language model's network that are not in its configuration. */
export interface LanguageModelNetworkOptions {
  /** Embeddings are first drawn evenly from ± this; √3 if not given, 0.1 where the decoder has the same weight. */
  readonly embeddingRange?: number | null;
  /** Whether ids are [B, T] instead of [T, B]; false if not given. */
  readonly batchFirst?: boolean;
}

/**
 * A language model as layers: token ids [T, B] to logits of the tokens after them [T, B, V]. It predicts the next token with an
 * embedding, recurrent layers and a linear decoder (Mikolov et al. 2010; regularised as in Zaremba et al. 2014, Gal & Ghahramani 2016
 * and Merity, Keskar & Socher 2018). Parameters: `encoder.weight` [V, E], `rnn.*` as in PyTorch (and `last.*` of a last layer with a
 * width of its own), `decoder.weight` [V, P] with P the width of h, `decoder.bias` [V]. A model with a condition of size C reads ids of
 * categories [T, B] too, and has `conditionEncoder.weight` [K + 1, C], whose rows stand behind the tokens' [T, B, E + C]; or it reads N
 * standardised numbers and a 1 [T, B, N + 1], and the weight is [C, N + 1].
 *
 * @throws UnrolledError "invalid-argument" that names the first impossible value
 */
export function languageModel(
  config: LanguageModelConfig,
  options: LanguageModelNetworkOptions = {},
): NetworkConfig {
  checkConfig(config);
  const { vocabularySize, embeddingSize, tieWeights, condition, lockedDropout: locked = false } = config;
  const { batchFirst = false } = options;
  // A weight that is the decoder's too has to start small, or the first predictions are wild guesses (Press & Wolf 2017 use 0.1).
  const range = options.embeddingRange ?? (tieWeights ? 0.1 : undefined);
  const rates = dropoutRates(config);
  const encoder = {
    kind: "embedding",
    vocabularySize,
    size: embeddingSize,
    ...(range ? { range } : {}),
  } as const;
  const words = { kind: "word-dropout", vocabularySize, probability: rates.embedding } as const;
  const weight = tieWeights ? { weight: { tied: "encoder.weight" } } : {};
  const decoder = {
    kind: "linear",
    inputSize: cellShapeOf(lastLayerOf(config)).outputSize,
    outputSize: vocabularySize,
    bias: true,
    ...weight,
  } as const;
  const layers: NetworkLayer[] = [
    { name: "encoder", inputs: ["ids"], config: encoder },
    { name: "dropWords", inputs: ["encoder", "ids"], config: words },
    {
      name: "dropBefore",
      inputs: ["dropWords"],
      config: { kind: "dropout", probability: rates.input, locked },
    },
    ...(condition ? conditionLayers(condition) : []),
    ...recurrentLayers(config, batchFirst),
    {
      name: "dropAfter",
      inputs: [lastRecurrent(config)],
      config: { kind: "dropout", probability: rates.output, locked },
    },
    { name: "decoder", inputs: ["dropAfter"], config: decoder },
  ];
  const axes = batchFirst ? ["B", "T"] : ["T", "B"];
  return {
    inputs: [
      { name: "ids", axes, kind: "int" },
      ...(condition
        ? [
            isOfNumbers(condition)
              ? ({ name: "condition", axes: [...axes, conditionInputs(condition)], kind: "float" } as const)
              : ({ name: "condition", axes, kind: "int" } as const),
          ]
        : []),
    ],
    layers,
    outputs: [{ name: "logits", from: "decoder" }],
  };
}

/** The category's embedding, or what a matrix makes of the numbers, behind the token's. */
function conditionLayers(condition: Condition): NetworkLayer[] {
  const [inputSize, size] = [conditionInputs(condition), condition.size];
  const encoder = isOfNumbers(condition)
    ? ({ kind: "linear", inputSize, outputSize: size, bias: false } as const)
    : ({ kind: "embedding", vocabularySize: inputSize, size } as const);
  return [
    { name: "conditionEncoder", inputs: ["condition"], config: encoder },
    {
      name: "withCondition",
      inputs: ["dropBefore", "conditionEncoder"],
      config: { kind: "concat", axis: 2 },
    },
  ];
}

/** The name of the last recurrent layer. */
export function lastRecurrent({ lastHiddenSize }: LanguageModelConfig): "rnn" | "last" {
  return lastHiddenSize === undefined ? "rnn" : "last";
}

/** E, or E + C with a condition. */
export function inputWidth({ embeddingSize, condition }: LanguageModelConfig): number {
  return embeddingSize + (condition?.size ?? 0);
}

function recurrentLayers(config: LanguageModelConfig, batchFirst: boolean): NetworkLayer[] {
  const { numLayers, lastHiddenSize, condition, lockedDropout: locked = false } = config;
  const first = (layers: number) => ({
    name: "rnn",
    inputs: [condition ? "withCondition" : "dropBefore"],
    config: recurrentLayer(config, { inputSize: inputWidth(config), numLayers: layers, batchFirst }),
  });
  if (lastHiddenSize === undefined) return [first(numLayers)];
  const between = { kind: "dropout", probability: dropoutRates(config).layer, locked } as const;
  const sizes = { inputSize: cellShapeOf(config).outputSize, numLayers: 1, batchFirst };
  return [
    first(numLayers - 1),
    { name: "dropBetween", inputs: ["rnn"], config: between },
    { name: "last", inputs: ["dropBetween"], config: recurrentLayer(lastLayerOf(config), sizes) },
  ];
}

function recurrentLayer(
  config: LanguageModelConfig,
  sizes: { readonly inputSize: number; readonly numLayers: number; readonly batchFirst: boolean },
): RecurrentLayerConfig {
  const { hiddenSize, lastHiddenSize, lockedDropout } = config;
  const { inputSize, numLayers, batchFirst } = sizes;
  const rates = dropoutRates(config);
  const dropout = lastHiddenSize !== undefined && numLayers === 1 ? 0 : rates.layer;
  const { weight: weightDrop } = rates;
  const options = {
    inputSize,
    hiddenSize,
    numLayers,
    batchFirst,
    ...(dropout > 0 ? { dropout } : {}),
    ...(dropout > 0 && lockedDropout ? { lockedDropout } : {}),
    ...(weightDrop > 0 ? { weightDrop } : {}),
    ...layerOptionsOf(config),
  };
  return { kind: kindOfCell(config.cell), options, returns: "sequence" } as RecurrentLayerConfig;
}
