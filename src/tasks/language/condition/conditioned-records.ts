// Texts with their categories as people have them: tables, and files whose names are categories.
import { columnPlace } from "../../../data/tables/column.ts";
import { type DataSource, isTable, stemOf, textsByLine, titleOf } from "../../../data/tables/data-source.ts";
import { type RowsOfTable, readRows } from "../../../data/tables/read-rows.ts";
import { UnrolledError } from "../../../errors.ts";
import { isSource } from "../../examples/sources.ts";
import type { ConditionedText } from "./conditioned-data.ts";

/** Which columns are read. */
export interface ConditionedColumns {
  /** Of the categories. */
  readonly condition: string;
  /** Of the texts; the one with the longest cells if null. */
  readonly text: string | null;
}

/** Rows that are looked at to find the texts. */
const LOOKED_AT = 1000;

/**
 * Reads sources, and takes texts as they are. A cell of a table without a category stands for an unknown one; empty texts and lines are
 * passed over.
 *
 * @throws UnrolledError "invalid-argument" for a column that is not there, or where there is no text at all
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
  const condition = columnPlace(table, columns.condition, "condition");
  if (columns.text !== null) columnPlace(table, columns.text, "text");
  const rows: (readonly string[])[] = [];
  for await (const { cells } of table.rows) rows.push(cells);
  const text = columns.text === null ? longest(table, rows, condition) : table.columns.indexOf(columns.text);
  for (const cells of rows)
    if (cells[text].trim() !== "") records.push({ text: cells[text], condition: cells[condition].trim() });
}

/** The column with the longest cells beside that of the categories. */
function longest(
  { columns, title }: RowsOfTable,
  rows: readonly (readonly string[])[],
  condition: number,
): number {
  const others = [...columns.keys()].filter((place) => place !== condition);
  const length = (place: number) =>
    rows.slice(0, LOOKED_AT).reduce((sum, cells) => sum + cells[place].length, 0);
  const [first] = others.toSorted((left, right) => length(right) - length(left));
  if (first !== undefined) return first;
  throw new UnrolledError("invalid-file", {
    call: "train",
    problem: `${titleOf(title)} has the column ${columns.join(", ")} alone, needed texts beside it`,
  });
}
