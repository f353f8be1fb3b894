// Frames of sound that comes in pieces are those of the whole, to the last bit.
import { Generator } from "unrolled";
import { FrontEnd, type FrontEndOptions, Resampler, resample } from "unrolled/audio";
import { describe, expect, it } from "vitest";
import { tones } from "./tones.ts";

/** A list cut at random places: many pieces of nothing and of one sample among them. */
function* pieces(samples: Float32Array, seed: number): Iterable<Float32Array> {
  const generator = new Generator(seed);
  for (let from = 0; from < samples.length; ) {
    const length = [0, 1, generator.integer(7), generator.integer(400), generator.integer(5000)][
      generator.integer(5)
    ];
    yield samples.subarray(from, from + length);
    from += length;
  }
}

const joined = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

const FRONT_ENDS: readonly FrontEndOptions[] = [
  { kind: "fbank", filters: 40, energy: true, deltas: 2 },
  { kind: "fbank", style: "htk", filters: 24, deltas: 1, energy: true },
  { kind: "mfcc", style: "htk", deltas: 2, deltaWindow: 3, zeroth: true },
  { kind: "mfcc", dither: 1, seed: 5, rawEnergy: false },
  { kind: "mfcc", windowMs: 10, hopMs: 25 },
];

describe("a stream of frames", () => {
  it.each(FRONT_ENDS)("%j gives the frames of the whole", (options) => {
    const frontEnd = new FrontEnd(options);
    for (const [sampleRateHz, seed] of [
      [16000, 1],
      [8000, 2],
      [44100, 3],
    ]) {
      const sound = tones({ seconds: 0.8, sampleRateHz });
      const { values, width } = frontEnd.frames(sound);
      expect(values.length / width).toBeGreaterThan(20);
      const stream = frontEnd.stream(sampleRateHz);
      const parts = Array.from(pieces(sound.channels[0], seed), (piece) => stream.push(piece));
      expect(joined([...parts, stream.finish()])).toEqual(values);
    }
  });

  it("gives a frame as soon as it is known", () => {
    const frontEnd = new FrontEnd({ kind: "fbank", deltas: 2 });
    expect(frontEnd.lookAhead).toBe(4);
    const stream = frontEnd.stream();
    const { channels } = tones({ seconds: 1 });
    // A frame of 400 samples is whole; it waits for four more, 160 apart.
    expect(stream.push(channels[0].subarray(0, 400 + 4 * 160 - 1)).length).toBe(0);
    expect(stream.push(channels[0].subarray(400 + 4 * 160 - 1, 400 + 4 * 160)).length).toBe(frontEnd.width);
  });

  it("has no frames of less than one, and repeats the only one there is for its differences", () => {
    const frontEnd = new FrontEnd({ kind: "fbank", filters: 3, deltas: 2 });
    const of = (samples: number) =>
      frontEnd.frames({ sampleRateHz: 16000, channels: [new Float32Array(samples).fill(0.5)] });
    expect(of(399).values.length).toBe(0);
    const { values } = of(400);
    expect(values.length).toBe(9);
    expect([...values.slice(3)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("resampling", () => {
  it.each([
    [44100, 16000],
    [8000, 16000],
    [96000, 16000],
    [48000, 44100],
    [16001, 16000],
    [767_999, 16000],
  ])("from %d to %d Hz in pieces gives the same bits", (fromHz, toHz) => {
    const { channels } = tones({ seconds: 0.25, sampleRateHz: fromHz });
    const whole = resample(channels[0], { fromHz, toHz });
    expect(whole.length).toBe(Math.ceil((channels[0].length * toHz) / fromHz));
    const resampler = new Resampler({ fromHz, toHz });
    const parts = Array.from(pieces(channels[0], 4), (piece) => resampler.push(piece));
    expect(joined([...parts, resampler.finish()])).toEqual(whole);
  });

  const tone = (hz: number, rate: number, seconds = 0.5) =>
    Float32Array.from({ length: seconds * rate }, (_, at) => Math.sin((2 * Math.PI * hz * at) / rate));

  it.each([
    [44100, 16000, 6800],
    [8000, 16000, 3400],
    [96000, 16000, 440],
    [16000, 44100, 6800],
  ])("from %d to %d Hz leaves a tone of %d Hz as it is", (fromHz, toHz, hz) => {
    const made = resample(tone(hz, fromHz), { fromHz, toHz });
    const wanted = tone(hz, toHz);
    let most = 0;
    for (let at = 400; at < made.length - 400; at++) most = Math.max(most, Math.abs(made[at] - wanted[at]));
    expect(most).toBeLessThan(1e-3);
  });

  it.each([
    [44100, 16000, 8100],
    [96000, 16000, 9000],
    [16000, 8000, 4050],
  ])("from %d to %d Hz takes a tone of %d Hz away, and does not fold it back", (fromHz, toHz, hz) => {
    const made = resample(tone(hz, fromHz), { fromHz, toHz });
    const most = Math.max(...made.slice(400, -400).map(Math.abs));
    expect(most).toBeLessThan(1e-3);
  });

  it("refuses rates that are none", () => {
    expect(() => new Resampler({ fromHz: 0, toHz: 16000 })).toThrow(
      "Resampler: fromHz is 0, needed samples a second",
    );
    expect(() => new Resampler({ fromHz: 44100.5, toHz: 16000 })).toThrow("whole numbers of Hz");
  });
});

describe("options that do not fit are refused by name", () => {
  it.each([
    [{ kind: "plp" }, 'kind is "plp", needed one of fbank, mfcc'],
    [{ kind: "fbank", filter: 3 }, '"filter" is not a known field'],
    [{ kind: "fbank", highHz: 9000 }, "highHz is 9000, needed at most half the rate, 8000"],
    [{ kind: "fbank", lowHz: 8000 }, "lowHz is 8000, needed less than highHz"],
    [{ kind: "mfcc", filters: 12 }, "coefficients is 12, needed fewer than filters, 12"],
    [{ kind: "fbank", windowMs: 0.1 }, "windowMs is 0.1, needed a frame of 4 to"],
    [{ kind: "fbank", hopMs: 0.01 }, "hopMs is 0.01, needed one sample at least"],
    [{ kind: "fbank", deltas: 3 }, "deltas is 3, needed 0, 1 or 2"],
    [{ kind: "fbank", warp: { factor: 1.1, lowHz: 100 } }, "warp.highHz is missing"],
  ])("%j", (options, message) => {
    expect(() => new FrontEnd(options as FrontEndOptions)).toThrow(message);
  });
});
