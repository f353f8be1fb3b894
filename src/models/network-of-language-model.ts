import type { StateDict } from "../module/state-dict.ts";
import type { NetworkConfig, RecurrentLayerConfig } from "../networks/config.ts";
import type { NetworkData } from "../networks/network-data.ts";
import { dropoutRates, type LanguageModelConfig } from "./config.ts";
import type { LanguageModel } from "./language-model.ts";

/**
 * A language model as a network: token ids [B, T] to logits [B, T, V], layers `encoder`, `rnn` and `decoder` with the model's own
 * names of parameters. Regularisation that only training knows is left out, but for dropout between layers and weight drop.
 */
export function networkOfLanguageModel(config: LanguageModelConfig): NetworkConfig {
  const { vocabularySize, embeddingSize, hiddenSize } = config;
  return {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: [
      {
        name: "encoder",
        inputs: ["ids"],
        config: { kind: "embedding", vocabularySize, size: embeddingSize },
      },
      { name: "rnn", inputs: ["encoder"], config: recurrentLayer(config) },
      {
        name: "decoder",
        inputs: ["rnn"],
        config: { kind: "linear", inputSize: hiddenSize, outputSize: vocabularySize, bias: true },
      },
    ],
    outputs: [{ name: "logits", from: "decoder" }],
  };
}

/** A language model's configuration and parameters as a network; a tied weight stands there twice. */
export async function networkDataOfLanguageModel(model: LanguageModel): Promise<NetworkData> {
  const state = await model.stateDict();
  const tied: StateDict = model.config.tieWeights ? { "decoder.weight": state["encoder.weight"] } : {};
  return { config: networkOfLanguageModel(model.config), tensors: { ...state, ...tied } };
}

function recurrentLayer(config: LanguageModelConfig): RecurrentLayerConfig {
  const { embeddingSize: inputSize, hiddenSize, numLayers, nonlinearity, lockedDropout = false } = config;
  const { layer: dropout, weight: weightDrop } = dropoutRates(config);
  const options = {
    ...{ inputSize, hiddenSize, numLayers, batchFirst: true },
    ...(dropout > 0 ? { dropout, lockedDropout } : {}),
    ...(weightDrop > 0 ? { weightDrop } : {}),
  };
  switch (config.cell) {
    case "elman":
      return { kind: "rnn", options: { ...options, nonlinearity }, returns: "sequence" };
    case "lstm":
      return { kind: "lstm", options, returns: "sequence" };
    case "gru":
      return { kind: "gru", options, returns: "sequence" };
  }
}
