import { afterEach, describe, expect, it, vi } from "vitest";
import { type ZippedFile, zipFile } from "../../test/zip-file.ts";
import { Allowance } from "./allowance.ts";
import { ByteReader } from "./byte-reader.ts";
import { crc32 } from "./crc32.ts";
import { openZip } from "./zip.ts";

// Both were written by Python's zipfile: a stored, a deflated and an empty file with a comment after all, and one whose sizes are in
// zip64 fields.
const PYTHON_FILE = Buffer.from(
  "UEsDBBQAAAAAAAAAIVCJ8rixCwAAAAsAAAAJAAAAcGxhaW4udHh0cGxhaW4gd29yZHNQSwMEFAAAAAgAAAAhUHw3oFsNAAAAGAEAABEAAABmb2xk" +
    "ZXIvcGFja2VkLnR4dCtITM5OTVEoGKVQKQBQSwMEFAAACAAAAAAhUAAAAAAAAAAAAAAAAAcAAABncsO2w59lUEsBAhQDFAAAAAAAAAAhUInyuLEL" +
    "AAAACwAAAAkAAAAAAAAAAAAAAIABAAAAAHBsYWluLnR4dFBLAQIUAxQAAAAIAAAAIVB8N6BbDQAAABgBAAARAAAAAAAAAAAAAACAATIAAABmb2xk" +
    "ZXIvcGFja2VkLnR4dFBLAQIUAxQAAAgAAAAAIVAAAAAAAAAAAAAAAAAHAAAAAAAAAAAAAACAAW4AAABncsO2w59lUEsFBgAAAAADAAMAqwAAAJMA" +
    "AAAJAGEgY29tbWVudA==",
  "base64",
);
const PYTHON_ZIP64_FILE = Buffer.from(
  "UEsDBC0AAAAAAAAAIVBqujfP//////////8JABQAbGFyZ2UuYmluAQAQAAUAAAAAAAAABQAAAAAAAAB6aXA2NFBLAQItAy0AAAAAAAAAIVBqujfP" +
    "BQAAAAUAAAAJAAAAAAAAAAAAAACAAQAAAABsYXJnZS5iaW5QSwUGAAAAAAEAAQA3AAAAQAAAAAAA",
  "base64",
);

const open = (bytes: Uint8Array, maxBytes?: number) =>
  openZip(new ByteReader("open", bytes), new Allowance("open", bytes.length, maxBytes));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const file = (name: string, content: string, deflated = false): ZippedFile => ({
  name,
  bytes: new TextEncoder().encode(content),
  deflated,
});

/** The archive with the number that `kind` and `index` name replaced. */
function broken(
  index: number,
  value: number,
  files = [file("a", "one"), file("b", "words ".repeat(9), true)],
) {
  const { bytes, places } = zipFile(files);
  const { offset, bytes: width } = places.at(index) as (typeof places)[number];
  const view = new DataView(bytes.buffer);
  if (width === 2) view.setUint16(offset, value, true);
  else view.setUint32(offset, value, true);
  return bytes;
}

