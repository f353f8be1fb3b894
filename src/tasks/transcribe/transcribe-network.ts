import { checkNetworkConfig } from "../../networks/check-config.ts";
import type {
  LayerConfig,
  NetworkConfig,
  NetworkInput,
  NetworkLayer,
  RecurrentLayerConfig,
} from "../../networks/config.ts";
import { type CellChoice, cellShapeOf, kindOfCell, layerOptionsOf } from "../language/model/language-cell.ts";
import { readerLayer } from "../reader/reader-layer.ts";
import type { TranscribeSettings } from "./transcribe-options.ts";

/** What a recogniser hears and says. */
export interface TranscribeSizes {
  /** F: numbers of a frame, or of the frames that are joined to a step. */
  readonly width: number;
  /** V: labels and the blank. */
  readonly classes: number;
}

/** The convolution in front, and the one that looks ahead. */
export const CONV_LAYER = "conv";
export const LOOK_AHEAD_LAYER = "lookAhead";

/** The layer of a transducer that holds its joint network. */
export const JOINT_LAYER = "joint";

/**
 * A recogniser as layers: frames [B, T, F] to logits [B, T′, V] of CTC. A transducer's encoder makes of them `encoded` [B, T′, H], and its
 * prediction network, which reads the labels before each place [B, U + 1], `predicted` [B, U + 1, H]; H is V where both are added (Graves
 * 2012), otherwise the joint network has its weights in a layer of its own (Graves, Mohamed & Hinton 2013).
 */
export function transcribeNetwork(
  settings: TranscribeSettings,
  { width, classes }: TranscribeSizes,
): NetworkConfig {
  const { convSize, convKernel, stride, lookAhead, dropout: probability } = settings;
  const layers: NetworkLayer[] = [];
  const inputs: NetworkInput[] = [{ name: "xs", axes: ["B", "T", width], kind: "float" }];
  let last = "xs";
  const add = (name: string, config: LayerConfig, ...reads: string[]) => {
    layers.push({ name, inputs: reads.length > 0 ? reads : [last], config });
    last = name;
    return name;
  };
  const drop = (name: string) => probability > 0 && add(name, { kind: "dropout", probability });
  let size = width;
  if (convSize > 0) {
    const kernel = { kernelSize: convKernel, stride, dilation: 1, padding: "causal", bias: true } as const;
    add(CONV_LAYER, { kind: "conv1d", inputSize: size, outputSize: convSize, ...kernel });
    add("convReLU", { kind: "activation", activation: "relu" });
    size = convSize;
  }
  const reader = readerLayer(settings, size, "sequence");
  add("rnn", reader.config);
  size = reader.width;
  if (lookAhead > 0) {
    // What stands behind an end must not be seen from before it.
    add("ended", { kind: "zero-masked" });
    add(LOOK_AHEAD_LAYER, { kind: "look-ahead", size, steps: lookAhead });
  }
  drop("dropAfter");
  if (settings.loss === "ctc") {
    add("decoder", { kind: "linear", inputSize: size, outputSize: classes, bias: true });
    return checkNetworkConfig({ inputs, layers, outputs: [{ name: "logits", from: last }] });
  }
  const { predictionSize, jointSize } = settings;
  const met = jointSize === 0 ? classes : jointSize;
  const encoded = add("encoded", { kind: "linear", inputSize: size, outputSize: met, bias: false });
  inputs.push({ name: "labels", axes: ["B", "U"], kind: "int" });
  add("labelVectors", { kind: "embedding", vocabularySize: classes, size: classes, range: 1 }, "labels");
  const cell = { ...settings, hiddenSize: predictionSize } as CellChoice;
  const options = {
    inputSize: classes,
    hiddenSize: predictionSize,
    numLayers: 1,
    batchFirst: true,
    ...layerOptionsOf(cell),
  };
  add("prediction", {
    kind: kindOfCell(settings.cell),
    options,
    returns: "sequence",
  } as RecurrentLayerConfig);
  drop("dropPrediction");
  const own = cellShapeOf(cell).outputSize;
  const predicted = add("predicted", { kind: "linear", inputSize: own, outputSize: met, bias: true });
  if (jointSize > 0) add(JOINT_LAYER, { kind: "transducer-joint", size: jointSize, classes }, encoded);
  return checkNetworkConfig({
    inputs,
    layers,
    outputs: [
      { name: "encoded", from: jointSize > 0 ? JOINT_LAYER : encoded },
      { name: "predicted", from: predicted },
    ],
  });
}
