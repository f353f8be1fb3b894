// What a forecaster is made from, and with what it was trained.
import type { NetworkConfig } from "../../networks/config.ts";
import type { SettingsOf } from "../task.ts";
import type { FORECAST_OPTIONS } from "./forecast-options.ts";
import type { ForecastReading } from "./forecast-reading.ts";

/** Everything that decides a training run of a forecaster, resolved. */
export type ForecastTrainingSettings = SettingsOf<typeof FORECAST_OPTIONS>;

/** What a forecaster's model is made from, and what it keeps beside its weights. Plain data. */
export interface ForecastOptions {
  readonly network: NetworkConfig;
  readonly reading: ForecastReading;
  readonly distribution: string;
  readonly quantiles: readonly number[];
  /** Above it a value is anomalous; null where nothing was held out. */
  readonly threshold?: number | null;
}
