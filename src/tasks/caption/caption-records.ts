// Data as people have them: a table whose rows have the file of a picture and what is said of it.
import { openFile } from "#platform";
import { decodePicture } from "../../data/pictures/decode-picture.ts";
import { type Picture, requirePicture, sizedPixels } from "../../data/pictures/picture.ts";
import { columnPlace } from "../../data/tables/column.ts";
import { type DataSource, titleOf } from "../../data/tables/data-source.ts";
import { readRows } from "../../data/tables/read-rows.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import type { CaptionSettings } from "./caption-options.ts";

/** A picture and a text about it. A picture has a name, by which texts about the same one are found. */
export interface CaptionRecord {
  readonly image: string;
  readonly picture: Picture;
  readonly text: string;
}

/** A picture as a network reads it: red, green and blue [3, height, width], 0 to 255, or the features of its places [C, rows·columns]. */
export type SeenPicture = Uint8Array | Float32Array;

/** A picture as networks read it, and all that is said of it. */
export interface PictureTexts<Seen extends SeenPicture = SeenPicture> {
  readonly image: string;
  readonly seen: Seen;
  readonly texts: readonly string[];
}

type Sizes = Pick<CaptionSettings, "imageWidth" | "imageHeight">;
type Columns = Pick<CaptionSettings, "image" | "text">;

/** How many missing files an error names. */
const MOST_NAMED = 20;

/**
 * Reads sources, and takes records as they are: each picture once, in the order in which they come.
 *
 * @throws UnrolledError "missing-file" that names all pictures that are not there; "invalid-file" for one that is none
 */
export async function picturesOf(
  entries: readonly (DataSource | CaptionRecord)[],
  settings: Sizes & Columns,
): Promise<readonly PictureTexts<Uint8Array>[]> {
  const found = new Map<string, { pixels?: Uint8Array; texts: string[] }>();
  const add = (image: string, text: string) => {
    const known = found.get(image) ?? { texts: [] };
    known.texts.push(text);
    found.set(image, known);
    return known;
  };
  for (const entry of entries) {
    if (!isSource(entry)) {
      requireRecord(entry);
      const known = add(entry.image, entry.text);
      known.pixels ??= sizedPixels(entry.picture, settings.imageWidth, settings.imageHeight);
      continue;
    }
    const table = await readRows(entry);
    const [image, text] = [
      columnPlace(table, settings.image, "image"),
      columnPlace(table, settings.text, "text"),
    ];
    for await (const { cells, line } of table.rows) {
      if (cells[image].trim() === "")
        throw new UnrolledError("invalid-file", {
          call: "train",
          problem: `${titleOf(entry)}, line ${line} has nothing in the column ${settings.image}, needed the file of a picture`,
        });
      add(besides(titleOf(entry), cells[image]), cells[text]);
    }
  }
  const missing: string[] = [];
  for (const [path, known] of found) {
    if (known.pixels) continue;
    const bytes = bytesAt(path);
    if (bytes) known.pixels = await pixelsOf(bytes, path, settings);
    else missing.push(path);
  }
  if (missing.length > 0) throw missingFiles(missing);
  if (found.size > 0)
    return [...found].map(([image, { pixels, texts }]) => ({ image, seen: pixels!, texts }));
  const titles = entries.filter((entry) => isSource(entry)).map(titleOf);
  throw new UnrolledError("invalid-argument", {
    call: "train",
    ...(titles.length === 0
      ? { subject: "data", got: "empty", needed: "a picture with a text" }
      : { problem: `there is no row in ${titles.join(" and ")}, needed a picture with a text` }),
  });
}

function requireRecord(record: CaptionRecord): void {
  if (typeof record?.image !== "string" || typeof record.text !== "string")
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: "an example lacks a part, needed { image, picture, text }: a name, pixels and a text",
    });
  requirePicture("train", record.picture);
}

/** The pixels of files, in their order; throws as `picturesOf` does. */
export async function pixelsOfFiles(
  paths: readonly string[],
  settings: Sizes,
): Promise<readonly Uint8Array[]> {
  const all = paths.map((path) => ({ path, bytes: bytesAt(path) }));
  const missing = all.filter(({ bytes }) => bytes === undefined).map(({ path }) => path);
  if (missing.length > 0) throw missingFiles(missing);
  const pixels: Uint8Array[] = [];
  for (const { path, bytes } of all) pixels.push(await pixelsOf(bytes!, path, settings));
  return pixels;
}

async function pixelsOf(bytes: Uint8Array, path: string, { imageWidth, imageHeight }: Sizes) {
  return sizedPixels(await decodePicture(bytes, path), imageWidth, imageHeight);
}

/** The bytes of a file; throws "missing-file" where there is none. */
export function fileNamed(path: string): Uint8Array {
  const file = openFile("read", path);
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  return bytes;
}

/** The same; undefined where there is none. */
export function bytesAt(path: string): Uint8Array | undefined {
  try {
    return fileNamed(path);
  } catch (error) {
    if (error instanceof UnrolledError && error.code === "missing-file") return undefined;
    throw error;
  }
}

/** A file's path, said in a table that lies beside it. */
function besides(table: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return path;
  return `${/^.*[/\\]/.exec(table)?.[0] ?? ""}${path}`;
}

function missingFiles(paths: readonly string[]): UnrolledError {
  const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : "";
  return new UnrolledError("missing-file", {
    call: "read",
    problem: `${paths.length === 1 ? "a picture is" : `${paths.length} pictures are`} missing: ${paths.slice(0, MOST_NAMED).join(", ")}${more}`,
  });
}
