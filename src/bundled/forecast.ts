import {
  type ForecastAnswer,
  predictForecast as predict,
  predictForecasts as predictAll,
} from "../tasks/forecast/forecast-answers.ts";
import type { ForecastRecord } from "../tasks/forecast/forecast-series.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/forecast.d.ts";
import { openerOf } from "./open-network.ts";

const open = openerOf<ForecastRecord, ForecastAnswer>({ name: "forecast", predict, predictAll });

/** A forecaster in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, open);
  return {
    task: "forecast",
    load,
    predict: async (input) => (await load()).predict(input),
    predictAll: async (inputs) => (await load()).predictAll(inputs),
  };
}
