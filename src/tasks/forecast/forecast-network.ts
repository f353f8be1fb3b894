import type { LayerConfig, NetworkConfig, NetworkInput, NetworkLayer } from "../../networks/config.ts";
import { readerLayer } from "../reader/reader-layer.ts";
import type { ForecastSettings } from "./forecast-options.ts";

/** What a forecaster reads and says, in the letters of `WindowBatch`. */
export interface ForecastSizes {
  readonly context: number;
  readonly horizon: number;
  readonly targets: number;
  readonly pastWidth: number;
  readonly aheadWidth: number;
  readonly fixedWidth: number;
  /** K: seasons before, whose values at the same place each step ahead mixes; none if not given. */
  readonly pastSeasons?: number;
  /** Numbers that each target at each step is told by: its quantiles. */
  readonly outputs: number;
}

/** Numbers of each step ahead that the recurrent layers' last output is turned into, and units that read them beside what is known ahead. */
const STEP_WIDTH = 16;
const STEP_UNITS = 32;

/** The name of the layer that weighs the seasons before. */
export const MIXING_LAYER = "mixing";

/**
 * A forecaster of all steps at once as layers (Wen et al. 2017, "A multi-horizon quantile recurrent forecaster"): recurrent layers
 * read [B, N, F]; a vector for each step ahead is made of their last output and of static columns; each is read with what is known of
 * that step, by the same layers, to [B, H, D·Q]. Beside it stand a mixture, for each quantile with weights of its own, of the values at a
 * step's place in the K seasons before [B, H·D, K], which the same layers weigh, told how far values have been from each of these so far; and a linear layer from the values [B, N·D] (Lai et al.
 * 2018, "Modeling long- and short-term temporal patterns with deep neural networks"). The sum of all is the forecast.
 */
export function forecastNetwork(settings: ForecastSettings, sizes: ForecastSizes): NetworkConfig {
  const { dropout: probability } = settings;
  const { context, horizon, targets, pastWidth, aheadWidth, fixedWidth, outputs } = sizes;
  const { pastSeasons = 0 } = sizes;
  const inputs: NetworkInput[] = [{ name: "past", axes: ["B", "T", pastWidth], kind: "float" }];
  const layers: NetworkLayer[] = [];
  let last = "past";
  const add = (name: string, config: LayerConfig, ...reads: string[]) => {
    layers.push({ name, inputs: reads.length > 0 ? reads : [last], config });
    last = name;
  };
  const linear = (inputSize: number, outputSize: number) =>
    ({ kind: "linear", inputSize, outputSize, bias: true }) as const;
  const reader = readerLayer({ ...settings, bidirectional: false }, pastWidth, "last");
  add("rnn", reader.config);
  if (probability > 0) add("dropAfter", { kind: "dropout", probability });
  let { width } = reader;
  if (fixedWidth > 0) {
    inputs.push({ name: "fixed", axes: ["B", fixedWidth], kind: "float" });
    add("withFixed", { kind: "concat", axis: -1 }, last, "fixed");
    width += fixedWidth;
  }
  if (pastSeasons > 0) {
    inputs.push({ name: "seasonErrors", axes: ["B", targets * pastSeasons], kind: "float" });
    add("withSeasonErrors", { kind: "concat", axis: -1 }, last, "seasonErrors");
    width += targets * pastSeasons;
  }
  add("steps", linear(width, horizon * STEP_WIDTH));
  add("stepsApart", { kind: "reshape", shape: [horizon, STEP_WIDTH] });
  if (aheadWidth > 0) {
    inputs.push({ name: "ahead", axes: ["B", horizon, aheadWidth], kind: "float" });
    add("withAhead", { kind: "concat", axis: -1 }, last, "ahead");
  }
  let stepWidth = STEP_WIDTH + aheadWidth;
  if (pastSeasons > 0) {
    inputs.push({ name: "seasons", axes: ["B", horizon * targets, pastSeasons], kind: "float" });
    const ofStep = last;
    add("seasonsOfStep", { kind: "reshape", shape: [horizon, targets * pastSeasons] }, "seasons");
    add("withSeasons", { kind: "concat", axis: -1 }, ofStep, last);
    stepWidth += targets * pastSeasons;
  }
  add("step", linear(stepWidth, STEP_UNITS));
  add("stepActivation", { kind: "activation", activation: "relu" } as LayerConfig);
  add("decoder", linear(STEP_UNITS, targets * outputs));
  const summed = [last];
  if (pastSeasons > 0) {
    add(MIXING_LAYER, linear(STEP_UNITS, targets * outputs * pastSeasons), "stepActivation");
    add("mixingApart", { kind: "reshape", shape: [horizon * targets, outputs, pastSeasons] });
    add("mixingWeights", { kind: "activation", activation: "softmax" });
    add("seasonsApart", { kind: "reshape", shape: [horizon * targets, pastSeasons, 1] }, "seasons");
    add("mixed", { kind: "matmul" }, "mixingWeights", "seasonsApart");
    add("mixedTogether", { kind: "reshape", shape: [horizon, targets * outputs] });
    summed.push(last);
  }
  if (settings.linear) {
    inputs.push({ name: "lags", axes: ["B", context * targets], kind: "float" });
    add("lagsLinear", linear(context * targets, horizon * targets * outputs), "lags");
    add("lagsApart", { kind: "reshape", shape: [horizon, targets * outputs] });
    summed.push(last);
  }
  if (summed.length > 1) add("sum", { kind: "add" }, ...summed);
  return { inputs, layers, outputs: [{ name: "quantiles", from: last }] };
}
