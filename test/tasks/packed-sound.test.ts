// Files of FLAC, MP3 and Ogg are read by packages of their users' own; here stands one in their place.
import { expect, test } from "vitest";
import type { ImportPackage } from "../../src/import-package.ts";
import { decodePacked } from "../../src/tasks/sound/decode-packed.ts";
import { isRecording } from "../../src/tasks/sound/read-recording.ts";

const asked: string[] = [];
/** A package whose decoder gives `decoded`. */
const packageOf =
  (kind: string, method: "decode" | "decodeFile", decoded: object): ImportPackage =>
  async (name) => {
    asked.push(name);
    class Decoder {
      readonly ready = Promise.resolve();
      [method] = async (bytes: Uint8Array) => ({ ...decoded, bytes });
      free() {
        asked.push("freed");
      }
    }
    return { [kind]: Decoder };
  };
const SOUND = { channelData: [Float32Array.of(0.5, -0.5)], sampleRate: 8000 };

test.each([
  ["flac", "FLACDecoder", "decodeFile", "@wasm-audio-decoders/flac"],
  ["mp3", "MPEGDecoder", "decode", "mpg123-decoder"],
  ["ogg", "OggVorbisDecoder", "decodeFile", "@wasm-audio-decoders/ogg-vorbis"],
  ["opus", "OggOpusDecoder", "decodeFile", "ogg-opus-decoder"],
] as const)(".%s is read by %s of its package, which is freed", async (ending, kind, method, name) => {
  asked.length = 0;
  const sound = await decodePacked(Uint8Array.of(1), ending, packageOf(kind, method, SOUND));
  expect(sound).toEqual({ sampleRateHz: 8000, channels: [Float32Array.of(0.5, -0.5)] });
  expect(asked).toEqual([name, "freed"]);
  expect(isRecording(`talk.${ending.toUpperCase()}`)).toBe(true);
});

test("without the package the line that installs it is said", async () => {
  const none = () => Promise.reject(new Error("Cannot find package"));
  await expect(decodePacked(Uint8Array.of(1), "mp3", none)).rejects.toMatchObject({
    code: "invalid-file",
    message: expect.stringContaining("npm install mpg123-decoder"),
  });
});

test.each([
  ["errors", { ...SOUND, errors: [{ message: "lost sync" }] }, /damaged: lost sync/],
  ["no sample", { channelData: [new Float32Array(0)], sampleRate: 8000 }, /no sound of .flac/],
  ["no channel", { channelData: [], sampleRate: 8000 }, /no sound of .flac/],
  ["a rate of 0", { ...SOUND, sampleRate: 0 }, /rate is 0/],
  ["channels of two lengths", { ...SOUND, channelData: [SOUND.channelData[0], new Float32Array(1)] }, /2, 1/],
])("a file whose decoder gives %s is refused", async (_, decoded, message) => {
  const importing = packageOf("FLACDecoder", "decodeFile", decoded);
  const found = decodePacked(Uint8Array.of(1), "flac", importing);
  await expect(found).rejects.toThrow(message);
});

/** A page of Ogg with one packet. */
const page = (packet: string, flags = 0) => {
  const bytes = new Uint8Array(28 + packet.length);
  bytes.set(new TextEncoder().encode(`OggS\0${String.fromCharCode(flags)}`));
  bytes.set([1, packet.length], 26);
  bytes.set(new TextEncoder().encode(packet), 28);
  return bytes;
};
const file = (...pages: Uint8Array[]) => Uint8Array.from(pages.flatMap((each) => [...each]));

test.each([
  ["OpusHead", "OggOpusDecoder", "ogg-opus-decoder"],
  ["\x7fFLAC", "FLACDecoder", "@wasm-audio-decoders/flac"],
  ["\x01vorbis", "OggVorbisDecoder", "@wasm-audio-decoders/ogg-vorbis"],
])("an .ogg that begins with %j is read by what reads that", async (packet, kind, name) => {
  asked.length = 0;
  const bytes = file(page(packet), page("sound", 4));
  await decodePacked(bytes, "ogg", packageOf(kind, "decode", SOUND));
  expect(asked[0]).toBe(name);
});

test.each([
  ["within a page", file(page("OpusHead"), page("sound", 4)).subarray(0, -1)],
  ["within a header", file(page("OpusHead"), page("sound", 4)).subarray(0, 36 + 20)],
  ["before its last page", file(page("OpusHead"), page("sound"))],
])("an .ogg that ends %s is cut", async (_, bytes) => {
  const found = decodePacked(bytes, "ogg", packageOf("OggOpusDecoder", "decode", SOUND));
  await expect(found).rejects.toThrow(/cut: its last page is missing/);
});

test("a .flac with fewer samples than it says is cut", async () => {
  const bytes = new Uint8Array(42);
  bytes.set(new TextEncoder().encode("fLaC"));
  bytes.set([0xf0, 0, 0, 0, 2], 21);
  const importing = packageOf("FLACDecoder", "decode", SOUND);
  expect((await decodePacked(bytes, "flac", importing)).sampleRateHz).toBe(8000);
  bytes[25] = 3;
  await expect(decodePacked(bytes, "flac", importing)).rejects.toThrow(/cut: 2 of 3 samples/);
});

test("an empty file, and one that its decoder throws at, are refused by name", async () => {
  const importing = packageOf("MPEGDecoder", "decode", SOUND);
  await expect(decodePacked(new Uint8Array(0), "mp3", importing)).rejects.toThrow(/no sound of .mp3/);
  class Decoder {
    readonly ready = Promise.resolve();
    decode(): never {
      throw new TypeError("reading 'parseAll'");
    }
    free() {}
  }
  const found = decodePacked(Uint8Array.of(1), "mp3", async () => ({ MPEGDecoder: Decoder }));
  await expect(found).rejects.toMatchObject({
    code: "invalid-file",
    message: expect.stringContaining("its decoder refuses it: reading 'parseAll'"),
  });
});
