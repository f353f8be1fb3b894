import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { NetworkConfig, RecurrentLayerConfig } from "../../networks/config.ts";
import { type CellChoice, cellShapeOf, kindOfCell, layerOptionsOf } from "../language/model/language-cell.ts";
import { layerList, lookingBack } from "./decoder-layers.ts";
import type { TranslateSettings } from "./translate-options.ts";

/** Tokens of both vocabularies; undefined: that of targets is that of sources. */
export interface TranslateSizes {
  readonly source: number;
  readonly target: number | undefined;
}

/** Entries of the last step's weights that each filter of location-aware attention reads. */
const LOCATION_KERNEL = 5;

/**
 * An encoder-decoder as layers: sources [B, T] and the tokens before each target's [B, U] to logits [B, U, V]. The encoder's last states,
 * through a linear bridge (of h with a tanh), are the decoder's first ones. The decoder's queries are held against the encoder's states, and
 * what they find is joined to them: h̃ = tanh(W [context; h]), from which the logits are (Luong, Pham & Manning 2015). Where a step reads
 * what attention has found, both are one layer.
 */
export function translateNetwork(settings: TranslateSettings, sizes: TranslateSizes): NetworkConfig {
  const { embeddingSize, hiddenSize, numLayers, bidirectional, dropout: probability } = settings;
  const { attention, attentionHeads: heads, tie } = settings;
  const list = layerList(probability);
  const { layers, add, linear, tanh, dropped } = list;
  const range = Math.sqrt(3 / embeddingSize);
  const embedding = { kind: "embedding", size: embeddingSize, range } as const;
  const targets = sizes.target ?? sizes.source;

  const own = { ...settings, hiddenSize: bidirectional ? hiddenSize / 2 : hiddenSize } as CellChoice;
  const directions = bidirectional ? (["forward", "reverse"] as const) : ([undefined] as const);
  const encoded = cellShapeOf(own);
  const memorySize = encoded.outputSize * directions.length;
  const decoded = cellShapeOf(settings as CellChoice);

  let memory = add("encoder.embedding", { ...embedding, vocabularySize: sizes.source }, "source");
  memory = dropped("encoder.drop", memory);
  const first: string[][] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    if (layer > 0) memory = dropped(`encoder.drop${layer}`, memory);
    const inputSize = layer === 0 ? embeddingSize : memorySize;
    memory = add(
      `encoder.rnn${layer}`,
      recurrent(own, inputSize, bidirectional ? "bidirectional" : "forward"),
      memory,
    );
    const read = memory;
    first.push(
      decoded.states.map(({ name, width }, at) => {
        const ends = directions.map((direction) =>
          add(
            `bridge.${direction ?? "last"}.${name}${layer}`,
            { kind: "final-state", of: name, ...(direction ? { direction } : {}) },
            read,
          ),
        );
        const end =
          ends.length === 1
            ? ends[0]
            : add(`bridge.joined.${name}${layer}`, { kind: "concat", axis: -1 }, ...ends);
        const bridge = linear(
          `bridge.${name}${layer}`,
          encoded.states[at].width * directions.length,
          width,
          true,
          end,
        );
        return name === "h" ? tanh(`bridge.tanh.${name}${layer}`, bridge) : bridge;
      }),
    );
  }
  memory = dropped("encoder.memory", memory);

  const shared = tie === "all" ? { weight: { tied: "encoder.embedding.weight" } } : {};
  let top = add("decoder.embedding", { ...embedding, vocabularySize: targets, ...shared }, "target");
  top = dropped("decoder.drop", top);
  const isTied = tie !== "none";
  const outputSize = isTied ? embeddingSize : hiddenSize;
  const isAdditive = attention === "additive";
  const keySize = isAdditive ? hiddenSize : decoded.outputSize;
  const score = isAdditive ? ("additive" as const) : ("dot" as const);
  const keys =
    attention === "dot" || attention === "none"
      ? memory
      : linear("attention.keys", memorySize, keySize, false, memory);
  if (settings.feeding === "none") {
    for (let layer = 0; layer < numLayers; layer++) {
      if (layer > 0) top = dropped(`decoder.drop${layer}`, top);
      const inputSize = layer === 0 ? embeddingSize : decoded.outputSize;
      const config = recurrent(settings as CellChoice, inputSize, "forward");
      top = add(`decoder.rnn${layer}`, config, top, ...first[layer]);
    }
    let width = decoded.outputSize;
    if (attention !== "none") {
      const keysOf = () => keys;
      top = lookingBack(list, { from: top, width, score, heads, keySize, keys: keysOf, memory });
      width += memorySize;
    }
    top = linear("decoder.combine", width, outputSize, false, top);
    top = tanh("decoder.tanh", top);
  } else {
    const { locationFilters: filters, coverage, feeding } = settings;
    const fed = feeding === "output" ? outputSize : memorySize;
    const stacked = Array.from({ length: numLayers }, (_, layer) => {
      const inputSize = layer === 0 ? embeddingSize + fed : decoded.outputSize;
      const { options, ...config } = recurrent(settings as CellChoice, inputSize, "forward");
      return { ...config, options: { ...options, batchFirst: false } } as RecurrentLayerConfig;
    });
    const config = {
      kind: "attentive-recurrent",
      layers: stacked,
      ...{ memorySize, keySize, heads, outputSize, score, coverage },
      order: feeding === "output" ? "after" : "before",
      ...(filters > 0 ? { location: { filters, kernelSize: LOCATION_KERNEL } } : {}),
      dropout: probability,
    } as const;
    top = add("decoder.rnn", config, top, keys, memory, ...first.flat());
  }
  top = dropped("decoder.dropOut", top);
  const tied = tie === "all" ? "encoder.embedding.weight" : "decoder.embedding.weight";
  add(
    "decoder.output",
    {
      kind: "linear",
      inputSize: outputSize,
      outputSize: targets,
      bias: true,
      ...(isTied ? { weight: { tied } } : {}),
    },
    top,
  );
  return checkNetworkConfig({
    inputs: [
      { name: "source", axes: ["B", "T"], kind: "int" },
      { name: "target", axes: ["B", "U"], kind: "int" },
    ],
    layers,
    outputs: [{ name: "logits", from: "decoder.output" }],
  });
}

/** One recurrent layer of such a cell over [B, T, I]. */
export function recurrent(
  cell: CellChoice,
  inputSize: number,
  direction: "forward" | "bidirectional",
): RecurrentLayerConfig {
  const { hiddenSize } = cell;
  const options = {
    inputSize,
    hiddenSize,
    numLayers: 1,
    batchFirst: true,
    direction,
    ...layerOptionsOf(cell),
  };
  return { kind: kindOfCell(cell.cell), options, returns: "sequence" } as RecurrentLayerConfig;
}
