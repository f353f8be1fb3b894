import type { ForecastAnswer, StepNumbers } from "../../tasks/forecast/forecast-answers.ts";
import type { Fan } from "./fan-chart.ts";

/** A fan, and what it is called. */
export interface NamedFan extends Fan {
  readonly name: string;
}

/** The fans of a forecast that says what came before it, one for each target; none of another one. */
export function fansOfAnswer(answer: ForecastAnswer): readonly NamedFan[] {
  const { series, times, quantiles, targets = [""], history } = answer;
  if (!history) return [];
  const shares = Object.keys(quantiles)
    .map(Number)
    .sort((left, right) => left - right);
  return targets.map((target, place) => {
    const of = (numbers: StepNumbers) => column(numbers, place);
    const quantile = (q: number) => of(quantiles[String(q)]);
    const bands = [0, Math.floor(shares.length / 4)]
      .filter((at, index, all) => at < (shares.length - 1) / 2 && all.indexOf(at) === index)
      .map((at) => [quantile(shares[at]), quantile(shares[shares.length - 1 - at])] as const);
    return {
      name: [series ?? "", target].filter((each) => each !== "").join(", "),
      history: of(history.values),
      median: quantile(0.5),
      bands,
      times: [String(history.times[0]), String(times[0]), String(times[times.length - 1])],
    };
  });
}

function column(numbers: StepNumbers, place: number): number[] {
  return numbers.map((step) => (typeof step === "number" ? step : (step?.[place] ?? Number.NaN)));
}
