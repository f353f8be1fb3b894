import { UnrolledError } from "../errors.ts";
import { requireWhole } from "../whole-numbers.ts";
import { requireChannels, requireSampleRate, requireSound, type Sound } from "./sound.ts";

/** How samples are written. */
export interface WriteWavOptions {
  /** Integers of 16 bits, which cut off what is beyond −1 and 1, or floats of 32; 16 if not given. */
  readonly bits?: 16 | 32;
}

const HEADER_BYTES = 44;

/**
 * A sound as a WAV file.
 *
 * @throws UnrolledError "invalid-argument" for a rate that is no whole number, for bits that are neither, and for no samples or channels of different lengths
 */
export function writeWav(sound: Sound, { bits = 16 }: WriteWavOptions = {}): Uint8Array {
  const call = "writeWav";
  requireSound(call, sound);
  const { sampleRateHz, channels } = sound;
  requireWhole(call, "sampleRateHz", sampleRateHz, 1);
  requireSampleRate(call, "sampleRateHz", sampleRateHz);
  requireChannels(call, channels);
  const samples = channels[0].length;
  if (samples === 0)
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "channels",
      got: "no samples",
      needed: "one or more",
    });
  if (bits !== 16 && bits !== 32)
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "bits",
      got: String(bits),
      needed: "16 or 32",
    });
  const block = (bits / 8) * channels.length;
  const bytes = new Uint8Array(HEADER_BYTES + block * samples);
  const view = new DataView(bytes.buffer);
  const letters = (place: number, text: string) => {
    for (let at = 0; at < text.length; at++) bytes[place + at] = text.charCodeAt(at);
  };
  letters(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, bits === 16 ? 1 : 3, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * block, true);
  view.setUint16(32, block, true);
  view.setUint16(34, bits, true);
  letters(36, "data");
  view.setUint32(40, block * samples, true);
  let place = HEADER_BYTES;
  for (let at = 0; at < samples; at++)
    for (const channel of channels) {
      const sample = channel[at];
      if (bits === 16)
        view.setInt16(place, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true);
      else view.setFloat32(place, sample, true);
      place += bits / 8;
    }
  return bytes;
}
