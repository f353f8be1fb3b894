// Stretches of a recording with what is heard in them, as Audacity's label tracks have them: a line each, when it begins and ends in seconds
// and its label, with tabs between.
import { openPlace } from "#platform";
import { UnrolledError } from "../../errors.ts";

/** A stretch of a recording; its end is where it is over. */
export interface SoundSegment {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly label: string;
}

/** What frames outside all stretches are. */
export const OUTSIDE = "none";

/** How frames follow each other. */
export interface FrameTimes {
  readonly hopMs: number;
  readonly windowMs: number;
}

/** The label of each of T frames: that of the stretch which its middle lies in; of several, the one that begins last. */
export function tagsOfFrames(
  segments: readonly SoundSegment[],
  steps: number,
  { hopMs, windowMs }: FrameTimes,
): string[] {
  const tags = new Array<string>(steps).fill(OUTSIDE);
  const frameAt = (seconds: number) =>
    Math.max(0, Math.min(steps, Math.ceil((seconds * 1000 - windowMs / 2) / hopMs)));
  const ordered = segments.toSorted((left, right) => left.startSeconds - right.startSeconds);
  for (const { startSeconds, endSeconds, label } of ordered)
    tags.fill(label, frameAt(startSeconds), Math.max(frameAt(startSeconds), frameAt(endSeconds)));
  return tags;
}

/**
 * The stretches in a file of labels.
 *
 * @throws UnrolledError "missing-file"; "invalid-file" for a line that is none, with its number
 */
export async function readSegments(path: string): Promise<SoundSegment[]> {
  const { bytes } = await openPlace("read", path);
  const lines = new TextDecoder()
    .decode(Uint8Array.from(bytes ?? []))
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  return lines.flatMap((line, at) => {
    // Lines that begin with a backslash say which frequencies were selected.
    if (line.trim() === "" || line.startsWith("\\")) return [];
    const [start, end, ...label] = line.trim().split(/\t| +/);
    const [startSeconds, endSeconds] = [Number(start), Number(end)];
    if (startSeconds >= 0 && endSeconds >= startSeconds && label.length > 0)
      return [{ startSeconds, endSeconds, label: label.join(" ").trim() }];
    throw new UnrolledError("invalid-file", {
      call: "read",
      problem: `${path}, line ${at + 1} is ${JSON.stringify(line.slice(0, 60))}, needed a begin and an end in seconds and a label`,
    });
  });
}
