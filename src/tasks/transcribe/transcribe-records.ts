// Recordings with what is said in them, as people have them: a table of paths and texts, Sphinx's transcriptions, or a .txt beside each sound.
import { type DataSource, endingOf, isTable, linesOf, titleOf } from "../../data/tables/data-source.ts";
import { readRows } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import { FoundFiles } from "../sound/found-files.ts";
import { isRecording } from "../sound/read-recording.ts";
import type { TranscribeSettings } from "./transcribe-options.ts";

/** A sound, by its file or by frames of features that are there already [T][F], and what is said in it. */
export interface Utterance {
  readonly file: string;
  readonly frames?: { readonly width: number; readonly values: Float32Array } | undefined;
  readonly text: string;
  /** Those of one group stay in one part. */
  readonly group?: string | undefined;
}

type Columns = Pick<TranscribeSettings, "manifest" | "file" | "text" | "group" | "delimiter">;

/**
 * Reads sources. Tables, Sphinx's `.transcription` and the manifest of the settings say which sounds there are: a path is one of the files
 * that were given, by its end or by its name without endings, or lies beside the table. Without any of them each sound has a .txt of its name beside it.
 *
 * @throws UnrolledError "missing-file" that names all sounds that are not there
 */
export async function utterancesOf(
  entries: readonly (DataSource | Utterance)[],
  columns: Columns,
  { manifest = null }: { readonly manifest?: string | null } = {},
): Promise<readonly Utterance[]> {
  const utterances: Utterance[] = [];
  const sources: DataSource[] = [];
  for (const entry of entries) {
    if (isSource(entry)) sources.push(entry);
    else utterances.push(entry);
  }
  const lists = sources.filter(isList);
  if (manifest !== null) lists.push(manifest);
  const sounds = sources.filter(isRecording);
  if (lists.length > 0) {
    const found = new FoundFiles(sounds);
    const known = new Set(sounds);
    const missing: string[] = [];
    for (const list of lists)
      for await (const { file, ...rest } of entriesOf(list, columns)) {
        const path = found.pathOf(file, titleOf(list));
        if (known.has(path) || (await isThere(path))) utterances.push({ file: path, ...rest });
        else missing.push(file);
      }
    requireAll(missing);
  } else for (const sound of sounds) utterances.push(await withTextBeside(sound, sources));
  if (utterances.length > 0) return utterances;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: "data",
    got: "without a recording",
    needed:
      "sounds (.wav, .flac, .mp3, .ogg, .mfc, .htk) and a manifest of what is said in them, or a .txt beside each",
  });
}

function isList(source: DataSource): boolean {
  return isTable(source) || endingOf(source) === "transcription";
}

/** The rows of a list. */
function entriesOf(list: DataSource, columns: Columns): AsyncGenerator<Utterance, void> {
  return endingOf(list) === "transcription" ? ofTranscription(list) : ofTable(list, columns);
}

/** Sphinx's: `<s> WORDS </s> (name)`, the name being that of a file without its ending. */
async function* ofTranscription(list: DataSource): AsyncGenerator<Utterance, void> {
  for await (const { text, line } of linesOf(list)) {
    if (text.trim() === "") continue;
    const parts = /^(.*)\(([^()\s]+)\)\s*$/.exec(text);
    if (!parts)
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(list)}, line ${line} does not end in a name in parentheses`,
      });
    const words = parts[1]
      .split(/\s+/)
      .filter((word) => word !== "" && !/^(<\/?s>|<sil>|\+\+.*\+\+)$/i.test(word));
    yield { file: parts[2], text: words.join(" "), group: speakerOf(parts[2]) };
  }
}

/** AN4 names utterances `an251-fash-b`: place, speaker, part. */
function speakerOf(name: string): string | undefined {
  return /^[^-]+-([^-]+)-[^-]+$/.exec(name)?.[1];
}

async function* ofTable(list: DataSource, given: Columns): AsyncGenerator<Utterance, void> {
  const { title, columns, rows } = await readRows(list, { delimiter: given.delimiter ?? undefined });
  const file = columnOf(title, columns, "file", given.file, /^(file|path|audio|wav|filename|file_name)$/i, 0);
  const text = columnOf(title, columns, "text", given.text, /^(text|transcript|transcription|sentence)$/i, 1);
  const group = given.group === null ? undefined : columnOf(title, columns, "group", given.group, /$^/, 0);
  for await (const { cells } of rows)
    yield {
      file: cells[file],
      text: cells[text].trim(),
      ...(group === undefined ? {} : { group: cells[group] }),
    };
}

/** The column of a name that was said, or of one that is usual, or else at a place. */
function columnOf(
  title: string,
  columns: readonly string[],
  option: string,
  said: string | null,
  usual: RegExp,
  place: number,
): number {
  const at = said === null ? columns.findIndex((name) => usual.test(name)) : columns.indexOf(said);
  if (at >= 0) return at;
  if (said === null && place < columns.length) return place;
  throw new UnrolledError("invalid-file", {
    call: "train",
    subject: [{ option }],
    problem: `${title} has the columns ${columns.join(", ")}, needed ${said ?? "one of paths and one of texts"}`,
  });
}

function requireAll(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const [files, are] = missing.length === 1 ? ["file", "is"] : ["files", "are"];
  throw new UnrolledError("missing-file", {
    call: "train",
    problem: `${missing.length} ${files} of the manifest ${are} not there: ${missing.join(", ")}`,
  });
}

async function isThere(path: string): Promise<boolean> {
  const { openFile } = await import("#platform");
  try {
    openFile("train", path);
    return true;
  } catch (error) {
    // A folder is there; that it is no file is said where it is read.
    return !(error instanceof UnrolledError && error.code === "missing-file");
  }
}

async function withTextBeside(sound: string, sources: readonly DataSource[]): Promise<Utterance> {
  const path = sound.replace(/\.[A-Za-z0-9]+$/, ".txt");
  const beside =
    sources.find((source) => titleOf(source) === path) ?? ((await isThere(path)) ? path : undefined);
  if (beside === undefined)
    throw new UnrolledError("missing-file", {
      call: "train",
      problem: `${sound} has no ${path} beside it, and there is no manifest`,
    });
  const lines: string[] = [];
  for await (const { text } of linesOf(beside)) lines.push(text.trim());
  return { file: sound, text: lines.join(" ").trim() };
}
