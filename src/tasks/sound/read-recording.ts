import { openPlace } from "#platform";
import type { Frames } from "../../audio/frames.ts";
import { readHtkFeatures } from "../../audio/read-htk-features.ts";
import { readSphinxFeatures } from "../../audio/read-sphinx-features.ts";
import { readWav } from "../../audio/read-wav.ts";
import type { Sound } from "../../audio/sound.ts";
import { type DataSource, endingOf } from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";
import { decodePacked, PACKED_ENDINGS } from "./decode-packed.ts";

/** Numbers a frame of most files of Sphinx, which do not say it. */
const SPHINX_WIDTH = 13;

/** Readers of recordings by the endings of their files: of sound, or of features that were made of it. */
const READERS: Readonly<
  Record<string, (bytes: Uint8Array, featureWidth: number) => Sound | Frames | Promise<Sound>>
> = {
  ...Object.fromEntries(
    PACKED_ENDINGS.map((ending) => [ending, (bytes: Uint8Array) => decodePacked(bytes, ending)]),
  ),
  wav: readWav,
  wave: readWav,
  mfc: readSphinxFeatures,
  htk: readHtkFeatures,
  fea: readHtkFeatures,
};

/** Whether a source is a recording, by its ending. */
export function isRecording(source: DataSource): source is string {
  return typeof source === "string" && Object.hasOwn(READERS, endingOf(source));
}

/** Whether a recording is features, and no sound. */
export function isFeatures(recording: Sound | Frames): recording is Frames {
  return "values" in recording;
}

/**
 * What a file of sound or of features holds.
 *
 * @param featureWidth numbers a frame of files of Sphinx
 * @throws UnrolledError "missing-file"; "invalid-file" that names the file and what is wrong with it
 */
export async function readRecording(path: string, featureWidth = SPHINX_WIDTH): Promise<Sound | Frames> {
  const { bytes } = await openPlace("read", path);
  if (!bytes) throw new UnrolledError("invalid-file", { call: "read", problem: `${path} is a folder` });
  const read = Object.hasOwn(READERS, endingOf(path)) ? READERS[endingOf(path)] : readWav;
  try {
    return await read(bytes, featureWidth);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UnrolledError(error.code, { ...error.fields, place: path });
  }
}
