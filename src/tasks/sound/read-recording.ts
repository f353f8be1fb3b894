import { openPlace } from "#platform";
import { readWav } from "../../audio/read-wav.ts";
import type { Sound } from "../../audio/sound.ts";
import { UnrolledError } from "../../errors.ts";

/** Endings of files of sound. */
const ENDINGS = ["wav", "wave"];

/** Whether a path is a recording's, by its ending. */
export function isRecording(path: string): boolean {
  return ENDINGS.includes(/\.([A-Za-z0-9]+)$/.exec(path)?.[1].toLowerCase() ?? "");
}

/**
 * The sound of a file.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" that names the file and what is wrong with it
 */
export async function readRecording(path: string): Promise<Sound> {
  const { bytes } = await openPlace("read", path);
  if (!bytes) throw new UnrolledError("invalid-file", { call: "read", problem: `${path} is a folder` });
  try {
    return readWav(bytes);
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UnrolledError(error.code, { ...error.fields, place: path });
  }
}
