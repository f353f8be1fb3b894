import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import { csvBlocks } from "./csv-blocks.ts";
import type { ParsedRecord } from "./csv-parser.ts";
import { type DataSource, endingOf, isJsonLines, linesOf, textOf, titleOf } from "./data-source.ts";

/** A row of a table, and the line of its file that it begins at, from 1. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A table that is read row by row: each row has as many cells as there are columns. */
export interface RowsOfTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}

/** How a table is written, where its name and first line do not tell. */
export interface TableFormat {
  /** Between two cells: one character; found out from the first line if not given. */
  readonly delimiter?: string | undefined;
  /** Whether the first line names the columns; if not given, it does unless one of its cells is a number. Others are called "1", "2", …. */
  readonly header?: boolean | undefined;
}

/** From TypeScript sources (the tests) the parser is read from sources too. */
const SOURCE = "./csv-parser.ts";
const DELIMITERS = [",", "\t", ";", "|"];

/**
 * Reads a table row by row, in memory that does not grow with it: comma-separated values (RFC 4180, any delimiter, quoted line
 * breaks), or JSON lines (an object a line, whose keys are the columns; a cell that is an object or a list stays JSON).
 *
 * @throws UnrolledError "missing-file"; "invalid-file" for a source without a row, for a column that is named twice, and, while the rows are
 * read, for one with another number of cells or a quote that is not closed, with its line
 */
export async function readRows(source: DataSource, format: TableFormat = {}): Promise<RowsOfTable> {
  const lines = isJsonLines(source);
  const rows = lines ? jsonRows(source) : csvRows(source, format);
  const first = await rows.next();
  if (first.done) throw invalid(source, "has no row");
  const { cells } = first.value;
  if (lines) return { title: titleOf(source), columns: cells, rows };
  const named = format.header ?? !cells.some((cell) => isNumeric(cell));
  const columns = named ? cells.map((cell) => cell.trim()) : cells.map((_, at) => String(at + 1));
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(source, `has two columns ${JSON.stringify(twice)}`);
  return { title: titleOf(source), columns, rows: named ? rows : after(first.value, rows) };
}

async function* after(first: TableRow, rows: AsyncGenerator<TableRow, void>): AsyncGenerator<TableRow, void> {
  yield first;
  yield* rows;
}

async function* csvRows(source: DataSource, format: TableFormat): AsyncGenerator<TableRow, void> {
  const { parseCsv } = await csvParser();
  let delimiter = format.delimiter ?? (endingOf(source) === "tsv" ? "\t" : undefined);
  let width: number | undefined;
  for await (const block of csvBlocks(source)) {
    delimiter ??= delimiterOf(block.text);
    let records: readonly ParsedRecord[];
    try {
      records = parseCsv(block.text, delimiter);
    } catch (error) {
      throw invalid(source, csvProblem(error as Error & { lines?: number }, block.line));
    }
    let line = block.line;
    for (const { record, info } of records) {
      // What the parser counts is the line that a record ends at.
      const ends = block.line + info.lines - 1;
      line = ends - record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
      width ??= record.length;
      if (record.length !== width) {
        throw invalid(
          source,
          `has ${record.length} ${record.length === 1 ? "cell" : "cells"}, the first line ${width}`,
          line,
        );
      }
      yield { cells: record, line };
    }
  }
}

/**
 * The parser, which is a file of its own in the package and needs no other. A bundler that is shown an address copies it as it is, also
 * for a worker that it makes one file of, which would have to fetch it with everything else.
 */
async function csvParser(): Promise<typeof import("./csv-parser.ts")> {
  const here = import.meta.url;
  const file = here.endsWith(".ts") ? new URL(SOURCE, here) : new URL("./csv-parser.js", import.meta.url);
  return import(/* @vite-ignore */ file.href);
}

/** The first row are the columns. */
async function* jsonRows(source: DataSource): AsyncGenerator<TableRow, void> {
  let columns: readonly string[] | undefined;
  for await (const { text, line } of linesOf(source)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw invalid(source, `is no JSON: ${(error as Error).message}`, line);
    }
    if (!isRecord(value)) throw invalid(source, "is no JSON object", line);
    if (!columns) {
      columns = Object.keys(value);
      yield { cells: columns, line };
    }
    const unknown = Object.keys(value).find((key) => !columns?.includes(key));
    if (unknown !== undefined)
      throw invalid(source, `has ${JSON.stringify(unknown)}, which the first line lacks`, line);
    yield { cells: columns.map((name) => cellOf(value[name])), line };
  }
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The delimiter that stands most often outside quotes in the first line; a comma in a line without any. */
function delimiterOf(text: string): string {
  const first = (/^(?:"(?:[^"]|"")*"|[^"\n])*/.exec(text)?.[0] ?? "").replace(/"(?:[^"]|"")*"/g, "");
  const counts = DELIMITERS.map((each) => first.split(each).length - 1);
  const most = Math.max(...counts);
  return most === 0 ? "," : DELIMITERS[counts.indexOf(most)];
}

function csvProblem(error: Error & { lines?: number }, line: number): string {
  const at = error.lines === undefined ? line : line + error.lines - 1;
  return `cannot be read at line ${at}: ${error.message}`;
}

function isNumeric(cell: string): boolean {
  return cell.trim() !== "" && Number.isFinite(Number(cell));
}

function invalid(source: DataSource, problem: string, line?: number): UnrolledError {
  const place = line === undefined ? titleOf(source) : `${titleOf(source)}, line ${line}`;
  return new UnrolledError("invalid-file", { call: "readTable", problem: `${place} ${problem}` });
}

/** The whole text of a source: for what is no table. */
export async function wholeText(source: DataSource): Promise<string> {
  let text = "";
  for await (const chunk of textOf(source)) text += chunk;
  return text;
}
