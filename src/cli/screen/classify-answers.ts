// How a classifier speaks to people.
import colors from "picocolors";
import type { Classified } from "../../tasks/classify/classify-answers.ts";
import type { BaselineFigures } from "../../tasks/classify/classify-baselines.ts";
import type { ClassifyFound } from "../../tasks/classify/classify-measure.ts";
import { count, percent } from "./amounts.ts";
import { barChart } from "./bar-chart.ts";
import type { TaskAnswers } from "./task-answers.ts";

type Measured = ClassifyFound & { readonly baselines: BaselineFigures };

export const classifyAnswers: TaskAnswers = {
  evaluation(found) {
    const { examples, accuracy, macroF1, lossNats, calibrationError, baselines } = found as Measured;
    const rows = [
      ["Examples", count(examples), ""],
      ["", "accuracy", "macro F1"],
      ["This model", percent(accuracy), percent(macroF1)],
      ...baselineRows(baselines),
      ["Loss", `${lossNats.toFixed(4)} nats`, ""],
      ...(calibrationError === null ? [] : [["Calibration error", percent(calibrationError), ""]]),
    ];
    return [
      ...rows.map(([name, first, second]) => `${name.padEnd(22)}${first.padEnd(12)}${second}`.trimEnd()),
      ...verdict(found as Measured),
    ];
  },

  answer(answer, columns) {
    const { label, probabilities, text, file, series, step } = answer as Classified & {
      readonly text?: string;
      readonly file?: string;
      readonly series?: string | null;
      readonly step?: number;
    };
    const what = text ?? file ?? `${series ?? "series"}, from step ${step}`;
    const bars = Object.entries(probabilities)
      .toSorted(([, left], [, right]) => right - left)
      .map(([name, share]) => ({ name, share }));
    const said = typeof label === "string" ? label : label.join(", ") || "none";
    return [`${colors.bold(said)}  ${what}`, ...barChart(bars, columns)];
  },
};

function baselineRows(baselines: BaselineFigures): readonly string[][] {
  const rows = [
    ["Logistic regression", baselines.bagOfWords],
    ["Most frequent class", baselines.majority],
  ] as const;
  return rows.flatMap(([name, found]) =>
    found ? [[name, percent(found.accuracy), percent(found.macroF1)]] : [],
  );
}

/** Whether it was worth it. */
function verdict({ accuracy, baselines }: Measured): readonly string[] {
  if (!baselines.bagOfWords || accuracy > baselines.bagOfWords.accuracy) return [];
  return ["It is no better than logistic regression, which knows of no order."];
}
