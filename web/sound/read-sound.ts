/** As many seconds as a picture has room for. */
const MOST_SECONDS = 60;

/** The samples of a sound's file, one channel at a rate, its first minute; the browser decodes what it can play. */
export async function readSound(bytes: Uint8Array, rateHz: number): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, 1, rateHz);
  const copy = Uint8Array.from(bytes).buffer;
  let sound: AudioBuffer;
  try {
    sound = await context.decodeAudioData(copy);
  } catch {
    throw new Error("The browser cannot read this sound; a WAV file is read by all.");
  }
  const channels = Array.from({ length: sound.numberOfChannels }, (_, index) => sound.getChannelData(index));
  const length = Math.min(sound.length, MOST_SECONDS * rateHz);
  return Float32Array.from(
    { length },
    (_, at) => channels.reduce((sum, samples) => sum + samples[at], 0) / channels.length,
  );
}

/** The largest magnitude in each of the chunks of a sound. */
export function loudness(samples: Float32Array, chunks: number): Float32Array {
  const length = samples.length / chunks;
  return Float32Array.from({ length: chunks }, (_, chunk) => {
    let most = 0;
    for (let at = Math.floor(chunk * length); at < (chunk + 1) * length; at++)
      most = Math.max(most, Math.abs(samples[at] ?? 0));
    return most;
  });
}
