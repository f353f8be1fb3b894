import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { UnrolledError } from "../../errors.ts";
import { isOwnStream, kindOfSpecial } from "../../platform/node-files.ts";
import { manyAtOnce } from "./many-at-once.ts";

/** One file of a corpus, or a stream such as standard input. */
export interface TextSource {
  /** As it is named to people; "-" is standard input. */
  readonly path: string;
  /** Text is one document; of JSON lines each line is one. */
  readonly format: "text" | "json-lines";
  /** Whether the bytes are compressed by gzip. */
  readonly isCompressed: boolean;
  /** Of JSON lines: where the text is, "text" or a path of names with dots between them. */
  readonly field: string;
  /** Whether it can be read but once: standard input and pipes. */
  readonly isStream: boolean;
}

export interface TextSourcesOptions {
  /** Where the text of a JSON line is; "text" if not given. If it is given, standard input is taken for JSON lines. */
  readonly field?: string | undefined;
}

const JSON_LINES = /\.(jsonl|ndjson)(\.gz)?$/i;

/**
 * The sources that paths name, in their order: files as they are, the files of a folder and of the folders below it in the order
 * of their paths without hidden and empty ones, and standard input for "-". A name that ends in `.jsonl` or `.ndjson` is JSON lines; one that
 * ends in `.gz` is compressed. Pipes are read where the process was started with them (`/dev/fd/3`); other pipes, devices and sockets are
 * no texts.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" for a folder without files, a pipe, a device or a socket; "invalid-argument" for standard input twice
 */
export async function textSources(
  paths: readonly string[],
  options: TextSourcesOptions = {},
): Promise<TextSource[]> {
  const { field } = options;
  const sourceAt = (path: string, isStream: boolean): TextSource => ({
    path,
    format: JSON_LINES.test(path) || (path === "-" && field !== undefined) ? "json-lines" : "text",
    isCompressed: /\.gz$/i.test(path),
    field: field ?? "text",
    isStream,
  });
  const sources: TextSource[] = [];
  for (const path of paths) {
    if (path === "-") {
      sources.push(sourceAt(path, true));
      continue;
    }
    const found = await statOf(path);
    if (!found.isDirectory()) {
      if (!found.isFile() && !isOwnStream(path)) {
        throw new UnrolledError("invalid-file", {
          call: "textSources",
          problem: `${path} is ${kindOfSpecial(found)}, needed a regular file, or "-" for standard input`,
        });
      }
      sources.push(sourceAt(path, !found.isFile()));
      continue;
    }
    const files = await filesBelow(path, []);
    if (files.length === 0) {
      throw new UnrolledError("invalid-file", {
        call: "textSources",
        problem: `the folder ${path} holds no files with content`,
      });
    }
    for (const file of files) sources.push(sourceAt(file, false));
  }
  if (sources.filter(({ path }) => path === "-").length > 1) {
    throw new UnrolledError("invalid-argument", {
      call: "textSources",
      problem: 'paths has "-" twice, but standard input can be read once',
    });
  }
  return sources;
}

/**
 * A field is given in vain where nothing is JSON lines.
 *
 * @throws UnrolledError "invalid-argument"
 */
export function requireJsonLines(sources: readonly TextSource[], field: string): void {
  if (sources.some(({ format }) => format === "json-lines")) return;
  throw new UnrolledError("invalid-argument", {
    call: "textSources",
    problem: `field is ${JSON.stringify(field)}, but no path ends in .jsonl or .ndjson (or .gz after that) or is "-"`,
  });
}

/** Files with content below a folder, hidden ones left out, in the order of their paths' code units. */
async function filesBelow(folder: string, ancestors: readonly string[]): Promise<string[]> {
  const place = await realpath(folder);
  // A link to a folder that this one is in would go round for ever.
  if (ancestors.includes(place)) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(folder, error);
  });
  const shown = entries.filter(({ name }) => !name.startsWith("."));
  const found = await manyAtOnce(shown, async (entry) => {
    const path = join(folder, entry.name);
    const kind = await kindOf(path, entry);
    if (kind.isDirectory()) return filesBelow(path, [...ancestors, place]);
    return kind.isFile() && (await statOf(path)).size > 0 ? [path] : [];
  });
  return found.flat().sort();
}

async function kindOf(path: string, entry: Dirent): Promise<Dirent | Stats> {
  return entry.isSymbolicLink() ? await statOf(path) : entry;
}

async function statOf(path: string): Promise<Stats> {
  return await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
}

function unreadable(path: string, error: NodeJS.ErrnoException): UnrolledError {
  return error.code === "ENOENT"
    ? new UnrolledError("missing-file", { call: "textSources", problem: `${path} does not exist` })
    : new UnrolledError("invalid-file", {
        call: "textSources",
        problem: `${path} cannot be read: ${error.message}`,
      });
}
