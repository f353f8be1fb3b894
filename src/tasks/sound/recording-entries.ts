// Which recordings there are and what is said of each: by a manifest, a table with a row for each, or by the files' places alone.
import { type DataSource, endingOf, isTable, titleOf } from "../../data/tables/data-source.ts";
import { readRows } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { FoundFiles } from "./found-files.ts";
import { isRecording } from "./read-recording.ts";

/** A recording that is named somewhere. */
export interface RecordingEntry {
  /** A path or a URL. */
  readonly file: string;
  /** What a manifest says of it, by column; undefined where there is none. */
  readonly cells: Readonly<Record<string, string>> | undefined;
  /** Where it is named, for errors: "digits.csv, line 3". */
  readonly place: string;
}

/** Where recordings are. */
export interface EntriesOptions {
  readonly manifest: string | null;
  readonly delimiter: string | null;
}

const FILE_COLUMNS = ["file", "path", "filename", "file_name", "wav", "audio", "audio_filepath", "recording"];

/**
 * The recordings of sources. Where there are tables, or a manifest, their rows are the recordings, whose files lie beside the table or are among
 * the sources; otherwise all files of sound are, in the order of the sources.
 *
 * @throws UnrolledError "invalid-argument" for sources without any, "invalid-file" for a table without a column of files
 */
export async function recordingEntries(
  sources: readonly DataSource[],
  { manifest, delimiter }: EntriesOptions,
): Promise<RecordingEntry[]> {
  const tables = [...(manifest === null ? [] : [manifest]), ...sources.filter(isTable)];
  const files = sources.filter(isRecording);
  const found = new FoundFiles(files);
  const entries =
    tables.length === 0
      ? files.map((file) => ({ file, cells: undefined, place: file }))
      : (await Promise.all(tables.map((table) => entriesOf(table, found, delimiter)))).flat();
  if (entries.length > 0) return entries;
  const endings = [...new Set(sources.map((source) => `.${endingOf(source)}`))].join(", ");
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: `no recording is among the files (${endings || "none"}), needed .wav, .flac, .mp3, .ogg, .mfc or .htk, or a table that names some`,
  });
}

async function entriesOf(
  source: DataSource,
  found: FoundFiles,
  delimiter: string | null,
): Promise<RecordingEntry[]> {
  const table = await readRows(source, { delimiter: delimiter ?? undefined });
  const column = table.columns.findIndex((name) => FILE_COLUMNS.includes(name.toLowerCase()));
  if (column < 0)
    throw new UnrolledError("invalid-file", {
      call: "train",
      problem: `${table.title} has the columns ${table.columns.join(", ")}, needed one that names files: ${FILE_COLUMNS.slice(0, 4).join(", ")}`,
    });
  const entries: RecordingEntry[] = [];
  for await (const { cells, line } of table.rows) {
    const named = cells[column].trim();
    const place = `${table.title}, line ${line}`;
    if (named === "")
      throw new UnrolledError("invalid-file", { call: "train", problem: `${place} names no file` });
    const own = Object.fromEntries(table.columns.map((name, at) => [name, cells[at].trim()]));
    entries.push({ file: found.pathOf(named, titleOf(source)), cells: own, place });
  }
  return entries;
}
