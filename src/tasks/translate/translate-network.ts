import { checkNetworkConfig } from "../../networks/check-config.ts";
import type {
  LayerConfig,
  NetworkConfig,
  NetworkLayer,
  RecurrentLayerConfig,
} from "../../networks/config.ts";
import { type CellChoice, cellShapeOf, kindOfCell, layerOptionsOf } from "../language/model/language-cell.ts";
import type { TranslateSettings } from "./translate-options.ts";

/** Tokens of both vocabularies; undefined: that of targets is that of sources. */
export interface TranslateSizes {
  readonly source: number;
  readonly target: number | undefined;
}

/** The layer that holds attention. */
export const ATTENTION_LAYER = "attention";

/**
 * An encoder-decoder as layers: sources [B, T] and the tokens before each target's [B, U] to logits [B, U, V]. The encoder's last states,
 * through a linear bridge (of h with a tanh), are the decoder's first ones. The decoder's queries are held against the encoder's states, and
 * what they find is joined to them: h̃ = tanh(W [context; h]), from which the logits are (Luong, Pham & Manning 2015).
 */
export function translateNetwork(settings: TranslateSettings, sizes: TranslateSizes): NetworkConfig {
  const { embeddingSize, hiddenSize, numLayers, bidirectional, dropout: probability } = settings;
  const { attention, attentionHeads: heads, tie } = settings;
  const layers: NetworkLayer[] = [];
  const add = (name: string, config: LayerConfig, ...inputs: string[]) => {
    layers.push({ name, inputs, config });
    return name;
  };
  const dropped = (name: string, from: string) =>
    probability > 0 ? add(name, { kind: "dropout", probability }, from) : from;
  const linear = (name: string, inputSize: number, outputSize: number, bias: boolean, from: string) =>
    add(name, { kind: "linear", inputSize, outputSize, bias }, from);
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
        return name === "h"
          ? add(`bridge.tanh.${name}${layer}`, { kind: "activation", activation: "tanh" }, bridge)
          : bridge;
      }),
    );
  }
  memory = dropped("encoder.memory", memory);

  const shared = tie === "all" ? { weight: { tied: "encoder.embedding.weight" } } : {};
  let top = add("decoder.embedding", { ...embedding, vocabularySize: targets, ...shared }, "target");
  top = dropped("decoder.drop", top);
  for (let layer = 0; layer < numLayers; layer++) {
    if (layer > 0) top = dropped(`decoder.drop${layer}`, top);
    const inputSize = layer === 0 ? embeddingSize : decoded.outputSize;
    top = add(
      `decoder.rnn${layer}`,
      recurrent(settings as CellChoice, inputSize, "forward"),
      top,
      ...first[layer],
    );
  }
  let width = decoded.outputSize;
  if (attention !== "none") {
    const query = attention === "additive" ? linear("attention.query", width, hiddenSize, true, top) : top;
    const keys =
      attention === "dot"
        ? memory
        : linear("attention.keys", memorySize, attention === "additive" ? hiddenSize : width, false, memory);
    const context = add(
      ATTENTION_LAYER,
      {
        kind: "attention",
        heads,
        size: attention === "additive" ? hiddenSize : width,
        score: attention === "additive" ? "additive" : "dot",
        factor: 1,
        scale: attention === "additive",
        ...(attention === "additive" ? { scaleRange: 1 / Math.sqrt(hiddenSize / heads) } : {}),
        causal: false,
        maskedQueries: "zero",
      },
      query,
      keys,
      memory,
    );
    top = add("decoder.joined", { kind: "concat", axis: -1 }, context, top);
    width += memorySize;
  }
  const isTied = tie !== "none";
  const combinedSize = isTied ? embeddingSize : hiddenSize;
  top = linear("decoder.combine", width, combinedSize, false, top);
  top = add("decoder.tanh", { kind: "activation", activation: "tanh" }, top);
  top = dropped("decoder.dropOut", top);
  const tied = tie === "all" ? "encoder.embedding.weight" : "decoder.embedding.weight";
  add(
    "decoder.output",
    {
      kind: "linear",
      inputSize: combinedSize,
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

function recurrent(
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
