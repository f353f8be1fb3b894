// How a forecaster speaks to people.
import colors from "picocolors";
import type { Anomaly } from "../../tasks/forecast/anomalies.ts";
import type { ForecastAnswer, StepNumbers } from "../../tasks/forecast/forecast-answers.ts";
import type { BaselineErrors, ForecastFound, PointErrors } from "../../tasks/forecast/forecast-measure.ts";
import type { StreamFound } from "../../tasks/forecast/forecast-streams.ts";
import type { DrawnStrokes } from "../report/strokes-svg.ts";
import { count, figure } from "./amounts.ts";
import { fanChart } from "./fan-chart.ts";
import { fansOfAnswer } from "./fans-of-answer.ts";
import type { TaskAnswers } from "./task-answers.ts";

type Measured = ForecastFound & { readonly baselines: BaselineErrors };

const NAMES: Readonly<Record<keyof BaselineErrors, string>> = {
  ridge: "Ridge regression",
  seasonalNaive: "Seasonal naive",
  naive: "Last value",
  drift: "Straight line",
};
const HEADINGS = ["MSE", "MAE", "MASE", "sMAPE"];
const NAME_COLUMNS = 22;
const FIGURE_COLUMNS = 12;

export const forecastAnswers: TaskAnswers = {
  evaluation(found) {
    if (!("baselines" in found)) return streamLines(found as StreamFound);
    const { windows, horizon, weightedQuantileLoss, coverage, baselines } = found as Measured;
    const row = (name: string, cells: readonly string[]) =>
      `${name.padEnd(NAME_COLUMNS)}${cells.map((cell) => cell.padEnd(FIGURE_COLUMNS)).join("")}`.trimEnd();
    const figures = ({ mse, mae, mase, smape }: PointErrors) => [
      figure(mse),
      figure(mae),
      figureOrNone(mase),
      `${smape.toFixed(2)} %`,
    ];
    const covered = Object.entries(coverage).map(
      ([wanted, share]) => `${(100 * share).toFixed(1)} % in ${(100 * Number(wanted)).toFixed(0)} %`,
    );
    return [
      row("Forecasts", [`${count(windows)}, each of ${count(horizon)} steps`]),
      row("", HEADINGS),
      row("This model", figures(found as Measured)),
      ...Object.entries(NAMES).flatMap(([key, name]) => {
        const errors = baselines[key as keyof BaselineErrors];
        return errors ? [row(name, figures(errors))] : [];
      }),
      row("Quantile loss", [figureOrNone(weightedQuantileLoss)]),
      row("Values in the bounds", [covered.join(", ")]),
      ...verdict(found as Measured),
    ];
  },

  silence: (answers) => `Nothing is anomalous in ${count(answers)} steps.`,

  answer(answer, columns, { plot }) {
    if ("anomalous" in answer) return anomalyLines(answer as Anomaly);
    if ("lossNats" in answer) {
      // What is drawn into a file is not written too.
      const { strokes, continuation, ...told } = answer as object & Partial<DrawnStrokes>;
      return [JSON.stringify(told)];
    }
    const fans = plot === true ? fansOfAnswer(answer as ForecastAnswer) : [];
    if (fans.length > 0)
      return fans.flatMap((fan) => [
        ...(fan.name === "" ? [] : [colors.bold(fan.name)]),
        ...fanChart(fan, columns),
      ]);
    const { series, times, targets = [""], quantiles } = answer as ForecastAnswer;
    const shares = Object.keys(quantiles)
      .map(Number)
      .sort((left, right) => left - right);
    const shown = [...new Set([shares[0], 0.5, shares[shares.length - 1]])];
    const title = [series, ...(targets.length > 1 ? targets : [])].filter(
      (each) => each !== null && each !== "",
    );
    const width = Math.max(...times.map((time) => String(time).length), 4) + 2;
    const numbers = shown.map((q) => quantiles[String(q)]);
    return [
      ...(title.length > 0 ? [colors.bold(title.join("  "))] : []),
      colors.dim(
        "time".padEnd(width) +
          targets.map(() => shown.map((q) => `${100 * q} %`.padEnd(FIGURE_COLUMNS)).join("")).join(""),
      ),
      ...times.map(
        (time, step) =>
          String(time).padEnd(width) +
          targets
            .map((_, target) =>
              numbers.map((each) => rounded(numberAt(each, step, target)).padEnd(FIGURE_COLUMNS)).join(""),
            )
            .join("")
            .trimEnd(),
      ),
    ];
  },

  async picture(answers) {
    const strokes = answers.filter((answer) => "strokes" in answer) as DrawnStrokes[];
    if (strokes.length > 0) return (await import("../report/strokes-svg.ts")).strokesSvg(strokes);
    const { fanSvg } = await import("../report/fan-svg.ts");
    return fanSvg(answers.flatMap((answer) => fansOfAnswer(answer as ForecastAnswer)));
  },
};

function streamLines({ streams, frames, lossNats }: StreamFound): readonly string[] {
  return [
    `${"Streams".padEnd(NAME_COLUMNS)}${count(streams)}, ${count(frames)} frames`,
    `${"Loss".padEnd(NAME_COLUMNS)}${lossNats.toFixed(4)} nats a frame`,
  ];
}

/** Steps that are as usual need no line. */
function anomalyLines({ series, time, score, threshold, anomalous }: Anomaly): readonly string[] {
  if (!anomalous) return [];
  const place = series === undefined ? String(time) : `${series}  ${time}`;
  return [
    `${colors.bold(place)}  ${score?.toFixed(2)} times as far as usual; from ${threshold.toFixed(2)} on it is anomalous`,
  ];
}

function numberAt(numbers: StepNumbers, step: number, target: number): number {
  const own = numbers[step];
  return typeof own === "number" ? own : own[target];
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/** Whether it was worth it. */
/** A figure, or that there is none: nothing to divide by. */
function figureOrNone(value: number | null): string {
  return value === null ? "none" : figure(value);
}

function verdict({ mae, baselines }: Measured): readonly string[] {
  const better = Object.entries(NAMES).filter(
    ([key]) => !(mae < (baselines[key as keyof BaselineErrors]?.mae ?? Number.POSITIVE_INFINITY)),
  );
  if (better.length === 0) return [];
  const names = better.map(([, name]) => name.toLowerCase()).join(", ");
  return [`By its mean absolute error it is no better than: ${names}.`];
}
