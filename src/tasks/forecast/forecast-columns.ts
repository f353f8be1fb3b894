// Which column of a table is what, where nobody says.
import { type Columns, columnPlace } from "../../data/tables/column.ts";
import { isMeantAsNumber, isNumberCell } from "../../data/tables/number-cell.ts";
import type { TableRow } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import type { ForecastSettings } from "./forecast-options.ts";
import { readTime } from "./time-text.ts";

/** The columns that are read. Plain data. */
export interface ForecastColumns {
  readonly time: string | null;
  readonly series: string | null;
  readonly targets: readonly string[];
  readonly known: readonly string[];
  readonly observed: readonly string[];
  readonly static: readonly string[];
}

const TIMES = /^(date|time|datetime|date_time|timestamp|ds|day|month|week|year|hour)$/i;
const LOOKED_AT = 1000;

/**
 * The columns that settings name, and those that were found out.
 *
 * @throws UnrolledError "invalid-argument" for a name that is no column, or stands twice; "invalid-file" where there is nothing to forecast
 */
export function forecastColumns(
  table: Columns,
  rows: readonly TableRow[],
  settings: ForecastSettings,
): ForecastColumns {
  const { series, known, observed, static: fixed } = settings;
  const said = {
    series: series === null ? [] : [series],
    known,
    observed,
    static: fixed,
    target: settings.target,
  };
  const taken = new Map<string, string>();
  for (const [option, names] of Object.entries({
    time: settings.time === null ? [] : [settings.time],
    ...said,
  })) {
    for (const name of names) {
      columnPlace(table, name, option);
      const other = taken.get(name);
      if (other !== undefined) throw namedTwice(name, other, option);
      taken.set(name, option);
    }
  }
  const first = rows.slice(0, LOOKED_AT);
  const cellsOf = (name: string) => {
    const place = table.columns.indexOf(name);
    return first.map(({ cells }) => cells[place]);
  };
  const areTimes = (name: string) => cellsOf(name).every((cell) => readTime(cell) !== undefined);
  const free = table.columns.filter((name) => !taken.has(name));
  const time =
    settings.time ??
    free.find((name) => areTimes(name) && (TIMES.test(name) || !cellsOf(name).every(isNumberCell))) ??
    null;
  const numbers = free.filter((name) => name !== time && cellsOf(name).every(isMeantAsNumber));
  const targets = settings.target.length > 0 ? settings.target : numbers.slice(-1);
  if (targets.length === 0) {
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${table.title} has no column of numbers to forecast among ${table.columns.join(", ")}`,
      advice: "a table with a series a row needs wide: rows",
    });
  }
  return { time, series, targets, known, observed, static: fixed };
}

/** What people should know of columns that nobody named. */
export function columnNotes(
  { time, targets, series }: ForecastColumns,
  settings: Pick<ForecastSettings, "time" | "target">,
): readonly string[] {
  const found = [
    ...(settings.time === null ? [["time", time ?? "none"]] : []),
    ...(settings.target.length === 0 ? [["target", targets.join(", ")]] : []),
  ];
  if (found.length === 0) return [];
  const said = found.map((each) => each.join(": ")).join(", ");
  const flags = [...found.map(([option]) => `--${option}`), ...(series === null ? ["--series"] : [])];
  return [`Columns, as found out: ${said}; ${flags.join(", ")} to change.`];
}

function namedTwice(name: string, first: string, second: string): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: second }],
    got: JSON.stringify(name),
    needed: first === second ? "each column once" : `a column that is not ${first} already`,
  });
}
