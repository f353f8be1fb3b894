import { UnrolledError } from "../../errors.ts";
import type { ForecastSeries, FoundSeries } from "./forecast-series.ts";
import { stepsBetween } from "./time-grid.ts";

/**
 * Series behind their history: by name, or where they have none, by their order.
 *
 * @returns the series, and of each how many steps are history
 * @throws UnrolledError "invalid-argument" for a series without a history, or one that does not begin behind its history
 */
export function joinedSeries(
  history: FoundSeries,
  next: FoundSeries,
  width: number,
): { readonly series: readonly ForecastSeries[]; readonly steps: readonly number[] } {
  const byName = new Map(history.series.map((each) => [each.name, each]));
  const isNamed = next.series.every(({ name }) => name !== null);
  const refuse = (got: string, needed: string) =>
    new UnrolledError("invalid-argument", { call: "eval", subject: [{ option: "history" }], got, needed });
  if (!isNamed && history.series.length !== next.series.length)
    throw refuse(
      `${history.series.length} series`,
      `as many as there are to measure on: ${next.series.length}`,
    );
  const joined = next.series.map((own, at) => {
    const before = isNamed ? byName.get(own.name) : history.series[at];
    if (!before) throw refuse(`no series ${own.name}`, "one for each series that is measured on");
    const steps = before.values.length / width;
    const times = next.times ?? history.times;
    const gap =
      times && own.start !== null && before.start !== null
        ? stepsBetween(before.start, own.start, times.step)
        : steps;
    if (gap < steps || !Number.isInteger(gap))
      throw refuse(`rows that go on into those of ${own.name ?? "the series"}`, "rows that end before them");
    const joinedNumbers = (of: "values" | "known" | "observed") => {
      const columns = before[of].length / steps;
      const numbers = new Float64Array(gap * columns + own[of].length).fill(Number.NaN);
      numbers.set(before[of]);
      numbers.set(own[of], gap * columns);
      return numbers;
    };
    const series: ForecastSeries = {
      ...own,
      start: before.start,
      values: joinedNumbers("values"),
      known: joinedNumbers("known"),
      observed: joinedNumbers("observed"),
    };
    return { series, steps: gap };
  });
  return { series: joined.map(({ series }) => series), steps: joined.map(({ steps }) => steps) };
}
