// Data as people have them, as series: a row a step, or a row a series.
import { columnPlace } from "../../data/tables/column.ts";
import { type DataSource, isJson, isJsonLines, titleOf } from "../../data/tables/data-source.ts";
import { numberCell } from "../../data/tables/number-cell.ts";
import { readRows, type TableRow } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import { columnNotes, type ForecastColumns, forecastColumns } from "./forecast-columns.ts";
import type { ForecastSettings } from "./forecast-options.ts";
import { type GriddedTimes, griddedSeries, type SeriesRow } from "./gridded-series.ts";
import { seriesOfLists } from "./series-of-lists.ts";
import { type ReadTime, readTime, requireOneZone } from "./time-text.ts";

/** A series: D targets at each of T steps, and what stands beside them. Plain data. */
export interface ForecastSeries {
  /** null where rows have no name. */
  readonly name: string | null;
  /** When the first step is, in milliseconds since 1970; null where there are no times. */
  readonly start: number | null;
  /** [T·D], step by step; NaN where one is missing. */
  readonly values: Float64Array;
  /** [T·K], known ahead, and [T·O], known once it has come. */
  readonly known: Float64Array;
  readonly observed: Float64Array;
  readonly statics: readonly string[];
}

/** A series in code: its numbers, or its steps of several targets, or those with a name. */
export type ForecastRecord =
  | readonly number[]
  | { readonly name?: string; readonly values: readonly number[] | readonly (readonly number[])[] };

/** Series, and what was found out about them. */
export interface FoundSeries {
  readonly series: readonly ForecastSeries[];
  /** Names of the D targets. */
  readonly columns: ForecastColumns;
  readonly times: GriddedTimes | null;
  /** What was mended: for people. */
  readonly notes: readonly string[];
}

const NO_COLUMNS = { time: null, series: null, known: [], observed: [], static: [] };

/**
 * Reads sources and takes records as they are. `known` is what was found out in what was read before, which this has to have too.
 *
 * @throws UnrolledError "invalid-file" with line and column for a cell that is no number or no time, a time that stands twice or between
 * two steps, and a mixture of times with a zone and without; "invalid-argument" for columns that there are not
 */
export async function forecastSeries(
  entries: readonly (DataSource | ForecastRecord)[],
  settings: ForecastSettings,
  known?: Pick<FoundSeries, "columns" | "times">,
): Promise<FoundSeries> {
  const records = entries.filter((entry) => !isSource(entry)) as readonly ForecastRecord[];
  const sources = entries.filter((entry) => isSource(entry)) as readonly DataSource[];
  const isOfLists = (source: DataSource) => isJson(source) || (settings.wide !== null && isJsonLines(source));
  const lists = await seriesOfLists(records, sources.filter(isOfLists));
  const tables = sources.filter((source) => !isOfLists(source));
  if (settings.wide !== null || tables.length === 0) {
    const wide = [...lists, ...(await wideSeries(tables, settings))];
    const width = wide[0]?.width ?? 1;
    const targets =
      known?.columns.targets ??
      Array.from({ length: width }, (_, at) => (width === 1 ? "value" : String(at + 1)));
    const other = wide.find((each) => each.width !== targets.length);
    if (other) throw lacking(`series of ${targets.length} numbers a step, got one of ${other.width}`);
    if (wide.length === 0) throw lacking("a series");
    const named = wide.map(({ width: _, ...series }) => series);
    return { series: named, columns: { ...NO_COLUMNS, targets }, times: null, notes: [] };
  }
  if (lists.length > 0) throw lacking("lists of numbers, or tables, but not both");
  return tableSeries(tables, settings, known);
}

function lacking(needed: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "train", subject: "data", got: "other", needed });
}

/** A series a row: its name, if the first cell is no number, and its numbers; what is empty behind the last one is no step. */
async function wideSeries(
  sources: readonly DataSource[],
  { delimiter }: ForecastSettings,
): Promise<(ForecastSeries & { readonly width: number })[]> {
  const found: (ForecastSeries & { readonly width: number })[] = [];
  for (const source of sources) {
    const { title, columns, rows } = await readRows(source, { delimiter: delimiter ?? undefined });
    for await (const { cells, line } of rows) {
      const isNamed = cells[0].trim() !== "" && !Number.isFinite(Number(cells[0]));
      const numbers = cells.slice(isNamed ? 1 : 0);
      const last = numbers.findLastIndex((cell) => cell.trim() !== "");
      const values = Float64Array.from(numbers.slice(0, last + 1), (cell, at) =>
        numberCell(cell, { title, line, column: columns[at + (isNamed ? 1 : 0)] }),
      );
      if (values.every(Number.isNaN)) {
        throw new UnrolledError("invalid-file", {
          call: "train",
          problem: `${title}, line ${line} has no number`,
        });
      }
      const none = new Float64Array(0);
      const name = isNamed ? cells[0].trim() : null;
      found.push({ name, start: null, values, known: none, observed: none, statics: [], width: 1 });
    }
  }
  return found;
}

/** A step a row, from one table or from several that go on one behind the other. */
async function tableSeries(
  sources: readonly DataSource[],
  settings: ForecastSettings,
  known: Pick<FoundSeries, "columns" | "times"> | undefined,
): Promise<FoundSeries> {
  let columns = known?.columns;
  let first: ReadTime | undefined;
  const bySeries = new Map<string, SeriesRow[]>();
  for (const source of sources) {
    const table = await readRows(source, { delimiter: settings.delimiter ?? undefined });
    const rows: TableRow[] = [];
    for await (const row of table.rows) rows.push(row);
    columns ??= forecastColumns(table, rows, settings);
    const { title } = table;
    const place = (name: string, option: string) => columnPlace(table, name, option);
    const at = {
      time: columns.time === null ? -1 : place(columns.time, "time"),
      series: columns.series === null ? -1 : place(columns.series, "series"),
      targets: columns.targets.map((name) => place(name, "target")),
      known: columns.known.map((name) => place(name, "known")),
      observed: columns.observed.map((name) => place(name, "observed")),
      static: columns.static.map((name) => place(name, "static")),
    };
    const numbers = (places: readonly number[], { cells, line }: TableRow) =>
      places.map((each) => numberCell(cells[each], { title, line, column: table.columns[each] }));
    for (const row of rows) {
      let time: number | null = null;
      if (at.time >= 0) {
        const cell = row.cells[at.time];
        const read = readTime(cell);
        const where = `${title}, line ${row.line}, column ${columns.time}`;
        if (!read) {
          throw new UnrolledError("invalid-file", {
            call: "train",
            problem: `${where}: ${JSON.stringify(cell)} is no time; needed one such as 2024-03-31, 2024-03-31 17:00 or 2024-03-31T17:00Z`,
          });
        }
        first ??= read;
        requireOneZone(first, read, where, cell);
        time = read.ms;
      }
      const name = at.series < 0 ? "" : row.cells[at.series].trim();
      const own = bySeries.get(name) ?? [];
      if (own.length === 0) bySeries.set(name, own);
      own.push({
        time,
        place: `${title}, line ${row.line}`,
        values: numbers(at.targets, row),
        known: numbers(at.known, row),
        observed: numbers(at.observed, row),
        statics: at.static.map((each) => row.cells[each].trim()),
      });
    }
  }
  if (!columns || bySeries.size === 0) throw lacking(`rows in ${sources.map(titleOf).join(", ")}`);
  const gridded = griddedSeries(bySeries, first?.form, known?.times ?? null, settings);
  const notes = known ? gridded.notes : [...columnNotes(columns, settings), ...gridded.notes];
  return { ...gridded, columns, notes };
}
