// Data as people have them: two files whose lines belong together, or tables with a column for each side.
import { columnPlace } from "../../data/tables/column.ts";
import { type DataSource, endingOf, isTable, linesOf, titleOf } from "../../data/tables/data-source.ts";
import { type RowsOfTable, readRows } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import type { TranslateSettings } from "./translate-options.ts";

/** A text and what it becomes. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

type Columns = Pick<TranslateSettings, "sourceColumn" | "targetColumn">;

/**
 * Reads sources, and takes pairs as they are. Files that end in .tsv, .csv, .jsonl or .ndjson are tables; of others, two belong together.
 *
 * @throws UnrolledError "invalid-file" that names the line where two files part, or that has no target; "invalid-argument" for a file
 * without its other one, and for a column that there is not
 */
export async function translatePairs(
  entries: readonly (DataSource | Pair)[],
  columns: Columns,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let first: DataSource | undefined;
  for (const entry of entries) {
    if (!isSource(entry)) pairs.push(checked(entry));
    else if (isTable(entry)) for await (const pair of pairsOfTable(entry, columns)) pairs.push(pair);
    else if (first === undefined) first = entry;
    else {
      for await (const pair of alignedPairs(first, entry)) pairs.push(pair);
      first = undefined;
    }
  }
  if (first !== undefined)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `${titleOf(first)} has no file of targets behind it, needed sources and targets in turn, or tables (.tsv, .csv, .jsonl)`,
    });
  if (pairs.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      ...(entries.length === 0
        ? { subject: "data", got: "empty", needed: "a source with its target" }
        : { problem: `there is no pair in ${namesOf(entries)}, needed a source with its target` }),
    });
  return pairs;
}

function namesOf(entries: readonly (DataSource | Pair)[]): string {
  return entries
    .filter((entry) => isSource(entry))
    .map(titleOf)
    .join(" and ");
}

/** The lines of two files, one by one. */
async function* alignedPairs(sources: DataSource, targets: DataSource): AsyncGenerator<Pair, void> {
  const [left, right] = [linesOf(sources), linesOf(targets)];
  for (let line = 0; ; line++) {
    const [source, target] = [await left.next(), await right.next()];
    if (source.done && target.done) return;
    if (source.done || target.done) {
      const [ended, longer] = source.done ? [sources, targets] : [targets, sources];
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(ended)} ends after line ${line}, and ${titleOf(longer)} goes on, needed a target for each source`,
      });
    }
    yield { source: source.value.text.trim(), target: target.value.text.trim() };
  }
}

/** A .tsv has no heading, unless columns of it are named; its cells are what stands between tabs, quotes too. */
function pairsOfTable(table: DataSource, columns: Columns): AsyncGenerator<Pair, void> {
  const isPlain =
    endingOf(table) === "tsv" && !isNamed(columns.sourceColumn) && !isNamed(columns.targetColumn);
  return isPlain ? pairsBetweenTabs(table, columns) : pairsOfColumns(table, columns);
}

async function* pairsBetweenTabs(table: DataSource, columns: Columns): AsyncGenerator<Pair, void> {
  const [sourceAt, targetAt] = [Number(columns.sourceColumn ?? 1), Number(columns.targetColumn ?? 2)];
  requireTwo(columns, [sourceAt, targetAt], { title: titleOf(table), columns: [] });
  for await (const { text, line } of linesOf(table)) {
    if (text.trim() === "") continue;
    const cells = text.split("\t");
    const [source, target] = [cells[sourceAt - 1], cells[targetAt - 1]];
    if (source === undefined || target === undefined)
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(table)}, line ${line} has ${cells.length} ${cells.length === 1 ? "column" : "columns"} apart by tabs, needed a source in column ${sourceAt} and a target in column ${targetAt}`,
      });
    yield { source: source.trim(), target: target.trim() };
  }
}

async function* pairsOfColumns(source: DataSource, columns: Columns): AsyncGenerator<Pair, void> {
  const named = isNamed(columns.sourceColumn) || isNamed(columns.targetColumn);
  const table = await readRows(source, named ? { header: true } : {});
  const sourceAt = placeIn(table, columns, "source");
  const targetAt = placeIn(table, columns, "target");
  requireTwo(columns, [sourceAt + 1, targetAt + 1], table);
  for await (const { cells } of table.rows)
    yield { source: cells[sourceAt].trim(), target: cells[targetAt].trim() };
}

/** What is the source is not the target too, unless both are named. */
function requireTwo(
  { sourceColumn, targetColumn }: Columns,
  [source, target]: readonly [number, number],
  { title, columns }: Pick<RowsOfTable, "title" | "columns">,
): void {
  const isGiven = (column: Columns["sourceColumn"], side: string) =>
    (column ?? null) !== null || columns.includes(side);
  if (source !== target || (isGiven(sourceColumn, "source") && isGiven(targetColumn, "target"))) return;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: isGiven(targetColumn, "target") ? "sourceColumn" : "targetColumn" }],
    got: "not given",
    needed: `a column of ${title} beside ${columns[source - 1] ?? source}`,
  });
}

/** Whether a column is given by a name, and not by a number. */
function isNamed(column: Columns["sourceColumn"]): boolean {
  return typeof column === "string" && !/^[1-9]\d*$/.test(column);
}

function placeIn(table: RowsOfTable, columns: Columns, side: keyof Pair): number {
  const [option, first] = side === "source" ? (["sourceColumn", 1] as const) : (["targetColumn", 2] as const);
  const given = columns[option] ?? (table.columns.includes(side) ? side : first);
  if (isNamed(given)) return columnPlace(table, String(given), option);
  const place = Number(given) - 1;
  if (place < table.columns.length) return place;
  if ((columns[option] ?? null) === null)
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${table.title} has one column, ${table.columns.join()}, needed one of sources and one of targets`,
    });
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option }],
    got: String(given),
    needed: `one of the ${table.columns.length} columns of ${table.title}: ${table.columns.join(", ")}`,
  });
}

function checked(pair: Pair): Pair {
  if (typeof pair?.source === "string" && typeof pair.target === "string") return pair;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: "an example is no pair, needed { source, target } with two texts",
  });
}
