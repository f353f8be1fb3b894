import { cellOfKind } from "../cells/cells.ts";
import { Conv1d } from "../layers/convolution.ts";
import { Dropout } from "../layers/dropout.ts";
import { Embedding } from "../layers/embedding.ts";
import { LayerNorm } from "../layers/layer-norm.ts";
import { Linear } from "../layers/linear.ts";
import type { Module } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import { Recurrent } from "../recurrent/recurrent.ts";
import type { Device } from "../tensor/device.ts";
import type { LayerConfig, RecurrentLayerConfig } from "./config.ts";
import { isBatchFirst, isRecurrent } from "./recurrent-axes.ts";

/** What a layer of a network is run by; undefined for those that are a function and nothing more. */
export function layerModule(device: Device, config: LayerConfig, generator: Generator): Module | undefined {
  if (isRecurrent(config)) return recurrentModule(device, config, generator);
  switch (config.kind) {
    case "embedding":
      return new Embedding(device, {
        vocabularySize: config.vocabularySize,
        embeddingSize: config.size,
        generator,
      });
    case "linear":
      return new Linear(device, { ...config, generator });
    case "layer-norm":
      return new LayerNorm(device, config.size, { epsilon: config.epsilon });
    case "dropout":
      return new Dropout(config.probability, { generator });
    case "conv1d":
      return new Conv1d(device, { ...config, generator });
    case "activation":
    case "masking":
    case "flatten":
    case "reshape":
    case "add":
    case "multiply":
    case "average":
    case "concat":
    case "reverse-steps":
    case "pool1d":
    case "global-pool1d":
    case "final-state":
      return undefined;
  }
}

function recurrentModule(device: Device, config: RecurrentLayerConfig, generator: Generator): Recurrent {
  const own = { batchFirst: isBatchFirst(config), generator };
  return new Recurrent(device, cellOfKind(config.kind), { ...config.options, ...own });
}
