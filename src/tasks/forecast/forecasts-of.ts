import type { NetworkConfig } from "../../networks/config.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { directForecasts, directLoss } from "./direct-forecasts.ts";
import type { Forecasts } from "./forecast-measure.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { forecastNetwork } from "./forecast-network.ts";
import type { ForecastWindows, Window, WindowBatch } from "./forecast-windows.ts";
import { sampledForecasts, sampledLoss } from "./sampled-forecasts.ts";
import { sampledNetwork } from "./sampled-network.ts";
import { type SampledKind, SampledSteps } from "./sampled-steps.ts";

/** What a distribution's paths are drawn with. */
export interface Drawing {
  /** Paths of each window. */
  readonly samples: number;
  readonly seed: number;
}

/** Whether all steps are told at once, by quantiles. */
export function isDirect({ distribution }: Pick<ForecastOptions, "distribution">): boolean {
  return distribution === "quantiles";
}

/** The network of a distribution. */
export function networkOf(
  settings: ForecastTrainingSettings,
  windows: ForecastWindows,
  quantiles: readonly number[],
): NetworkConfig {
  const { reading } = windows;
  const { context, horizon, columns, pastSeasons = 0 } = reading;
  const targets = columns.targets.length;
  if (isDirect(settings)) {
    const { pastWidth, aheadWidth, fixedWidth } = windows;
    const sizes = { context, horizon, targets, pastWidth, aheadWidth, fixedWidth, pastSeasons };
    return forecastNetwork(settings, { ...sizes, outputs: quantiles.length });
  }
  const steps = new SampledSteps(settings.distribution as SampledKind, reading);
  return sampledNetwork(settings, { inputSize: steps.inputSize, outputs: targets * steps.parameters });
}

/** What is learned by. */
export function lossOf(
  network: LayeredNetwork,
  batch: WindowBatch,
  options: Pick<ForecastOptions, "distribution" | "quantiles" | "reading">,
): Tensor {
  if (isDirect(options)) return directLoss(network, batch, options.quantiles);
  return sampledLoss(network, batch, options.distribution as SampledKind, options.reading);
}

/** The forecasts of windows. */
export function forecastsOf(
  network: LayeredNetwork,
  windows: ForecastWindows,
  asked: readonly Window[],
  { distribution, quantiles }: Pick<ForecastOptions, "distribution" | "quantiles">,
  drawing: Drawing,
): Promise<Forecasts> {
  if (distribution === "quantiles") return directForecasts(network, windows, asked, quantiles);
  return sampledForecasts(network, windows, asked, {
    kind: distribution as SampledKind,
    quantiles,
    ...drawing,
  });
}
