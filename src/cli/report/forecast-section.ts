// What a report shows of a forecaster: windows with their bands, errors by horizon, the worst series.
import type { ForecastFound } from "../../tasks/forecast/forecast-measure.ts";
import type { ShownForecasts, ShownWindow } from "../../tasks/forecast/shown-windows.ts";
import { figure } from "../screen/amounts.ts";
import { escaped } from "./escaped.ts";
import { fanSvg } from "./fan-svg.ts";
import { lineChart } from "./line-chart.ts";

type Evaluation = ForecastFound & { readonly shown?: ShownForecasts };

/** HTML of a forecaster's held-out figures; an empty text for one that has none to show. */
export function forecastSection(evaluation: object): string {
  const { maeByStep, shown } = evaluation as Evaluation;
  if (!shown || !maeByStep) return "";
  const errors = lineChart({
    title: "Mean absolute error of each step ahead",
    over: "steps ahead",
    series: [
      {
        name: "mean absolute error",
        className: "held",
        points: maeByStep.flatMap((y, at) => (y === null ? [] : [{ x: at + 1, y }])),
        hasDots: true,
      },
    ],
    scale: "linear",
    width: 760,
    height: 240,
  });
  const rows = shown.worst.map(
    ({ series, error }) => `<tr><td>${escaped(series)}</td><td>${figure(error)}</td></tr>`,
  );
  const names = ["The worst series", "One in the middle", "The best series"];
  const places =
    shown.windows.length === 3 ? names : shown.windows.length === 2 ? [names[0], names[2]] : [""];
  const windows = shown.windows.map((window, at) =>
    fanSvg([
      {
        name: [places[at], `${window.series}, ${figure(window.error)}`]
          .filter((each) => each !== "")
          .join(": "),
        history: numbers(window.history),
        actual: numbers(window.actual),
        median: window.median,
        bands: [[window.low, window.high]],
        times: timesOf(window),
      },
    ]),
  );
  return (
    `<h2>Held-out windows</h2><p class="faint">What came before, the forecast's median with the band between its outermost quantiles, and ` +
    `what came, dotted. Numbers are mean absolute errors in that of the seasonal naive forecast within the training part (MASE).</p>` +
    `${windows.join("")}<h2>Errors by horizon</h2><p class="faint">The mean absolute error of the median, over all held-out windows.</p>${errors}` +
    (rows.length > 1
      ? `<h2>The worst series</h2><p class="faint">Of the held-out windows, by MASE.</p><table><thead><tr><th>Series</th><th>MASE</th></tr></thead><tbody>${rows.join("")}</tbody></table>`
      : "")
  );
}

function numbers(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? Number.NaN);
}

function timesOf({ origin, history, median }: ShownWindow): readonly [string, string, string] {
  return [`step ${origin - history.length + 1}`, `step ${origin + 1}`, `step ${origin + median.length}`];
}
