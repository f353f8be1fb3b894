import type { LayerConfig, NetworkConfig, NetworkLayer } from "../../networks/config.ts";
import { readerLayer } from "../reader/reader-layer.ts";
import type { ForecastSettings } from "./forecast-options.ts";

/**
 * A forecaster of one step after the other as layers (Salinas et al. 2017, "DeepAR"): numbers [B, T, F] of what came before each step
 * to the numbers [B, T, P] that its distribution is told by.
 */
export function sampledNetwork(
  settings: ForecastSettings,
  { inputSize, outputs }: { readonly inputSize: number; readonly outputs: number },
): NetworkConfig {
  const { dropout: probability } = settings;
  const layers: NetworkLayer[] = [];
  let last = "xs";
  const add = (name: string, config: LayerConfig) => {
    layers.push({ name, inputs: [last], config });
    last = name;
  };
  const { config, width } = readerLayer({ ...settings, bidirectional: false }, inputSize, "sequence");
  add("rnn", config);
  if (probability > 0) add("dropAfter", { kind: "dropout", probability });
  add("decoder", { kind: "linear", inputSize: width, outputSize: outputs, bias: true });
  return {
    inputs: [{ name: "xs", axes: ["B", "T", inputSize], kind: "float" }],
    layers,
    outputs: [{ name: "parameters", from: last }],
  };
}
