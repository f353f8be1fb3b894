// Where data for a task lie: a file, or a text that is there already.
import { openFile } from "#platform";
import { UnrolledError } from "../../errors.ts";

/** A file by its path (Node alone; what ends in `.gz` is unpacked), or a text with a title that errors name. Plain data. */
export type DataSource = string | { readonly title: string; readonly text: string };

/** The title of what comes from standard input: what it is has to be told by its text. */
export const STANDARD_INPUT = "standard input";

const CHUNK_BYTES = 1 << 20;

/** What people know a source by. */
export function titleOf(source: DataSource): string {
  return typeof source === "string" ? source : source.title;
}

/**
 * The text of a source, piece by piece, without a byte-order mark.
 *
 * @throws UnrolledError "missing-file" for a path that is not there, "invalid-file" for one that cannot be read or is no UTF-8
 */
export async function* textOf(source: DataSource): AsyncGenerator<string, void, undefined> {
  if (typeof source !== "string") {
    yield source.text.replace(/^\uFEFF/, "");
    return;
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decoded = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new UnrolledError("invalid-file", { call: "read", problem: `${source} is no UTF-8 text` });
    }
  };
  for await (const bytes of bytesOf(source)) yield decoded(bytes);
  yield decoded();
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  if (!/\.gz$/i.test(path)) return yield* piecesOf(path);
  const pieces = piecesOf(path);
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  try {
    for await (const bytes of packed.pipeThrough(new DecompressionStream("gzip"))) yield bytes;
  } catch (error) {
    if (error instanceof UnrolledError) throw error;
    throw new UnrolledError("invalid-file", {
      call: "read",
      problem: `${path} is no sound gzip file: ${(error as Error).message}`,
    });
  }
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const file = openFile("read", path);
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const bytes = new Uint8Array(Math.min(CHUNK_BYTES, file.size - at));
    file.read(at, bytes);
    yield bytes;
  }
}

/** The lines of a source, without their ends, each with its number, from 1. */
export async function* linesOf(
  source: DataSource,
): AsyncGenerator<{ readonly text: string; readonly line: number }, void, undefined> {
  let rest = "";
  let line = 0;
  for await (const chunk of textOf(source)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      line += 1;
      yield { text: text.replace(/\r$/, ""), line };
    }
  }
  if (rest !== "") yield { text: rest.replace(/\r$/, ""), line: line + 1 };
}

/** The texts of a source that holds one a line, without the white space around them; lines of nothing else are none. */
export async function* textsByLine(source: DataSource): AsyncGenerator<string, void, undefined> {
  for await (const { text } of linesOf(source)) {
    const trimmed = text.trim();
    if (trimmed !== "") yield trimmed;
  }
}

/** The name of a source's file, without folders and endings: "French" of "names/French.txt". */
export function stemOf(source: DataSource): string {
  return titleOf(source)
    .replace(/^.*[/\\]/, "")
    .replace(/(\.[A-Za-z0-9]+)+$/, "");
}

/** The endings of a source's file, lower case, without `.gz`: "csv" of "a.CSV.gz". */
export function endingOf(source: DataSource): string {
  return /\.([A-Za-z0-9]+)$/.exec(titleOf(source).replace(/\.gz$/i, ""))?.[1].toLowerCase() ?? "";
}

/** Whether a source is JSON, by its ending, or standard input by its text. */
export function isJson(source: DataSource): boolean {
  return formatOf(source) === "json";
}

/** Whether a source is JSON lines, likewise. */
export function isJsonLines(source: DataSource): boolean {
  return ["jsonl", "ndjson"].includes(formatOf(source));
}

/** Whether a source is a table, likewise: what `readRows` reads. Of standard input this knows JSON lines alone. */
export function isTable(source: DataSource): boolean {
  return ["csv", "tsv"].includes(endingOf(source)) || isJsonLines(source);
}

/** Whether a source is standard input. */
export function isStandardInput(source: DataSource): source is Exclude<DataSource, string> {
  return typeof source !== "string" && source.title === STANDARD_INPUT;
}

function formatOf(source: DataSource): string {
  if (!isStandardInput(source)) return endingOf(source);
  const text = source.text.trimStart();
  if (!/^[[{]/.test(text)) return "";
  const end = text.indexOf("\n");
  const rest = end < 0 ? "" : text.slice(end).trim();
  return isJsonText(text.slice(0, end < 0 ? text.length : end)) && (text[0] === "{" || rest !== "")
    ? "jsonl"
    : "json";
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
