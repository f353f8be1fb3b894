// Data as people have them, as records: a text with its labels, or a recording of numbers with a label for each step.
import { columnPlace } from "../../data/tables/column.ts";
import {
  type DataSource,
  isStandardInput,
  isTable,
  stemOf,
  textsByLine,
  titleOf,
} from "../../data/tables/data-source.ts";
import { numberCell } from "../../data/tables/number-cell.ts";
import { type RowsOfTable, readRows, wholeText } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import type { SoundReading } from "../sound/sound-reader.ts";
import { guessColumns } from "./classify-columns.ts";
import type { ClassifySettings } from "./classify-options.ts";
import { type SoundRecord, soundRecords } from "./classify-sounds.ts";

/** A text and its label, or its labels. */
export interface TextRecord {
  readonly text: string;
  readonly label: string | readonly string[];
  readonly group?: string | undefined;
}

/** A recording: F numbers at each of T steps, and a label for each step or one for all. */
export interface SeriesRecord {
  /** [T·F], step by step; NaN where one is missing. */
  readonly values: ArrayLike<number>;
  readonly label: string | readonly string[];
  readonly group?: string | undefined;
  /** The recording of sound that the numbers are frames of, and where its samples are kept, these. */
  readonly file?: string | undefined;
  readonly samples?: Float32Array;
}

/** What is given to learn from. */
export type ClassifyRecord = TextRecord | SeriesRecord | SoundRecord;

/** What a reader makes inputs of. */
export type ReadRecord = TextRecord | SeriesRecord;

/** Records, and what was found out about them. */
export interface FoundRecords {
  readonly records: readonly ReadRecord[];
  /** Which columns were read; none of folders. */
  readonly columns: ClassifyColumns | undefined;
}

/** The columns that are read: texts, or numbers. */
export interface ClassifyColumns {
  /** Not given where labels are not asked for. */
  readonly label?: string | undefined;
  readonly text?: string;
  readonly features?: readonly string[];
  /** Of recordings: what their features are. */
  readonly sound?: SoundReading;
}

/** What of the settings says how data are read. */
export type RecordSettings = Pick<
  ClassifySettings,
  "text" | "label" | "features" | "multiLabel" | "delimiter" | "group"
>;

/** Reads sources and takes records as they are: recordings of sound, or texts and tables. */
export function heardOrRead(
  entries: readonly (DataSource | ClassifyRecord)[],
  settings: ClassifySettings,
  known?: ClassifyColumns,
): Promise<FoundRecords> {
  return settings.audio || known?.sound
    ? soundRecords(entries, settings, known)
    : classifyRecords(entries, settings, known);
}

/** Reads sources and takes records as they are. `known` are the columns of what was read before, which these have to have too. */
export async function classifyRecords(
  entries: readonly (DataSource | ClassifyRecord)[],
  settings: RecordSettings,
  known?: ClassifyColumns,
): Promise<FoundRecords> {
  const records: ReadRecord[] = [];
  let columns = known;
  const isRead = tablesAmong(settings, known);
  const texts = entries.filter((entry) => isSource(entry) && !isRead(entry));
  const labelOf = labelsByPlace(texts as readonly DataSource[]);
  for (const entry of entries) {
    if (!isSource(entry)) records.push(readable(entry));
    else if (!isRead(entry)) for (const record of await recordsOfText(entry, labelOf)) records.push(record);
    else {
      const table = await readRows(entry, { delimiter: settings.delimiter ?? undefined });
      const rows: RowsOfTable["rows"] = table.rows;
      const begun = await guessColumns(table, rows, settings, columns);
      columns = begun.columns;
      const read = columns.features
        ? recordingsOf(table, begun.rows, columns, settings)
        : textsOf(table, begun.rows, columns, settings);
      for await (const record of read) records.push(record);
    }
  }
  if (records.length > 0) return { records, columns };
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: "data",
    got: "empty",
    needed: "an example",
  });
}

/** Which sources are tables: by their endings; standard input is one if its first line names a column that is asked for, or where nothing is. */
function tablesAmong(
  { text, label, features }: RecordSettings,
  known: ClassifyColumns | undefined,
): (source: DataSource) => boolean {
  const asked = known ? [known.label, known.text, ...(known.features ?? [])] : [text, label, ...features];
  const names = asked.filter((name) => name !== undefined && name !== null);
  const isNamed = (first: string) =>
    names.length === 0 ||
    first.split(/[,;\t|]/).some((cell) => names.includes(cell.trim().replace(/^"(.*)"$/, "$1")));
  return (source) =>
    isTable(source) || (isStandardInput(source) && isNamed(source.text.split(/\r?\n/, 1)[0]));
}

