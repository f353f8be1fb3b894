// Texts with their conditions as people have them: tables, and files whose names are categories.
import { columnPlace } from "../../../data/tables/column.ts";
import { type DataSource, isTable, stemOf, textsByLine, titleOf } from "../../../data/tables/data-source.ts";
import { numberCell } from "../../../data/tables/number-cell.ts";
import { type RowsOfTable, readRows, type TableRow } from "../../../data/tables/read-rows.ts";
import { UnrolledError } from "../../../errors.ts";
import { isSource } from "../../examples/sources.ts";
import type { GivenCondition } from "./condition.ts";
import type { ConditionedText } from "./conditioned-data.ts";

/** Which columns are read. */
export interface ConditionedColumns {
  /** Of the categories, or of the numbers: several with commas. */
  readonly condition: string;
  /** What one column has; several have numbers. Null: it stays text, and is looked at later. */
  readonly kind: "categories" | "numbers" | null;
  /** Of the texts; the one with the longest cells if null. */
  readonly text: string | null;
}

/** Rows that are looked at to find the texts. */
const LOOKED_AT = 1000;

/**
 * Reads sources, and takes texts as they are. A cell of a table without a category, and a row that lacks one of the numbers, stand for an
 * unknown condition; empty texts and lines are passed over.
 *
 * @throws UnrolledError "invalid-argument" for a column that is not there, or where there is no text at all; "invalid-file" for a cell that
 * is no number where numbers are read, with its line and column
 */
export async function conditionedRecords(
  call: string,
  entries: readonly (DataSource | ConditionedText)[],
  columns: ConditionedColumns,
): Promise<readonly ConditionedText[]> {
  const records: ConditionedText[] = [];
  for (const entry of entries) {
    if (!isSource(entry)) records.push(entry);
    else if (isTable(entry)) await addRows(await readRows(entry), columns, records);
    else await addLines(entry, records);
  }
  if (records.length > 0) return records;
  throw new UnrolledError("invalid-argument", { call, subject: "data", got: "empty", needed: "a text" });
}

async function addLines(source: DataSource, records: ConditionedText[]): Promise<void> {
  const condition = stemOf(source);
  for await (const text of textsByLine(source)) records.push({ text, condition });
}

async function addRows(
  table: RowsOfTable,
  columns: ConditionedColumns,
  records: ConditionedText[],
): Promise<void> {
  const places = conditionPlaces(table, columns.condition);
  const areNumbers = places.length > 1 || columns.kind === "numbers";
  if (columns.text !== null) columnPlace(table, columns.text, "text");
  const rows: TableRow[] = [];
  for await (const row of table.rows) rows.push(row);
  const text = columns.text === null ? longest(table, rows, places) : table.columns.indexOf(columns.text);
  for (const row of rows) {
    if (row.cells[text].trim() === "") continue;
    const condition = areNumbers ? numbersIn(table, row, places) : row.cells[places[0]].trim();
    records.push({ text: row.cells[text], condition });
  }
}

/** The places of a condition's columns: of one, or of several with commas between their names. */
function conditionPlaces(table: RowsOfTable, condition: string): readonly number[] {
  const whole = table.columns.indexOf(condition);
  if (whole >= 0) return [whole];
  return condition.split(",").map((name) => columnPlace(table, name.trim(), "condition"));
}

/** A row's numbers; unknown where one of them is missing. */
function numbersIn(
  { title, columns }: RowsOfTable,
  { cells, line }: TableRow,
  places: readonly number[],
): GivenCondition {
  const numbers = places.map((place) => numberCell(cells[place], { title, line, column: columns[place] }));
  return numbers.some(Number.isNaN) ? "" : numbers;
}

/** The column with the longest cells beside those of the condition. */
function longest(
  { columns, title }: RowsOfTable,
  rows: readonly TableRow[],
  condition: readonly number[],
): number {
  const others = [...columns.keys()].filter((place) => !condition.includes(place));
  const length = (place: number) =>
    rows.slice(0, LOOKED_AT).reduce((sum, { cells }) => sum + cells[place].length, 0);
  const [first] = others.toSorted((left, right) => length(right) - length(left));
  if (first !== undefined) return first;
  const all = `the ${columns.length === 1 ? "column" : "columns"} ${columns.join(", ")} alone`;
  throw new UnrolledError("invalid-file", {
    call: "train",
    problem: `${titleOf(title)} has ${all}, needed texts beside`,
  });
}
