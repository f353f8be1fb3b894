import { describe, expect, test } from "vitest";
import { logitsOf } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import type { LayerConfig, NetworkConfig } from "../../../networks/config.ts";
import { Network } from "../../../networks/network.ts";
import { networkData } from "../../../networks/network-data.ts";
import { openDevice } from "../../../tensor/device.ts";
import { ints } from "../../../tensor/tensor.ts";
import { languageModelOfNetwork } from "./language-model-of-network.ts";

const device = await openDevice({ backend: "reference" });
const tokenizer = trainTokenizer({ kind: "char", text: "abcde" });
const V = tokenizer.vocabularySize;
const ids = [1, 5, 2, 2, 4, 3];

const embedding: LayerConfig = { kind: "embedding", vocabularySize: V, size: 3 };
const linear: LayerConfig = { kind: "linear", inputSize: 4, outputSize: V, bias: true };

/** Layers that read one another. */
function chain(...configs: LayerConfig[]): NetworkConfig {
  return {
    inputs: [{ name: "ids", axes: ["B", "T"], kind: "int" }],
    layers: configs.map((config, index) => ({
      name: `layer${index}`,
      inputs: [index === 0 ? "ids" : `layer${index - 1}`],
      config,
    })),
    outputs: [{ name: "out", from: `layer${configs.length - 1}` }],
  };
}

const recurrent = (options: object = {}, kind = "lstm"): LayerConfig =>
  ({
    kind,
    options: { inputSize: 3, hiddenSize: 4, batchFirst: true, ...options },
    returns: "sequence",
  }) as LayerConfig;

const opened = async (config: NetworkConfig) => {
  const network = new Network(device, config).eval() as Network;
  return { network, model: languageModelOfNetwork(device, await networkData(network), tokenizer) };
};

describe("computes what the network computes", () => {
  test.each<[string, LayerConfig[]]>([
    ["lstm", [embedding, recurrent(), linear]],
    ["gru of two layers", [embedding, recurrent({ numLayers: 2 }, "gru"), linear]],
    ["relu rnn", [embedding, recurrent({ nonlinearity: "relu" }, "rnn"), linear]],
    ["two layers, one after the other", [embedding, recurrent(), recurrent({ inputSize: 4 }), linear]],
    [
      "with dropout in between",
      [
        embedding,
        { kind: "dropout", probability: 0.5 },
        recurrent(),
        { kind: "dropout", probability: 0.2 },
        linear,
      ],
    ],
    ["peepholes", [embedding, recurrent({ peepholes: true }), linear]],
    ["other activations", [embedding, recurrent({ activations: ["hard-sigmoid", "tanh", "tanh"] }), linear]],
    [
      "layers with a projection, layer normalisation and zoneout",
      [
        embedding,
        recurrent({ hiddenSize: 6, projectionSize: 4, layerNorm: true, zoneout: { h: 0.1, c: 0.2 } }),
        recurrent({
          inputSize: 4,
          hiddenSize: 6,
          projectionSize: 4,
          layerNorm: true,
          zoneout: { h: 0.1, c: 0.2 },
        }),
        linear,
      ],
    ],
    ["mgu", [embedding, recurrent({ gateClip: 0.5 }, "mgu"), linear]],
    ["ugrnn", [embedding, recurrent({}, "ugrnn"), linear]],
    ["one bias", [embedding, recurrent({ bias: "single" }), linear]],
    [
      "no bias at all",
      [embedding, recurrent({ bias: "none" }, "gru"), { ...linear, bias: false } as LayerConfig],
    ],
  ])("%s", async (_, layers) => {
    const { network, model } = await opened(chain(...layers));
    const [theirs, ours] = device.withoutGradients(() => [
      network.forward({ ids: ints(device, ids, [1, 6]) }).outputs.out,
      logitsOf(model.network, ints(device, ids, [6, 1])),
    ]);
    const [expected, found] = await Promise.all([theirs.toArray(), ours.toArray()]);
    found.forEach((value, index) => {
      expect(value, `logit ${index}`).toBeCloseTo(expected[index], 12);
    });
  });

  test("a softmax at the end is left out", async () => {
    const { network, model } = await opened(
      chain(embedding, recurrent(), linear, { kind: "activation", activation: "softmax" }),
    );
    const [theirs, ours] = device.withoutGradients(() => [
      network.forward({ ids: ints(device, ids, [1, 6]) }).outputs.out,
      logitsOf(model.network, ints(device, ids, [6, 1])),
    ]);
    const [shares, logits] = await Promise.all([theirs.toArray(), ours.toArray()]);
    const row = Array.from(logits.slice(0, V), Math.exp);
    const sum = row.reduce((a, b) => a + b);
    row.forEach((weight, id) => {
      expect(weight / sum).toBeCloseTo(shares[id], 7);
    });
  });
});

describe("refuses what no language model computes, by name", () => {
  test.each<[string, LayerConfig[], string]>([
    [
      "no recurrent layer",
      [embedding, { ...linear, inputSize: 3 } as LayerConfig],
      "layer layer1 is a linear, needed an rnn, lstm, gru, mgu or ugrnn",
    ],
    ["nothing at the end", [embedding, recurrent()], "the network ends, needed a linear layer"],
    [
      "two linear layers",
      [embedding, recurrent(), linear, { ...linear, inputSize: V } as LayerConfig],
      "layer layer3 is a linear, needed nothing but a softmax",
    ],
    [
      "two cells",
      [embedding, recurrent(), recurrent({ inputSize: 4 }, "gru"), linear],
      'kind is "gru" of layer layer2, needed "lstm"',
    ],
    [
      "peepholes in one of two layers",
      [embedding, recurrent(), recurrent({ inputSize: 4, peepholes: true }), linear],
      "option peepholes is true of layer layer2, needed false as the first has",
    ],
    [
      "a learnt initial state",
      [embedding, recurrent({ initialState: "learnt" }), linear],
      'option initialState is "learnt" of layer layer1',
    ],
    [
      "both directions",
      [embedding, recurrent({ direction: "bidirectional", merge: "sum" }), linear],
      'option direction is "bidirectional"',
    ],
    [
      "the last step alone",
      [embedding, { ...recurrent(), returns: "last" } as LayerConfig, linear],
      'returns is "last" of layer layer1',
    ],
    [
      "another vocabulary",
      [
        { ...embedding, vocabularySize: 9 } as LayerConfig,
        recurrent(),
        { ...linear, outputSize: 9 } as LayerConfig,
      ],
      "the tokenizer has 6 tokens, the embedding 9",
    ],
  ])("%s", async (_, layers, message) => {
    await expect(opened(chain(...layers))).rejects.toThrow(message);
  });

  test("no embedding", async () => {
    const config: NetworkConfig = {
      ...chain(recurrent(), linear),
      inputs: [{ name: "ids", axes: ["B", "T", 3], kind: "float" }],
    };
    await expect(opened(config)).rejects.toThrow("layer layer0 is a lstm, needed an embedding");
  });
});
