// Which column is what, where nobody says: from names, and from what the first rows have.
import { columnPlace } from "../../data/tables/column.ts";
import { isMeantAsNumber } from "../../data/tables/number-cell.ts";
import type { RowsOfTable, TableRow } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import type { ClassifyColumns, RecordSettings } from "./classify-records.ts";

/** The column of labels among names: the one that is asked for, or else one that is called as such columns are. */
export function labelColumnOf(columns: readonly string[], asked: string | null): string | undefined {
  return columns.find((name) => (asked === null ? LABELS.includes(name.toLowerCase()) : name === asked));
}

const LOOKED_AT = 1000;
const LABELS = ["label", "labels", "class", "category", "target", "y", "sentiment", "intent", "activity"];

/** The columns that settings name or that were found out, and all rows of the table, those that were looked at too. */
export async function guessColumns(
  table: RowsOfTable,
  rows: RowsOfTable["rows"],
  settings: RecordSettings,
  known: ClassifyColumns | undefined,
): Promise<{ readonly columns: ClassifyColumns; readonly rows: AsyncIterable<TableRow> }> {
  if (known) return { columns: known, rows };
  const reading = rows[Symbol.asyncIterator]();
  const first: TableRow[] = [];
  while (first.length < LOOKED_AT) {
    const { value, done } = await reading.next();
    if (done) break;
    first.push(value);
  }
  const all = async function* () {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => reading };
  };
  return { columns: columnsOf(table, first, settings), rows: all() };
}

function columnsOf(
  table: RowsOfTable,
  first: readonly TableRow[],
  settings: RecordSettings,
): ClassifyColumns {
  const cellsOf = (name: string) => {
    const place = table.columns.indexOf(name);
    return first.map(({ cells }) => cells[place]);
  };
  const others = (...taken: readonly (string | null | undefined)[]) =>
    table.columns.filter((name) => !taken.includes(name));
  const meanLength = (name: string) => cellsOf(name).reduce((sum, cell) => sum + cell.length, 0);
  const distinct = (name: string) => new Set(cellsOf(name)).size;
  const { text: saidText, label: saidLabel, features, group } = settings;
  for (const [option, name] of [
    ["text", saidText],
    ["label", saidLabel],
  ] as const)
    if (name !== null) columnPlace(table, name, option);

  const named = table.columns.find((name) => LABELS.includes(name.toLowerCase()) && name !== saidText);
  const fewest = others(saidText, group).toSorted((left, right) => distinct(left) - distinct(right))[0];
  const label = saidLabel ?? named ?? fewest;
  if (label === undefined || table.columns.length < 2) {
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${table.title} has the column ${table.columns.join(", ")} alone, needed labels beside what is labelled`,
      advice: "files of texts are labelled by their names or folders, if they end in .txt",
    });
  }
  if (features.length > 0) return { label, features };
  const words = others(label, group).filter((name) => !cellsOf(name).every(isMeantAsNumber));
  const text = saidText ?? words.toSorted((left, right) => meanLength(right) - meanLength(left))[0];
  if (text !== undefined) return { label, text };
  return { label, features: others(label, group) };
}
