// Sound, and the frames that a front end makes of it.
import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const RATES = [8000, 11025, 16000, 44100];
const NO_RATES = [0, -8000, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32];

function samples(w: World, length = w.whole(900, 0)): Float32Array {
  const numbers = Float32Array.from({ length }, () => w.random.uniformBetween(-1, 1));
  if (length > 0 && w.chance(0.05)) numbers[0] = w.pick([Number.NaN, 1e30]);
  return w.hostile(numbers, [[], new Float64Array(3)]);
}

function sound(w: World): u.Sound {
  const length = w.whole(900, 0);
  const channels = Array.from({ length: w.pick([1, 1, 2]) }, () => samples(w, length));
  return {
    sampleRateHz: w.hostile(w.pick(RATES), NO_RATES),
    channels: w.hostile(channels, [[], [samples(w, 3), samples(w, 4)]]),
  };
}

const rates = (w: World): u.Rates => ({
  fromHz: w.hostile(w.pick(RATES), NO_RATES),
  toHz: w.hostile(w.pick(RATES), NO_RATES),
});

const frontEnd = (w: World) => ({
  kind: w.hostile(w.pick(["fbank", "mfcc"]), ["plp", 1]),
  ...w.option("style", ["kaldi", "htk"]),
  ...w.option("sampleRateHz", RATES),
  ...w.option("windowMs", [10, 25]),
  ...w.option("hopMs", [5, 10]),
  ...w.option("window", ["povey", "hamming", "hann", "rectangular"]),
  ...w.option("filters", [3, 23, 40]),
  ...w.option("coefficients", [2, 12]),
  ...w.option("lowHz", [0, 100]),
  ...w.option("highHz", [2000, 4000]),
  ...w.option("energy", [true, false]),
  ...w.option("deltas", [0, 1, 2]),
  ...w.option("dither", [0, 1]),
});

export const audio: readonly Entry[] = [
  entry(
    "FrontEnd",
    (w) => [frontEnd(w), sound(w)],
    (options, heard) => u.frameCount(new u.FrontEnd(options).frames(heard)),
  ),
  entry(
    "FrontEnd.stream",
    (w) => [frontEnd(w), w.hostile(w.pick(RATES), NO_RATES), samples(w)],
    (options, rate, heard) => new u.FrontEnd(options).stream(rate).push(heard).values.length,
  ),
  entry("resample", (w) => [samples(w), rates(w)], u.resample),
  entry(
    "Resampler",
    (w) => [rates(w), samples(w)],
    (given, heard) => new u.Resampler(given).push(heard),
  ),
  entry("monoOf", (w) => [sound(w)], u.monoOf),
  entry("writeWav", (w) => [sound(w), w.option("bits", [16, 32])], u.writeWav),
  entry("frameCount", (w) => [{ width: 3, values: samples(w, 3 * w.whole(5, 0)) }], u.frameCount),
];
