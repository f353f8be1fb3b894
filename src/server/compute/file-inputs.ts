// Files that are sent, as a model of a task takes them.
import { UnrolledError } from "../../errors.ts";

/** What a model is asked of, and what is known of it beside the answer. */
export interface FileInput {
  readonly input: unknown;
  readonly more: object;
}

/**
 * The picture in a file, for a model that describes pictures, and for others the sound.
 *
 * @throws UnrolledError "invalid-file" for bytes that hold none
 */
export async function inputOfFile(bytes: Uint8Array, task: string | undefined): Promise<FileInput> {
  if (task === "caption") {
    const { decodePicture } = await import("../../data/pictures/decode-picture.ts");
    return { input: await decodePicture(bytes, "the file"), more: {} };
  }
  const { readWav } = await import("../../audio/read-wav.ts");
  const sound = readWav(bytes);
  const durationSeconds = sound.channels[0].length / sound.sampleRateHz;
  return { input: sound, more: task === "transcribe" ? { durationSeconds } : {} };
}

/** What cannot be read is a mistake of who sends it. */
export function asMistake(error: unknown, input: unknown): unknown {
  if (!(error instanceof UnrolledError) || error.code !== "invalid-file") return error;
  const text = error.textFor();
  return new UnrolledError("invalid-argument", {
    problem: input instanceof Uint8Array ? [{ option: "file" }, `: ${text}`] : text,
  });
}
