import type { Sound } from "../../audio/sound.ts";
import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import { SoundReader, type SoundReading } from "./sound-reader.ts";

/** Samples of one channel. Older compilers read declarations that name this, and not the array with its type of buffer. */
export interface Samples extends Float32Array {}

/** Whether an input is sound: with its rate, or samples alone, which are at the rate of the front end. */
export function isHeard(input: unknown): input is Sound | Samples {
  return input instanceof Float32Array || (isRecord(input) && "sampleRateHz" in input && "channels" in input);
}

/**
 * The frames [T·F] of what is heard.
 *
 * @throws UnrolledError "invalid-argument" for a model that reads no sound; "invalid-file" for sound that is shorter than a frame
 */
export function framesOf(input: Sound | Samples, reading: SoundReading | undefined): Float32Array {
  if (!reading)
    throw new UnrolledError("invalid-argument", { call: "predict", problem: "the model reads no sound" });
  const reader = new SoundReader(reading);
  const { sampleRateHz } = reading.frontEnd;
  const sound = input instanceof Float32Array ? { sampleRateHz, channels: [input] } : input;
  return reader.frames(reader.recorded(sound, "the sound"), "the sound");
}
