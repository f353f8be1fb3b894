// A network that predicts the next token, as tests of what is inside need it: an embedding, recurrent layers and a linear one.
import { type Device, type Embedding, Generator, type Linear, Network } from "unrolled";
import type { NetworkLayer } from "unrolled/network";
import type { CellKind, Recurrent } from "unrolled/nn";
import type { RecurrentLayerConfig } from "../src/networks/config.ts";

export interface LanguageNetworkOptions {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly dropout?: number;
  /** Of the recurrent layers, beside their sizes. */
  readonly options?: object;
}

/** Parameters are `encoder.weight`, `rnn.*`, `decoder.weight` and `decoder.bias`. */
export function languageNetwork(
  device: Device,
  kind: CellKind,
  { vocabularySize, embeddingSize, hiddenSize, numLayers, dropout = 0, options = {} }: LanguageNetworkOptions,
  seed = 1,
): Network {
  const sizes = { inputSize: embeddingSize, hiddenSize, numLayers, batchFirst: false };
  const rnn = {
    kind,
    options: { ...sizes, dropout: numLayers > 1 ? dropout : 0, ...options },
    returns: "sequence",
  };
  const { projectionSize = hiddenSize } = options as { readonly projectionSize?: number };
  const drop = { kind: "dropout", probability: dropout } as const;
  const layers: NetworkLayer[] = [
    { name: "encoder", inputs: ["ids"], config: { kind: "embedding", vocabularySize, size: embeddingSize } },
    { name: "dropBefore", inputs: ["encoder"], config: drop },
    { name: "rnn", inputs: ["dropBefore"], config: rnn as RecurrentLayerConfig },
    { name: "dropAfter", inputs: ["rnn"], config: drop },
    {
      ...{ name: "decoder", inputs: ["dropAfter"] },
      config: { kind: "linear", inputSize: projectionSize, outputSize: vocabularySize, bias: true },
    },
  ];
  const config = {
    inputs: [{ name: "ids", axes: ["T", "B"], kind: "int" } as const],
    layers,
    outputs: [{ name: "logits", from: "decoder" }],
  };
  return new Network(device, config, { generator: new Generator(seed) });
}

/** Its three layers with parameters. */
export function partsOf(network: Network): {
  readonly encoder: Embedding;
  readonly rnn: Recurrent;
  readonly decoder: Linear;
} {
  const part = <Kind>(name: string) => network.layers.get(name) as Kind;
  return { encoder: part("encoder"), rnn: part("rnn"), decoder: part("decoder") };
}
