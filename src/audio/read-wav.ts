import { ByteReader } from "../formats/byte-reader.ts";
import { fromALaw, fromMuLaw } from "./companding.ts";
import { requireBytes, type Sound } from "./sound.ts";
import { type WavHeader, wavHeader } from "./wav-header.ts";

/**
 * The sound in a WAV file: integers of 8, 16, 24 or 32 bits, floats of 32 or 64, A-law and μ-law, any number of channels, any rate. An
 * integer of b bits is divided by 2^(b−1). A header that does not say how many samples follow is read to the end of the file.
 *
 * @throws UnrolledError "invalid-file" for a file that is cut or damaged, holds no sample, or holds them compressed
 */
export function readWav(bytes: Uint8Array): Sound {
  requireBytes("readWav", bytes);
  const reader = new ByteReader("readWav", bytes);
  const header = wavHeader(reader);
  const { sampleRateHz, channels, bytesPerSample, data } = header;
  const samples = Math.floor(data.length / (bytesPerSample * channels));
  if (samples === 0) throw reader.invalid("the file holds no sample");
  const all = Array.from({ length: channels }, () => new Float32Array(samples));
  const sampleAt = sampleReader(header);
  for (const [channel, list] of all.entries()) {
    const step = bytesPerSample * channels;
    for (let at = 0, place = channel * bytesPerSample; at < samples; at++, place += step)
      list[at] = sampleAt(place);
  }
  return { sampleRateHz, channels: all };
}

/** A function that reads the sample at a byte. */
function sampleReader({ kind, bytesPerSample, data }: WavHeader): (place: number) => number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (kind === "a-law") return (place) => fromALaw(data[place]);
  if (kind === "mu-law") return (place) => fromMuLaw(data[place]);
  if (kind === "float")
    return bytesPerSample === 4
      ? (place) => finite(view.getFloat32(place, true))
      : (place) => finite(view.getFloat64(place, true));
  switch (bytesPerSample) {
    case 1:
      // The smallest are stored without a sign.
      return (place) => (data[place] - 128) / 128;
    case 2:
      return (place) => view.getInt16(place, true) / 32768;
    case 3:
      return (place) => ((view.getInt16(place + 1, true) << 8) | data[place]) / 8388608;
    default:
      return (place) => view.getInt32(place, true) / 2147483648;
  }
}

/** What is no number is silence. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
