import { UnrolledError } from "../../errors.ts";
import type { GivenFor } from "../../options/option.ts";
import { BASELINES_FILE } from "../baselines/baselines-file.ts";
import { settleReader } from "../reader/settle-reader.ts";
import {
  FORECAST_ANSWER_OPTIONS,
  FORECAST_EVALUATE_OPTIONS,
  FORECAST_OPTIONS,
  type ForecastSettings,
} from "./forecast-options.ts";
import { FORECAST_PRESETS } from "./forecast-presets.ts";

/** What there is to say of the task "forecast" without the engine that trains it. */
export const FORECAST = {
  name: "forecast",
  options: FORECAST_OPTIONS,
  evaluateOptions: FORECAST_EVALUATE_OPTIONS,
  answerOptions: FORECAST_ANSWER_OPTIONS,
  loss: "loss",
  units: "windows",
  judge: { measure: "loss", better: "less" },
  figures: ["loss", "mase"],
  results: ["loss", "mse", "mae", "mase", "smape", "weightedQuantileLoss"],
  defaults: { budget: { steps: 2000 }, learningRate: 0.002, onDivergence: "skip" },
  help: {
    task:
      "Train a forecaster of one series or of many: tables (CSV, TSV, JSON lines) with a step a row, or with a series a row (--wide rows), " +
      "or JSON lists of numbers. The last part of each series is held out. Everything goes into one folder. Ctrl-C saves and ends; " +
      "--resume continues.",
    files: "tables to learn from",
    texts: "tables whose series are to go on",
    eval:
      "Measure how well the forecaster in DIR does on other rows: forecasts from each step behind the first ones, or behind --history, " +
      "beside the last value, that of a season ago, a straight line, and ridge regression.",
    predict: "Forecast how the series of the files go on, a forecast for each series.",
  },
  presets: FORECAST_PRESETS,
  beside: [BASELINES_FILE],
  settle,
} as const;

const KINDS = /^(quantiles|gaussian|student-t|negative-binomial|bernoulli|mixture:\d+)$/;

/** Refuses distributions that there are not, and quantiles that are no shares or lack the median. */
function settle(given: GivenFor<typeof FORECAST_OPTIONS>, values: ForecastSettings): ForecastSettings {
  const refuse = (option: string, got: string, needed: string) => {
    throw new UnrolledError("invalid-argument", { call: "train", subject: [{ option }], got, needed });
  };
  const { distribution, quantiles } = values;
  if (!KINDS.test(distribution))
    refuse(
      "distribution",
      JSON.stringify(distribution),
      "quantiles, gaussian, student-t, negative-binomial, bernoulli, or mixture:K",
    );
  const shares = quantilesOf(values);
  if (!shares.every((q) => q > 0 && q < 1) || !shares.includes(0.5) || new Set(shares).size < shares.length)
    refuse("quantiles", quantiles.join(", "), "different shares between 0 and 1, 0.5 among them");
  if (values.log && distribution === "negative-binomial")
    refuse("log", "negative-binomial", "another distribution: counts have no logarithms");
  return settleReader(given, values);
}

/** The quantiles as numbers, in order. */
export function quantilesOf({ quantiles }: Pick<ForecastSettings, "quantiles">): readonly number[] {
  return quantiles.map(Number).sort((left, right) => left - right);
}
