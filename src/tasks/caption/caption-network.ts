import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { type CellChoice, cellShapeOf } from "../language/model/language-cell.ts";
import { layerList, lookingBack } from "../translate/decoder-layers.ts";
import { recurrent } from "../translate/translate-network.ts";
import type { CaptionSettings } from "./caption-options.ts";
import type { FeatureForm } from "./feature-network.ts";

/** Where a pixel, or a place, lies across and down. */
const PLACE_CHANNELS = 2;
/** Red, green, blue, and that. */
const CHANNELS = 3 + PLACE_CHANNELS;
const KERNEL = 3;

/** Places that attention chooses from: rows and columns. */
export function gridOf({ imageWidth, imageHeight, convLayers }: CaptionSettings): readonly [number, number] {
  let [rows, columns] = [imageHeight, imageWidth];
  for (let layer = 0; layer < convLayers; layer++)
    [rows, columns] = [Math.ceil(rows / 2), Math.ceil(columns / 2)];
  return [rows, columns];
}

/**
 * Pictures [B, 5, height, width] and the tokens before each text's [B, U] to logits [B, U, V]. Convolutions of stride 2 leave one vector for
 * each place; their mean gives the decoder's first states, and for each token the places are weighed by attention (Xu, Ba, Kiros et al.,
 * "Show, attend and tell", 2015), which asks with the state that has read the tokens so far (Luong, Pham & Manning 2015). In the place of
 * convolutions there can be features that another network has made of the places [B, C + 2, rows, columns].
 */
export function captionNetwork(
  settings: CaptionSettings,
  vocabularySize: number,
  features?: Pick<FeatureForm, "channels" | "grid">,
): NetworkConfig {
  const { imageWidth, imageHeight, convChannels, convLayers } = settings;
  const { embeddingSize, hiddenSize, dropout: probability } = settings;
  const list = layerList(probability);
  const { layers, add, linear, tanh, dropped } = list;

  let picture = "picture";
  let channels = features ? features.channels + PLACE_CHANNELS : CHANNELS;
  for (let layer = 0; layer < (features ? 0 : convLayers); layer++) {
    const outputSize = convChannels * 2 ** layer;
    const sizes = { kernelSize: KERNEL, stride: 2, padding: 1, bias: true };
    picture = add(
      `encoder.conv${layer}`,
      { kind: "conv2d", inputSize: channels, outputSize, ...sizes },
      picture,
    );
    picture = add(`encoder.relu${layer}`, { kind: "activation", activation: "relu" }, picture);
    channels = outputSize;
  }
  const byChannel = add("encoder.flat", { kind: "reshape", shape: [channels, -1] }, picture);
  const each = add("encoder.each", { kind: "swap-axes", axes: "last" }, byChannel);
  // A small thing on a large ground is seen sooner where each place has as much to say.
  const places = add("encoder.places", { kind: "layer-norm", size: channels, epsilon: 1e-5 }, each);
  const mean = add("encoder.mean", { kind: "global-pool1d", pool: "average" }, places);

  const cell = settings as CellChoice;
  const { states, outputSize } = cellShapeOf(cell);
  const first = states.map(({ name, width }) => {
    const bridge = linear(`bridge.${name}`, channels, width, true, mean);
    return name === "h" ? tanh(`bridge.tanh.${name}`, bridge) : bridge;
  });
  let top = add(
    "decoder.embedding",
    { kind: "embedding", size: embeddingSize, vocabularySize, range: Math.sqrt(3 / embeddingSize) },
    "target",
  );
  top = dropped("decoder.drop", top);
  top = add("decoder.rnn", recurrent(cell, embeddingSize, "forward"), top, ...first);
  const score = settings.attention === "additive" ? "additive" : "dot";
  const keySize = score === "additive" ? hiddenSize : outputSize;
  const keys = () => linear("attention.keys", channels, keySize, false, places);
  top = lookingBack(list, { from: top, width: outputSize, score, heads: 1, keySize, keys, memory: places });
  top = linear("decoder.combine", channels + outputSize, hiddenSize, true, top);
  top = tanh("decoder.tanh", top);
  top = dropped("decoder.dropOut", top);
  linear("decoder.output", hiddenSize, vocabularySize, true, top);
  return checkNetworkConfig({
    inputs: [
      {
        name: "picture",
        axes: features ? ["B", channels, ...features.grid] : ["B", CHANNELS, imageHeight, imageWidth],
        kind: "float",
      },
      { name: "target", axes: ["B", "U"], kind: "int" },
    ],
    layers,
    outputs: [{ name: "logits", from: "decoder.output" }],
  });
}
