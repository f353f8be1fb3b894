import type { Frames } from "../../audio/frames.ts";
import type { Sound } from "../../audio/sound.ts";
import { UnrolledError } from "../../errors.ts";
import { readRecording } from "./read-recording.ts";
import type { RecordingEntry } from "./recording-entries.ts";

/** Files that an error names. */
const MOST_NAMED = 100;

/**
 * What each entry's file holds, one after the other.
 *
 * @throws UnrolledError "missing-file" that names all files that are not there, before anything of them is used; "invalid-file"
 */
export async function* readRecordings<Entry extends RecordingEntry>(
  entries: readonly Entry[],
  featureWidth?: number,
): AsyncGenerator<{ readonly entry: Entry; readonly recording: Sound | Frames }, void> {
  const missing: string[] = [];
  for (const entry of entries) {
    let recording: Sound | Frames | undefined;
    try {
      recording = await readRecording(entry.file, featureWidth);
    } catch (error) {
      if (!(error instanceof UnrolledError) || error.code !== "missing-file") throw error;
      missing.push(entry.place === entry.file ? entry.file : `${entry.file} (${entry.place})`);
    }
    if (recording && missing.length === 0) yield { entry, recording };
  }
  if (missing.length === 0) return;
  const named = missing.slice(0, MOST_NAMED).join("\n  ");
  const more = missing.length > MOST_NAMED ? `\n  and ${missing.length - MOST_NAMED} more` : "";
  throw new UnrolledError("missing-file", {
    call: "train",
    problem: `${missing.length} of ${entries.length} recordings are not there:\n  ${named}${more}`,
  });
}
