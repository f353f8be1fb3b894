// What a forecaster reads of a series, and what it says behind the last step.
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { log } from "../../random/log.ts";
import type { TaskLook } from "../task.ts";
import { directArrays } from "./direct-forecasts.ts";
import { predictForecast } from "./forecast-answers.ts";
import type { ForecastOptions, ForecastTrainingSettings } from "./forecast-model.ts";
import { type ForecastRecord, forecastSeries } from "./forecast-series.ts";
import { ForecastWindows } from "./forecast-windows.ts";
import { isDirect } from "./forecasts-of.ts";
import { type SampledKind, SampledSteps } from "./sampled-steps.ts";

/**
 * The window of a series that stands before its end, as the network reads it, and the forecast: the mean of each step ahead, at the last
 * step, in the window's own scale. The answer has what came before as `history`.
 */
export async function lookAtForecast(
  model: LayeredNetwork,
  input: ForecastRecord,
  options: ForecastOptions,
): Promise<TaskLook> {
  const { reading } = options;
  const found = await forecastSeries([input], { wide: null } as ForecastTrainingSettings, reading);
  const answer = await predictForecast(model, input, options);
  const width = reading.columns.targets.length;
  const [{ values }] = found.series;
  const origin = values.length / width;
  const windows = new ForecastWindows(found.series, reading, [origin]);
  const batch = windows.batch([{ series: 0, origin }]);
  // Steps before the series began are zeros, and no steps of it.
  const steps = Math.min(reading.context, origin);
  const first = origin - steps;
  const rows = Array.from({ length: steps }, (_, step) => [
    ...values.subarray((first + step) * width, (first + step + 1) * width),
  ]);
  const K = reading.horizon * width;
  const said = new Float32Array(reading.context * K);
  const means = answer.mean.flat();
  for (let at = 0; at < K; at++)
    said[(reading.context - 1) * K + at] =
      ((batch.isLog ? log(means[at]) : means[at]) - batch.last[at % width]) / (batch.scale[at % width] || 1);
  return {
    pieces: Array.from({ length: reading.context }, (_, step) =>
      step < reading.context - steps ? "" : rows[step - reading.context + steps].map(shortNumber).join(" "),
    ),
    inputs: isDirect(options) ? directArrays(model, batch) : sampledArrays(options, windows, batch),
    names: Array.from({ length: K }, (_, at) =>
      width === 1
        ? `step ${at + 1}`
        : `${reading.columns.targets[at % width]}, step ${Math.floor(at / width) + 1}`,
    ),
    said,
    words: Array.from({ length: reading.context }, (_, step) =>
      step === reading.context - 1 ? means.slice(0, width).map(shortNumber).join(" ") : "",
    ),
    answer: { ...answer, history: width === 1 ? rows.flat() : rows },
  };
}

function sampledArrays(
  { distribution, reading }: ForecastOptions,
  windows: ForecastWindows,
  batch: ReturnType<ForecastWindows["batch"]>,
): TaskLook["inputs"] {
  const steps = new SampledSteps(distribution as SampledKind, windows.reading);
  const { inputSize } = steps;
  const path = steps.values(batch, 0);
  const xs = new Float32Array(reading.context * inputSize);
  for (let step = 0; step < reading.context; step++)
    steps.put(batch, 0, path, step + 1, xs, step * inputSize);
  return { xs: { shape: [1, reading.context, inputSize], data: xs } };
}

/** A number as a label: four digits that count. */
function shortNumber(value: number): string {
  return Number.isNaN(value) ? "none" : String(Number(value.toPrecision(4)));
}
