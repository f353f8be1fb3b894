import { UnrolledError } from "unrolled";
import {
  FrontEnd,
  monoOf,
  readHtkFeatures,
  readSphinxFeatures,
  readWav,
  type Sound,
  writeWav,
} from "unrolled/audio";
import { describe, expect, it } from "vitest";
import { tones } from "./tones.ts";
import { wavFile } from "./wav-file.ts";

describe("readWav", () => {
  it("reads what writeWav writes", () => {
    const sound = tones({ seconds: 0.05, channels: 3, sampleRateHz: 44100 });
    expect(readWav(writeWav(sound, { bits: 32 }))).toEqual(sound);
    const read = readWav(writeWav(sound));
    for (const [channel, samples] of read.channels.entries())
      for (const [at, sample] of samples.entries())
        expect(Math.abs(sample - sound.channels[channel][at])).toBeLessThanOrEqual(0.5 / 32768);
  });

  it.each([
    ["8 bits", { bits: 8, data: [0, 128, 255] }, [-1, 0, 127 / 128]],
    ["16 bits", { bits: 16, data: [0x00, 0x80, 0xff, 0x7f] }, [-1, 32767 / 32768]],
    [
      "24 bits",
      { bits: 24, data: [0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0xff, 0xff, 0xff] },
      [-1, 2 ** -23, -(2 ** -23)],
    ],
    ["32 bits", { bits: 32, data: [0, 0, 0, 0x80, 0, 0, 0, 0x40] }, [-1, 0.5]],
    ["20 bits in 24", { bits: 20, data: [0x00, 0x00, 0x40] }, [0.5]],
    ["float32", { code: 3, bits: 32, data: [0, 0, 0x80, 0x3e, 0, 0, 0xc0, 0x7f] }, [0.25, 0]],
    ["float64", { code: 3, bits: 64, data: [0, 0, 0, 0, 0, 0, 0xd0, 0x3f] }, [0.25]],
    [
      "A-law",
      { code: 6, bits: 8, data: [0xd5, 0x55, 0xaa, 0x2a] },
      [8, -8, 32256, -32256].map((x) => x / 32768),
    ],
    [
      "μ-law",
      { code: 7, bits: 8, data: [0xff, 0x7f, 0x80, 0x00] },
      [0, 0, 32124, -32124].map((x) => x / 32768),
    ],
    ["extensible", { code: 1, bits: 16, extensible: true, data: [0, 0x40] }, [0.5]],
  ] as const)("reads %s", (_, file, wanted) => {
    expect([...readWav(wavFile(file)).channels[0]].map((each) => each + 0)).toEqual(wanted);
  });

  it("passes over other chunks, and reads to the end where the length is unknown", () => {
    const plain = wavFile({ bits: 16, data: [0, 0x40, 0, 0x20] });
    const chunk = new Uint8Array([...new TextEncoder().encode("LIST"), 3, 0, 0, 0, 1, 2, 3, 0]);
    const withChunk = new Uint8Array([...plain.slice(0, 36), ...chunk, ...plain.slice(36)]);
    const streamed = plain.slice();
    streamed.fill(0xff, 40, 44);
    for (const file of [withChunk, streamed]) expect([...readWav(file).channels[0]]).toEqual([0.5, 0.25]);
  });

  it("reads 8 channels of 96 kHz, whose mean is one", () => {
    const sound = tones({ seconds: 0.1, sampleRateHz: 96000, channels: 8 });
    const read = readWav(writeWav(sound, { bits: 32 }));
    expect([read.sampleRateHz, read.channels.length, read.channels[7].length]).toEqual([96000, 8, 9600]);
    const mean = read.channels.reduce((sum, channel) => sum + channel[100], 0) / 8;
    expect(monoOf(read)[100]).toBeCloseTo(mean, 6);
  });

  it.each([
    [
      "cut within its samples",
      wavFile({ data: [1, 2, 3, 4] }).slice(0, -2),
      "the file is cut: its samples take 4 bytes, 2 are there",
    ],
    ["cut within its header", wavFile({}).slice(0, 30), "truncated"],
    ["of no sample", wavFile({ data: [] }), "holds no sample"],
    ["of rate 0", wavFile({ rate: 0 }), "the file has 0 samples a second"],
    ["of no channel", wavFile({ channels: 0 }), "the file has 0 channels"],
    [
      "with ADPCM inside",
      wavFile({ code: 0x11, bits: 4 }),
      "the samples inside are compressed (ADPCM (IMA))",
    ],
    ["with MP3 inside", wavFile({ code: 0x55, bits: 16 }), "compressed (MP3)"],
    ["of 64-bit integers", wavFile({ bits: 64 }), "a sample (int) has 64 bits, needed 8, 16, 24, 32"],
    ["of blocks that do not fit", wavFile({ block: 3 }), "takes 3 bytes, needed 2 · 1"],
    ["without samples", wavFile({}).slice(0, 36), 'no chunk "data"'],
    [
      "that is none",
      new TextEncoder().encode("ID3 something else entirely, and long enough"),
      "does not begin as a WAV file does",
    ],
    ["of nothing", new Uint8Array(0), "does not begin as a WAV file does"],
    [
      "of 64-bit lengths",
      new TextEncoder().encode("RF64\u0000\u0000\u0000\u0000WAVE"),
      "the kind RF64 is not read",
    ],
  ])("refuses a file %s", (_, file, message) => {
    const read = () => readWav(file);
    expect(read).toThrow(UnrolledError);
    expect(read).toThrow(message);
  });
});

it("writeWav refuses channels of different lengths, and none", () => {
  const sound = (...lengths: number[]): Sound => ({
    sampleRateHz: 8000,
    channels: lengths.map((length) => new Float32Array(length)),
  });
  expect(() => writeWav(sound(3, 4))).toThrow(
    "writeWav: channels is lengths 3, 4, needed one or more lists of one length",
  );
  expect(() => writeWav(sound())).toThrow("lengths none");
  expect(() => monoOf(sound(3, 4))).toThrow("monoOf: channels");
  expect(() => writeWav(sound(0))).toThrow("writeWav: channels is no samples, needed one or more");
  expect(() => writeWav(sound(3), { bits: 65 as 16 })).toThrow("writeWav: bits is 65, needed 16 or 32");
  const list = { sampleRateHz: 8000, channels: [[0, 1] as unknown as Float32Array] };
  expect(() => monoOf(list)).toThrow("monoOf: samples is an array, needed a Float32Array");
});

it("what is no file and no sound is refused by name", () => {
  for (const read of [readWav, readSphinxFeatures, readHtkFeatures])
    for (const [bytes, got] of [
      ["some.wav", "a text"],
      [undefined, "undefined"],
      [new ArrayBuffer(64), "ArrayBuffer"],
    ])
      expect(() => read(bytes as unknown as Uint8Array)).toThrow(
        `${read.name}: bytes is ${got}, needed a Uint8Array of what the file holds`,
      );
  const samples = new Float32Array(9) as unknown as Sound;
  expect(() => monoOf(samples)).toThrow("monoOf: sound is Float32Array, needed an object");
  expect(() => writeWav(samples)).toThrow("writeWav: sound is Float32Array, needed an object");
  const frontEnd = new FrontEnd({ kind: "fbank" });
  expect(() => frontEnd.frames("some.wav" as unknown as Sound)).toThrow("FrontEnd.frames: sound is a text");
});
