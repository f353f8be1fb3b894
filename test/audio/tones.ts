import { Generator } from "unrolled";
import type { Sound } from "unrolled/audio";

/** A sound of some tones and a little noise; the same one for the same seed. */
export function tones({ seconds = 1, sampleRateHz = 16000, channels = 1, seed = 1 } = {}): Sound {
  const generator = new Generator(seed);
  const samples = Math.round(seconds * sampleRateHz);
  return {
    sampleRateHz,
    channels: Array.from({ length: channels }, (_, channel) =>
      Float32Array.from({ length: samples }, (_, at) => {
        const time = at / sampleRateHz;
        const tone =
          Math.sin(2 * Math.PI * (220 + 40 * channel) * time) + 0.5 * Math.sin(2 * Math.PI * 1310 * time);
        return 0.3 * tone * Math.sin(Math.PI * (time / seconds)) + 0.01 * generator.normal();
      }),
    ),
  };
}
