import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSource } from "./read-source.ts";
import { textSources } from "./text-source.ts";

let folder = "";
const SIZES = [1, 2, 3, 4, 5, 7, 64, 1 << 20];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unrolled-reading-"));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

/** The documents of a file. No piece may be empty or end inside a character. */
async function documentsOf(
  path: string,
  {
    chunkBytes = 1 << 20,
    asBytes = false,
    field,
  }: { chunkBytes?: number; asBytes?: boolean; field?: string | undefined } = {},
): Promise<string[]> {
  const [source] = await textSources([path], { field });
  const documents: string[] = [];
  let pieces: string[] = [];
  const visitor = {
    piece(text: string | Uint8Array) {
      const piece = typeof text === "string" ? text : new TextDecoder("latin1").decode(text);
      expect(piece).not.toBe("");
      if (typeof text === "string") expect(piece).not.toMatch(/[\ud800-\udbff]$|^[\udc00-\udfff]/);
      pieces.push(piece);
    },
    endDocument() {
      documents.push(pieces.join(""));
      pieces = [];
    },
  };
  await readSource({ ...source, file: path }, visitor, { chunkBytes, asBytes });
  expect(pieces).toEqual([]);
  return documents;
}

const TEXT = "one é\r\n→ two 😀\ufeff\n\ufffd end 𝒳";

describe("a text", () => {
  it.each(SIZES)("is one document, its mark dropped, in chunks of %d", async (chunkBytes) => {
    const bytes = new TextEncoder().encode(`\ufeff${TEXT}`);
    expect(await documentsOf(await file("a.txt", bytes), { chunkBytes })).toEqual([TEXT]);
    expect(await documentsOf(await file("a.txt.gz", gzipSync(bytes)), { chunkBytes })).toEqual([TEXT]);
    const members = Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))]);
    expect(await documentsOf(await file("members.gz", members), { chunkBytes })).toEqual([TEXT]);
  });

  it.each(SIZES)("is any bytes as they are, in chunks of %d", async (chunkBytes) => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 101) % 256);
    const whole = new TextDecoder("latin1").decode(bytes);
    expect(await documentsOf(await file("bytes", bytes), { chunkBytes, asBytes: true })).toEqual([whole]);
    expect(await documentsOf(await file("b.gz", gzipSync(bytes)), { chunkBytes, asBytes: true })).toEqual([
      whole,
    ]);
  });

  it.each([
    ["a stray byte", "ab\ncd\n", [0xff], "offset 6 (line 3)", "0xFF"],
    ["a sequence cut short by another character", "ü\ufffd", [0xe2, 0x28], "offset 5 (line 1)", "0xE2"],
    ["a sequence cut short by the end", "\ufeffx\n", [0xf0, 0x9f, 0x98], "offset 5 (line 2)", "0xF0"],
    ["half a surrogate pair", "😀\n\n", [0xed, 0xa0, 0x80], "offset 6 (line 3)", "0xED"],
    ["an overlong form", "", [0xc0, 0xaf], "offset 0 (line 1)", "0xC0"],
  ])("that is no UTF-8 is said with the place: %s", async (name, before, bytes, place, byte) => {
    const content = Uint8Array.from([...new TextEncoder().encode(before), ...bytes]);
    for (const chunkBytes of SIZES) {
      for (const path of [
        await file(`${name}.txt`, content),
        await file(`${name}.txt.gz`, gzipSync(content)),
      ]) {
        await expect(documentsOf(path, { chunkBytes })).rejects.toMatchObject({
          code: "invalid-utf8",
          message: `prepareCorpus: ${path} is not valid UTF-8: byte ${byte} at ${place}; convert it to UTF-8, or use { tokenizer: "byte" }, which takes any file`,
        });
      }
    }
  });

  it("that is damaged by compression's standards is said", async () => {
    const whole = gzipSync(TEXT.repeat(100));
    const flipped = whole.map((byte, index) => (index === whole.length - 6 ? byte ^ 1 : byte));
    for (const [name, bytes] of Object.entries({
      "cut.gz": whole.subarray(0, whole.length - 20),
      "flipped.gz": flipped,
      "plain.gz": new TextEncoder().encode(TEXT),
    })) {
      await expect(documentsOf(await file(name, bytes))).rejects.toMatchObject({
        code: "invalid-file",
        message: expect.stringContaining(`${name} is no sound gzip file: `),
      });
    }
  });

  it.each([
    ["empty.txt", new Uint8Array()],
    ["mark.txt", "\ufeff"],
    ["empty.gz", gzipSync("")],
    ["empty.jsonl", "\n \r\n"],
    ["texts.jsonl", '{"text":""}'],
  ])("that is empty is said: %s", async (name, content) => {
    await expect(documentsOf(await file(name, content))).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringContaining(`${name} is empty`),
    });
  });
});

describe("JSON lines", () => {
  it.each(SIZES)("are a document each, in chunks of %d", async (chunkBytes) => {
    const texts = [TEXT, "a", "", "half \ud83d pair is kept as it is \ud83d.", "last"];
    const lines = texts.map((text, index) => JSON.stringify({ id: index, text }));
    lines.splice(2, 0, "", "  ");
    const content = `\ufeff${lines.join("\r\n")}`;
    const expected = texts.filter((text) => text !== "");
    expect(await documentsOf(await file("a.jsonl", content), { chunkBytes })).toEqual(expected);
    expect(await documentsOf(await file("a.ndjson", `${content}\n`), { chunkBytes, asBytes: true })).toEqual(
      expected,
    );
    expect(await documentsOf(await file("a.jsonl.gz", gzipSync(content)), { chunkBytes })).toEqual(expected);
  });

  it.each([
    ["body", { body: "x" }],
    ["a.b", { a: { b: "x" } }],
    ["a.b", { "a.b": "x", a: { b: "y" } }],
    ["a.b.c", { "a.b": { c: "x" } }],
    ["a.b.c", { a: { "b.c": "x" } }],
  ])("have their text in the field %s: %j", async (field, value) => {
    expect(await documentsOf(await file("field.jsonl", JSON.stringify(value)), { field })).toEqual(["x"]);
  });

  it.each([
    ["no JSON", "nonsense", undefined, "line 3 is not JSON: "],
    ["another value", '"text"', undefined, 'line 3 has no field "text"; field names the one with the text'],
    ["nothing", "null", undefined, 'line 3 has no field "text"'],
    ["no such field", '{"body":"x"}', undefined, 'line 3 has no field "text"'],
    ["what every object has", '{"body":"x"}', "constructor", 'line 1 has no field "constructor"'],
    ["a number", '{"text":12}', undefined, 'line 3 has 12 in field "text", needed text'],
    ["a long value", `{"text":[${"1,".repeat(99)}1]}`, undefined, ',1,... in field "text", needed text'],
  ])("say in which line something is wrong: %s", async (_, line, field, message) => {
    const path = await file("wrong.jsonl", `{"text":"fine"}\n\n${line}\n{"text":"fine"}`);
    await expect(documentsOf(path, { field, chunkBytes: 8 })).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringContaining(message),
    });
  });
});