function readable(record: ClassifyRecord): ReadRecord {
  if (!("sound" in record)) return record;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: ["an example is a sound, needed ", { option: "audio" }],
  });
}

/** Files in folders of their own are texts, labelled by their folder; files side by side hold a text a line, labelled by their names. */
function labelsByPlace(
  sources: readonly DataSource[],
): (source: DataSource) => { label: string; isWhole: boolean } {
  const folderOf = (source: DataSource) => /([^/\\]*)[/\\][^/\\]*$/.exec(titleOf(source))?.[1] ?? "";
  const isWhole = new Set(sources.map(folderOf)).size > 1;
  return (source) => ({ label: isWhole ? folderOf(source) : stemOf(source), isWhole });
}

async function recordsOfText(
  source: DataSource,
  labelOf: ReturnType<typeof labelsByPlace>,
): Promise<TextRecord[]> {
  const { label, isWhole } = labelOf(source);
  if (isWhole) return [{ text: await wholeText(source), label }];
  const records: TextRecord[] = [];
  for await (const text of textsByLine(source)) records.push({ text, label });
  return records;
}

async function* textsOf(
  table: RowsOfTable,
  rows: RowsOfTable["rows"],
  columns: ClassifyColumns,
  settings: RecordSettings,
): AsyncGenerator<TextRecord, void> {
  const text = columnPlace(table, columns.text ?? "", "text");
  const { label, group } = placesOf(table, columns, settings);
  for await (const { cells, line } of rows) {
    yield { text: cells[text], label: labelOf(cells, label, { table, settings, line }), group: cells[group] };
  }
}

/** A file is a recording, or several if a column says which rows belong together. */
async function* recordingsOf(
  table: RowsOfTable,
  rows: RowsOfTable["rows"],
  columns: ClassifyColumns,
  settings: RecordSettings,
): AsyncGenerator<SeriesRecord, void> {
  const features = (columns.features ?? []).map((name) => columnPlace(table, name, "features"));
  const { label, group } = placesOf(table, columns, settings);
  let values: number[] = [];
  let labels: string[] = [];
  let current: string | undefined;
  const made = (): SeriesRecord => ({ values, label: labels, group: current ?? table.title });
  for await (const { cells, line } of rows) {
    const own: string | undefined = cells[group];
    if (labels.length > 0 && own !== current) {
      yield made();
      values = [];
      labels = [];
    }
    current = own;
    for (const place of features)
      values.push(numberCell(cells[place], { title: table.title, line, column: table.columns[place] }));
    labels.push(labelOf(cells, label, { table, settings, line }) as string);
  }
  if (labels.length > 0) yield made();
}

/** Where label and group stand; −1 for what is not asked for. */
function placesOf(table: RowsOfTable, { label }: ClassifyColumns, { group }: RecordSettings) {
  return {
    label: label === undefined ? -1 : columnPlace(table, label, "label"),
    group:
      group === null || (label === undefined && !table.columns.includes(group))
        ? -1
        : columnPlace(table, group, "group"),
  };
}

/** The label in a row's cell; "" where none is asked for. */
function labelOf(
  cells: readonly string[],
  place: number,
  {
    table,
    settings: { multiLabel },
    line,
  }: { readonly table: RowsOfTable; readonly settings: RecordSettings; readonly line: number },
): string | readonly string[] {
  if (place < 0) return "";
  const text = cells[place].trim();
  if (multiLabel !== null) return text === "" ? [] : text.split(multiLabel).map((each) => each.trim());
  if (text !== "") return text;
  throw new UnrolledError("invalid-file", {
    call: "train",
    problem: `${table.title}, line ${line}, column ${table.columns[place]} is empty, needed a label`,
  });
}

/** What sources hold without their labels, for a model that reads these columns. */
export async function unlabelledRecords(
  sources: readonly DataSource[],
  settings: ClassifySettings,
  columns: ClassifyColumns | undefined,
): Promise<readonly ReadRecord[]> {
  if (sources.length === 0) return [];
  if (columns) return (await heardOrRead(sources, settings, { ...columns, label: undefined })).records;
  const texts: ReadRecord[] = [];
  for (const source of sources) for await (const text of textsByLine(source)) texts.push({ text, label: "" });
  return texts;
}