it("crc32 of the digits that CRCs are compared by", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

describe("an archive", () => {
  it("of Python's zipfile is read", async () => {
    const archive = open(PYTHON_FILE);
    expect(archive.names).toEqual(["plain.txt", "folder/packed.txt", "größe"]);
    expect(text(await archive.read("plain.txt"))).toBe("plain words");
    expect(text(await archive.read("folder/packed.txt"))).toBe("packed ".repeat(40));
    expect((await archive.read("größe")).length).toBe(0);
    expect([archive.has("größe"), archive.has("toString")]).toEqual([true, false]);
    await expect(archive.read("toString")).rejects.toThrow('there is no file "toString" in the archive');
    expect(text(await open(PYTHON_ZIP64_FILE).read("large.bin"))).toBe("zip64");
  });

  it.each([false, true])("is read whether its numbers are in zip64 records or not (%s)", async (zip64) => {
    const large = "0123456789".repeat(30_000);
    const files = [file("plain", "one"), file("packed", large, true), file("empty", "", true)];
    const archive = open(zipFile(files, { zip64 }).bytes);
    expect(archive.names).toEqual(["plain", "packed", "empty"]);
    expect(text(await archive.read("packed"))).toBe(large);
    expect(text(await archive.read("plain"))).toBe("one");
    expect(text(await archive.read("empty"))).toBe("");
  });

  it("gives a stored file without copying it", async () => {
    const { bytes } = zipFile([file("a", "one")]);
    expect((await open(bytes).read("a")).buffer).toBe(bytes.buffer);
  });

  it("without files is one", () => {
    expect(open(zipFile([]).bytes).names).toEqual([]);
  });
});

/** Indexes of numbers in an archive of a stored and a deflated file: 10 to a local header, 16 to an entry of the directory. */
const LOCAL = 0;
const DIRECTORY = 20;
const [FLAGS, METHOD, CRC, COMPRESSED, SIZE, DISK, BEGIN] = [3, 4, 6, 7, 8, 12, 15];

describe("a damaged archive", () => {
  it.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(0), "this is no zip archive"],
    [
      "cut short",
      zipFile([file("a", "one")]).bytes.slice(0, -1),
      "this is no zip archive, or its end is missing",
    ],
    ["of several parts", broken(DIRECTORY + DISK, 1), "one part of several"],
    ["encrypted", broken(DIRECTORY + FLAGS, 1), 'file "a" is encrypted'],
    ["with a name twice", zipFile([file("a", "one"), file("a", "two")]).bytes, 'has the file "a" twice'],
    ["whose files overlap", broken(DIRECTORY + COMPRESSED, 20), 'file "b" overlaps the one before it'],
    [
      "whose file reaches too far",
      broken(DIRECTORY + 16 + COMPRESSED, 60),
      "reaches into the archive's directory",
    ],
    [
      "whose file is elsewhere",
      broken(DIRECTORY + BEGIN, 1),
      'file "a" has no header where the directory says',
    ],
    ["whose file is outside", broken(DIRECTORY + BEGIN, 1e9), 'file "a" is said to begin at byte 1000000000'],
    ["whose headers disagree", broken(LOCAL + 3, 8), 'file "a" is "a" by method 8 in its own header'],
    ["with too many entries", broken(-4, 1000), "one part of several"],
  ])("is refused: %s", (_, bytes, message) => {
    expect(() => open(bytes)).toThrow(
      expect.objectContaining({ code: "invalid-file", message: expect.stringContaining(message) }),
    );
  });

  it.each<[string, Uint8Array, string, string]>([
    ["a wrong CRC", broken(DIRECTORY + CRC, 1), "a", 'file "a" does not fit its CRC-32'],
    ["a wrong size", broken(DIRECTORY + SIZE, 4), "a", "is stored in 3 bytes, but is said to have 4"],
    ["more than it says", broken(DIRECTORY + 16 + SIZE, 53), "b", "decompresses to more than the 53 bytes"],
    [
      "less than it says",
      broken(DIRECTORY + 16 + SIZE, 55),
      "b",
      "decompresses to 54 bytes, but is said to have 55",
    ],
    [
      "an absurd size",
      broken(DIRECTORY + 16 + SIZE, 1 << 19),
      "b",
      "is said to have 524288 bytes, more than",
    ],
    ["a size beyond maxBytes", broken(DIRECTORY + 16 + SIZE, 1 << 30), "b", "takes 1073741824 bytes"],
    ["half its bytes", broken(DIRECTORY + 16 + COMPRESSED, 5), "b", 'file "b" cannot be decompressed'],
  ])("is refused where a file is read that has %s", async (_, bytes, name, message) => {
    await expect(open(bytes).read(name)).rejects.toThrow(
      expect.objectContaining({ code: "invalid-file", message: expect.stringContaining(message) }),
    );
  });

  it("names a method of compression that is not read", async () => {
    const bytes = broken(DIRECTORY + METHOD, 12);
    new DataView(bytes.buffer).setUint16(8, 12, true);
    await expect(open(bytes).read("a")).rejects.toThrow(
      "is compressed by method 12; only stored (0) and deflated (8)",
    );
  });

  it("is not decompressed without end: a bomb stops at what it is said to have", async () => {
    const bomb = zipFile([{ name: "bomb", bytes: new Uint8Array(1 << 23), deflated: true }]);
    const archive = open(bomb.bytes);
    await expect(archive.read("bomb")).rejects.toThrow("(maxBytes)");
    expect((await open(bomb.bytes, 1 << 24).read("bomb")).length).toBe(1 << 23);
    const size = bomb.places[10 + SIZE];
    new DataView(bomb.bytes.buffer).setUint32(size.offset, 1000, true);
    await expect(open(bomb.bytes).read("bomb")).rejects.toThrow("decompresses to more than the 1000 bytes");
  });
});

describe("without DecompressionStream", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("stored files are read, and compressed ones refused by a sentence that says why", async () => {
    vi.stubGlobal("DecompressionStream", undefined);
    const archive = open(PYTHON_FILE);
    expect(text(await archive.read("plain.txt"))).toBe("plain words");
    await expect(archive.read("folder/packed.txt")).rejects.toThrow(
      expect.objectContaining({
        code: "unsupported-backend",
        message: expect.stringContaining("Node.js has it from 20.12 on"),
      }),
    );
  });
});
