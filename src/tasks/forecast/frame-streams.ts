// Streams of frames: the keys that sound at each step of a piece, or the strokes of a pen.
import { columnPlace } from "../../data/tables/column.ts";
import { type DataSource, titleOf } from "../../data/tables/data-source.ts";
import { numberCell } from "../../data/tables/number-cell.ts";
import { readRows, wholeText } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import type { ForecastSettings } from "./forecast-options.ts";

/** A stream: F numbers for each of T frames. */
export interface FrameStream {
  /** [T·F]. */
  readonly values: Float32Array;
  readonly name: string | null;
}

/** Streams by the part that their file says they belong to. */
export interface FoundStreams {
  readonly train: readonly FrameStream[];
  readonly val?: readonly FrameStream[];
  readonly test?: readonly FrameStream[];
  readonly width: number;
}

/** The keys of a piano, from the lowest: MIDI 21 to 108. */
export const LOWEST_KEY = 21;
export const KEYS = 88;

/** A piece in code: the keys that sound at each step, as MIDI numbers. */
export type Piece = readonly (readonly number[])[];

/**
 * Reads pieces: JSON files with a list of pieces, or an object of such lists by their part (train, valid or validation, test). Each is
 * a list of steps, a step a list of MIDI numbers from 21 to 108.
 *
 * @throws UnrolledError "invalid-file" for anything else
 */
export async function readPieces(entries: readonly (DataSource | Piece)[]): Promise<FoundStreams> {
  const parts: { train: FrameStream[]; val: FrameStream[]; test: FrameStream[] } = {
    train: [],
    val: [],
    test: [],
  };
  for (const entry of entries) {
    if (Array.isArray(entry)) {
      parts.train.push(frames(entry, "data"));
      continue;
    }
    const source = entry as DataSource;
    const title = titleOf(source);
    let content: unknown;
    try {
      content = JSON.parse(await wholeText(source));
    } catch (error) {
      throw notPieces(title, `is no JSON: ${(error as Error).message}`);
    }
    const byPart = isRecord(content) ? content : { train: content };
    for (const [name, pieces] of Object.entries(byPart)) {
      const part = { train: "train", valid: "val", validation: "val", val: "val", test: "test" }[name] as
        | keyof typeof parts
        | undefined;
      if (!part || !Array.isArray(pieces)) throw notPieces(title, `has ${JSON.stringify(name)}`);
      for (const piece of pieces) parts[part].push(frames(piece, title));
    }
  }
  return {
    train: parts.train,
    width: KEYS,
    ...(parts.val.length > 0 ? { val: parts.val } : {}),
    ...(parts.test.length > 0 ? { test: parts.test } : {}),
  };
}

function frames(piece: unknown, title: string): FrameStream {
  if (!Array.isArray(piece) || piece.length === 0) throw notPieces(title, `has a piece ${shown(piece)}`);
  const values = new Float32Array(piece.length * KEYS);
  for (const [step, keys] of piece.entries()) {
    if (!Array.isArray(keys)) throw notPieces(title, `has a step ${shown(keys)}`);
    for (const key of keys) {
      if (!Number.isSafeInteger(key) || key < LOWEST_KEY || key >= LOWEST_KEY + KEYS)
        throw notPieces(title, `has the key ${shown(key)}`);
      values[step * KEYS + key - LOWEST_KEY] = 1;
    }
  }
  return { values, name: null };
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 40) ?? "undefined";
}

function notPieces(title: string, problem: string): UnrolledError {
  return new UnrolledError("invalid-file", {
    call: "train",
    problem: `${title} ${problem}; needed pieces as lists of steps, each a list of keys from ${LOWEST_KEY} to ${LOWEST_KEY + KEYS - 1}, by part (train, valid, test) if there are several`,
  });
}

/** The columns of a table of strokes where none are named. */
const STROKES = ["dx", "dy", "lift"];

/**
 * Reads pen strokes: tables whose rows are how far the pen went, dx and dy, and whether it was lifted then, 0 or 1. A file is a stream,
 * or several where a column says which rows belong together.
 *
 * @throws UnrolledError "invalid-file" with line and column for a cell that is no number, or a lift that is neither 0 nor 1
 */
export async function readStrokes(
  sources: readonly DataSource[],
  { target, series, delimiter }: Pick<ForecastSettings, "target" | "series" | "delimiter">,
): Promise<FoundStreams> {
  const names = target.length > 0 ? target : STROKES;
  if (names.length !== STROKES.length) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "target" }],
      got: names.join(", "),
      needed: "three columns: how far the pen goes to the right and down, and whether it is lifted",
    });
  }
  const streams = new Map<string, number[]>();
  for (const source of sources) {
    const table = await readRows(source, { delimiter: delimiter ?? undefined });
    const places = names.map((name) => columnPlace(table, name, "target"));
    const group = series === null ? -1 : columnPlace(table, series, "series");
    for await (const { cells, line } of table.rows) {
      const key = group < 0 ? table.title : cells[group];
      const own = streams.get(key) ?? [];
      if (own.length === 0) streams.set(key, own);
      const numbers = places.map((place) =>
        numberCell(cells[place], { title: table.title, line, column: table.columns[place] }),
      );
      if (numbers.some(Number.isNaN) || (numbers[2] !== 0 && numbers[2] !== 1)) {
        throw new UnrolledError("invalid-file", {
          call: "train",
          problem: `${table.title}, line ${line}: ${numbers.join(", ")}, needed two numbers and 0 or 1`,
        });
      }
      own.push(...numbers);
    }
  }
  const train = [...streams].map(([name, values]) => ({ name, values: Float32Array.from(values) }));
  return { train, width: STROKES.length };
}
