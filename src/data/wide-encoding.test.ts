import { Buffer } from "node:buffer";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openTrainingText } from "../tasks/language/language-text.ts";
import { resolveSettings } from "../training/resolve-settings.ts";
import { readSource } from "./corpus/read-source.ts";
import { textSources } from "./corpus/text-source.ts";
import { readTexts } from "./files.ts";
import { wideEncoding } from "./wide-encoding.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-wide-"));
afterAll(() => rmSync(folder, { recursive: true }));

const littleEndian = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const bigEndian = (text: string) => new Uint8Array(Buffer.from(text, "utf16le").swap16());
const four = (text: string) => new Uint8Array(Uint32Array.from(text, (each) => each.codePointAt(0)!).buffer);

const ENGLISH = "It was the best of times, it was the worst of times.\n";
const RUSSIAN =
  "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n";

describe("the encoding of bytes that pass for UTF-8", () => {
  it.each([
    ["English", littleEndian(ENGLISH), "UTF-16LE"],
    ["English, the other way round", bigEndian(ENGLISH), "UTF-16BE"],
    ["a short text", littleEndian("hi"), "UTF-16LE"],
    ["Russian, whose spaces alone have zeros", littleEndian(RUSSIAN), "UTF-16LE"],
    ["Russian, the other way round", bigEndian(RUSSIAN), "UTF-16BE"],
    ["four bytes a character", four(ENGLISH), "UTF-32"],
  ] as const)("is told: %s", (_, bytes, encoding) => {
    expect(wideEncoding(bytes)).toBe(encoding);
    expect(wideEncoding(new TextDecoder().decode(bytes))).toBe(encoding);
  });

  it.each([
    ["plain text", ENGLISH],
    ["nothing", ""],
    ["a list that zeros end", "one\0two\0three\0four\0five\0six\0seven\0eight\0nine\0ten\0eleven\0"],
    ["a zero here and there", `${ENGLISH}\0${ENGLISH}\0`],
    ["nothing but zeros", "\0".repeat(100)],
  ])("is left alone: %s", (_, text) => {
    expect(wideEncoding(text)).toBeUndefined();
    expect(wideEncoding(new TextEncoder().encode(text))).toBeUndefined();
  });
});

describe("a text of another encoding", () => {
  const path = join(folder, "utf16.txt");
  writeFileSync(path, littleEndian(ENGLISH.repeat(20)));
  const problem = `${path} seems to be UTF-16LE without a byte order mark, needed UTF-8: most characters have a zero byte beside them`;

  it("is no text to train on, in a file or in memory", async () => {
    await expect(readTexts([path])).rejects.toMatchObject({ code: "invalid-utf8", problem });
    const [source] = await textSources([path]);
    const visitor = { piece: () => {}, endDocument: () => {} };
    const reading = { chunkBytes: 1 << 20, asBytes: false };
    await expect(readSource({ ...source, file: path }, visitor, reading)).rejects.toMatchObject({ problem });
    const text = new TextDecoder().decode(littleEndian(ENGLISH.repeat(20)));
    await expect(openTrainingText({ text }, resolveSettings({}), undefined)).rejects.toThrow(
      "train: the text has NUL beside most of its characters: it seems to be UTF-16LE that was read as UTF-8",
    );
  });

  it("is a row of bytes where bytes are asked for", async () => {
    const [source] = await textSources([path]);
    let bytes = 0;
    const visitor = {
      piece: (piece: string | Uint8Array) => {
        bytes += piece.length;
      },
      endDocument: () => {},
    };
    await readSource({ ...source, file: path }, visitor, { chunkBytes: 1 << 20, asBytes: true });
    expect(bytes).toBe(2 * 20 * ENGLISH.length);
  });
});
