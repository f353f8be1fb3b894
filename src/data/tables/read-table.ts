import { placeOfColumn } from "./column.ts";
import type { DataSource } from "./data-source.ts";
import { numberCell } from "./number-cell.ts";
import { readRows, type TableFormat, type TableRow } from "./read-rows.ts";

/** A table in memory. */
export interface Table {
  readonly columns: readonly string[];
  /** Each with its cells, as many as there are columns, and the line of the file that it begins at. */
  readonly rows: readonly TableRow[];
  /**
   * The cells of a column.
   *
   * @throws UnrolledError "invalid-argument" for a column that is not there, which names those that are, and the nearest
   */
  column(name: string): string[];
  /**
   * The cells of a column as numbers; NaN for one that is empty or says that there is none (NA, NaN, null, none, ?).
   *
   * @throws UnrolledError "invalid-argument" as `column`; "invalid-file" with line and column for a cell that is no number
   */
  numbers(name: string): Float64Array;
}

/**
 * Reads a table into memory: comma-separated values (RFC 4180, any delimiter, quoted line breaks) or JSON lines (an object a line, whose
 * keys are the columns), from a file by its path (Node alone; what ends in `.gz` is unpacked) or from a text with a title.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" for a source without a row, for a column that is named twice, and for a row with
 * another number of cells or a quote that is not closed, with its line
 */
export async function readTable(source: DataSource, format: TableFormat = {}): Promise<Table> {
  const { title, columns, rows: read } = await readRows(source, format);
  const rows: TableRow[] = [];
  for await (const row of read) rows.push(row);
  const placeOf = (call: string, name: string) =>
    placeOfColumn({ title, columns }, name, { call, subject: "name" });
  return {
    columns,
    rows,
    column(name) {
      const place = placeOf("column", name);
      return rows.map(({ cells }) => cells[place]);
    },
    numbers(name) {
      const place = placeOf("numbers", name);
      return Float64Array.from(rows, ({ cells, line }) =>
        numberCell(cells[place], { title, line, column: name }),
      );
    },
  };
}
