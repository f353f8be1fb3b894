// Rows of a table as series of even steps: sorted by time, with what is missing in between.
import { UnrolledError } from "../../errors.ts";
import type { ForecastSettings } from "./forecast-options.ts";
import type { ForecastSeries, FoundSeries } from "./forecast-series.ts";
import { stepOf, stepsBetween, type TimeStep } from "./time-grid.ts";
import type { TimeForm } from "./time-text.ts";

/** How the times of series are written, and how far apart they are. Plain data. */
export interface GriddedTimes {
  readonly form: TimeForm;
  readonly step: TimeStep;
}

/** A row, and where it stands, for errors. */
export interface SeriesRow {
  readonly time: number | null;
  readonly place: string;
  readonly values: readonly number[];
  readonly known: readonly number[];
  readonly observed: readonly number[];
  readonly statics: readonly string[];
}

/** More missing steps than this for each that is there are no gaps, but another distance. */
const MOST_STEPS_A_ROW = 100;

/** The series of rows, whose steps are `times`' if these are known already. */
export function griddedSeries(
  bySeries: ReadonlyMap<string, SeriesRow[]>,
  form: TimeForm | undefined,
  known: GriddedTimes | null,
  { series: column }: ForecastSettings,
): Pick<FoundSeries, "series" | "times" | "notes"> {
  let unsorted = 0;
  for (const rows of bySeries.values()) {
    if (!form) continue;
    const isSorted = rows.every(({ time }, at) => at === 0 || time! >= rows[at - 1].time!);
    if (!isSorted) {
      rows.sort((left, right) => left.time! - right.time!);
      unsorted += 1;
    }
    const twice = rows.findIndex(({ time }, at) => at > 0 && time === rows[at - 1].time);
    if (twice > 0) throw standsTwice(rows[twice - 1], rows[twice], column);
  }
  const step =
    form && (known?.step ?? stepOf([...bySeries.values()].map((rows) => rows.map(({ time }) => time!))));
  if (form && !step) {
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${[...bySeries.values()][0][0].place} is the only row of its series, and so are all others: how far apart steps are is not known`,
    });
  }
  const gaps = { count: 0, longest: 0 };
  const series = [...bySeries].map(([name, rows]) => one(column === null ? null : name, rows, step, gaps));
  return {
    series,
    times: form && step ? { form, step } : null,
    notes: [
      ...(unsorted > 0
        ? [`The rows of ${unsorted} series were not in the order of time, and were sorted.`]
        : []),
      ...(gaps.count > 0
        ? [`${gaps.count} steps have no row (${gaps.longest} in a row at most), and count as missing.`]
        : []),
    ],
  };
}

function one(
  name: string | null,
  rows: readonly SeriesRow[],
  step: TimeStep | undefined,
  gaps: { count: number; longest: number },
): ForecastSeries {
  const start = rows[0].time;
  const places = rows.map(({ time }, at) => (step ? stepsBetween(start!, time!, step) : at));
  const off = places.findIndex((place) => !Number.isInteger(place));
  if (off >= 0 || places[places.length - 1] > MOST_STEPS_A_ROW * rows.length) {
    const at = off >= 0 ? off : rows.length - 1;
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${rows[at].place}: the time stands between two steps of ${stepText(step!)}, the distance of most rows`,
      advice: "bring the rows to even distances first",
    });
  }
  for (let at = 1; at < places.length; at++) {
    gaps.count += places[at] - places[at - 1] - 1;
    gaps.longest = Math.max(gaps.longest, places[at] - places[at - 1] - 1);
  }
  const steps = places[places.length - 1] + 1;
  const column = (of: (row: SeriesRow) => readonly number[]) => {
    const width = of(rows[0]).length;
    const numbers = new Float64Array(steps * width).fill(Number.NaN);
    for (const [at, row] of rows.entries()) numbers.set(of(row), places[at] * width);
    return numbers;
  };
  const { statics } = rows[0];
  const changed = rows.find((row) => row.statics.some((value, at) => value !== statics[at]));
  if (changed) {
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${changed.place}: a static column has ${JSON.stringify(changed.statics.join(", "))}, and ${JSON.stringify(statics.join(", "))} before in the same series`,
    });
  }
  return {
    name,
    start,
    values: column((row) => row.values),
    known: column((row) => row.known),
    observed: column((row) => row.observed),
    statics,
  };
}

function standsTwice(first: SeriesRow, second: SeriesRow, column: string | null): UnrolledError {
  return new UnrolledError("invalid-file", {
    call: "train",
    problem: `${second.place} has the same time as ${first.place}${column === null ? "" : ` in the same series`}, needed each time once`,
    ...(column === null
      ? { advice: "where the table has several series, series names the column that tells them apart" }
      : {}),
  });
}

function stepText({ unit, count }: TimeStep): string {
  if (unit === "months") return count === 1 ? "a month" : `${count} months`;
  const [size, name] = [
    [86_400_000, "days"],
    [3_600_000, "hours"],
    [60_000, "minutes"],
    [1000, "seconds"],
    [1, "milliseconds"],
  ].find(([ms]) => count % (ms as number) === 0) as [number, string];
  return `${count / size} ${name}`;
}
