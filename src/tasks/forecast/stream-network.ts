import type { LayerConfig, NetworkConfig, NetworkLayer } from "../../networks/config.ts";
import { readerLayer } from "../reader/reader-layer.ts";
import type { ForecastSettings } from "./forecast-options.ts";

/**
 * A network that says each frame after those before it, as layers: [B, T, F] to the P numbers [B, T, P] of a distribution. A linear
 * layer from the frame before stands beside the recurrent layers.
 */
export function streamNetwork(
  settings: ForecastSettings,
  { width, outputs }: { readonly width: number; readonly outputs: number },
): NetworkConfig {
  const { dropout: probability } = settings;
  const layers: NetworkLayer[] = [];
  let last = "xs";
  const add = (name: string, config: LayerConfig, ...reads: string[]) => {
    layers.push({ name, inputs: reads.length > 0 ? reads : [last], config });
    last = name;
  };
  const linear = (inputSize: number) =>
    ({ kind: "linear", inputSize, outputSize: outputs, bias: true }) as const;
  if (probability > 0) add("dropBefore", { kind: "dropout", probability: probability / 2 });
  const reader = readerLayer({ ...settings, bidirectional: false }, width, "sequence");
  add("rnn", reader.config);
  if (probability > 0) add("dropAfter", { kind: "dropout", probability });
  add("decoder", linear(reader.width));
  if (settings.linear) {
    add("before", linear(width), "xs");
    add("sum", { kind: "add" }, "decoder", "before");
  }
  return {
    inputs: [{ name: "xs", axes: ["B", "T", width], kind: "float" }],
    layers,
    outputs: [{ name: "parameters", from: last }],
  };
}
