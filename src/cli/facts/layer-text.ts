import { type CellKind, cellOfKind } from "../../cells/cells.ts";
import type { LayerConfig } from "../../networks/config.ts";
import { isRecurrent } from "../../networks/recurrent-axes.ts";

/** What a layer is, in a few words: "LSTM 4 → 16, 2 layers, bidirectional, last step". */
export function layerText(config: LayerConfig): string {
  if (isRecurrent(config)) return recurrentText(config);
  switch (config.kind) {
    case "embedding":
      return `embedding ${config.vocabularySize} → ${config.size}${config.maskZero ? ", 0 is padding" : ""}`;
    case "linear":
      return `linear ${config.inputSize} → ${config.outputSize}${config.bias ? "" : ", no bias"}`;
    case "conv1d":
    case "conv2d":
      return `convolution ${config.inputSize} → ${config.outputSize}, kernel ${config.kernelSize}, stride ${config.stride}, padding ${config.padding}`;
    case "layer-norm":
      return `layer normalisation of ${config.size}`;
    case "activation":
      return config.activation;
    case "dropout":
      return `dropout ${config.probability}`;
    case "masking":
      return `masks steps of ${config.value}`;
    case "concat":
      return `concatenation along axis ${config.axis}`;
    case "reshape":
      return `reshape to [${config.shape.join(", ")}]`;
    default:
      return config.kind;
  }
}

function recurrentText(config: Extract<LayerConfig, { kind: CellKind }>): string {
  const { options, returns } = config;
  const { inputSize, hiddenSize, numLayers = 1, direction = "forward" } = options;
  const cell = cellOfKind(config.kind);
  const words = [`${cell.name} ${inputSize} → ${hiddenSize}`];
  if (numLayers > 1) words.push(`${numLayers} layers`);
  if (direction !== "forward") words.push(direction);
  if ("nonlinearity" in cell.options)
    words.push(nonlinearityText("nonlinearity" in options ? options.nonlinearity : undefined));
  if ("resetAfter" in options && options.resetAfter === false) words.push("reset before");
  if (options.bias && options.bias !== "double")
    words.push(options.bias === "none" ? "no bias" : "single bias");
  if ("projectionSize" in options && options.projectionSize)
    words.push(`projection ${options.projectionSize}`);
  if (returns === "last") words.push("last step");
  return words.join(", ");
}

function nonlinearityText(nonlinearity: unknown): string {
  if (nonlinearity === undefined) return "tanh";
  return typeof nonlinearity === "string" ? nonlinearity : String((nonlinearity as { name: string }).name);
}
