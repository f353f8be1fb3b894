import { closeSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { requireRegular } from "../../platform/node-files.ts";
import { inputText, STANDARD_INPUT } from "../standard-input.ts";
import { AppendFile } from "./append-file.ts";

const READ_BYTES = 1 << 20;
const LINE_BREAK = 10;

/**
 * `log.jsonl`: what happened in a run, one JSON object a line, in order, a run's resumptions one after another. Lines are those of
 * `--json`, each with a `time`.
 */
export class RunLog {
  readonly #file: AppendFile;

  /**
   * Opens the log to write at its end; makes it if it is not there. Throws the system's error if it cannot be written;
   * `onFailure` is told, once, if that becomes so later.
   */
  static open(path: string, onFailure: (message: string) => void): RunLog {
    return new RunLog(new AppendFile(path, onFailure));
  }

  /**
   * Makes the log end with what happened up to `step`, for a run that is resumed from there: drops everything from the first
   * line of a later step on, or from a line that a kill left half written. One call of the system cuts the file, so a kill
   * leaves it cut or whole. A log that is not there stays so. An evaluation after `evaluatedAt`, if given, was made when the
   * run was ended there, and is dropped with all that follows.
   */
  static cutBack(path: string, step: number, evaluatedAt = step): void {
    let file: number;
    try {
      requireRegular(path);
      file = openSync(path, "r+");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    try {
      let kept = 0;
      for (const line of linesOf(file)) {
        const record = runRecord(line.text);
        if (!line.isWhole || record === undefined) continue;
        if (stepOf(record) > (record.type === "eval" ? evaluatedAt : step)) break;
        kept = line.end;
      }
      ftruncateSync(file, kept);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  /** Writes a line in the background. Await it: it resolves at once, unless the disk is far behind. */
  write(record: object): Promise<void> {
    const line = JSON.stringify({ ...record, time: new Date().toISOString() });
    return this.#file.append(new TextEncoder().encode(`${line}\n`));
  }

  /** Resolves when all is on the disk. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** One line of a log. Which keys there are depends on its type. */
export type RunRecord = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The records of a log, in order. A line that is no record, as a kill or a full disk leave it, is passed over. */
export function* readRunLog(path: string): Generator<RunRecord, void, undefined> {
  if (path === STANDARD_INPUT) {
    for (const text of inputText(path).split("\n")) {
      const record = runRecord(text);
      if (record) yield record;
    }
    return;
  }
  requireRegular(path);
  const file = openSync(path, "r");
  try {
    for (const { text } of linesOf(file)) {
      const record = runRecord(text);
      if (record) yield record;
    }
  } finally {
    closeSync(file);
  }
}

interface Line {
  readonly text: string;
  /** Bytes of the file up to here, the line break included. */
  readonly end: number;
  readonly isWhole: boolean;
}

/** Reads piece by piece: the log of a long run does not fit into one string. */
function* linesOf(file: number): Generator<Line, void, undefined> {
  const piece = Buffer.alloc(READ_BYTES);
  let rest: Uint8Array[] = [];
  let end = 0;
  for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
    let start = 0;
    for (
      let stop = piece.indexOf(LINE_BREAK);
      stop >= 0 && stop < length;
      stop = piece.indexOf(LINE_BREAK, start)
    ) {
      const line = Buffer.concat([...rest, piece.subarray(start, stop)]);
      rest = [];
      start = stop + 1;
      end += line.length + 1;
      yield { text: line.toString("utf8"), end, isWhole: true };
    }
    rest.push(Buffer.from(piece.subarray(start, length)));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield { text: last.toString("utf8"), end: end + last.length, isWhole: false };
}

function runRecord(line: string): RunRecord | undefined {
  try {
    const value = JSON.parse(line);
    return typeof value?.type === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The step after which a record was written; a run's start and end say it differently. */
function stepOf({ step, steps, type }: RunRecord): number {
  return Number((type === "end" ? steps : step) ?? 0);
}
