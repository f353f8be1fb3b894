import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTexts } from "./files.ts";

let folder = "";
const at = (name: string) => join(folder, name);
const file = async (name: string, content: string | readonly number[]) => {
  await writeFile(at(name), typeof content === "string" ? content : Uint8Array.from(content));
  return at(name);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unrolled-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("readTexts", () => {
  it("reads files in order", async () => {
    const paths = [await file("one.txt", "one é\r\n"), await file("two.txt", "\ufefftwo \ufffd")];
    expect(await readTexts(paths)).toEqual([
      { path: paths[0], text: "one é\r\n" },
      { path: paths[1], text: "two \ufffd" },
    ]);
  });

  it.each([
    ["a stray byte", "ab\ncd\n", [0xff], "offset 6 (line 3)", "0xFF"],
    ["a sequence cut short by another character", "ü\ufffd", [0xe2, 0x28], "offset 5 (line 1)", "0xE2"],
    ["a sequence cut short by the end", "\ufeffx\n", [0xf0, 0x9f, 0x98], "offset 5 (line 2)", "0xF0"],
    ["half a surrogate pair", "😀", [0xed, 0xa0, 0x80], "offset 4 (line 1)", "0xED"],
    ["an overlong form", "", [0xc0, 0xaf], "offset 0 (line 1)", "0xC0"],
  ])("says where UTF-8 goes wrong: %s", async (name, before, bytes, place, byte) => {
    const path = await file(name, [...new TextEncoder().encode(before), ...bytes]);
    await expect(readTexts([path])).rejects.toMatchObject({
      code: "invalid-utf8",
      message: `readTexts: ${path} is not valid UTF-8: byte ${byte} at ${place}; convert it to UTF-8, or use { tokenizer: "byte" }, which takes any file`,
    });
  });

  it("names the file that cannot be used", async () => {
    const good = await file("good.txt", "good");
    await expect(readTexts([good, at("missing.txt")])).rejects.toMatchObject({
      code: "missing-file",
      message: `readTexts: ${at("missing.txt")} does not exist`,
    });
    await expect(readTexts([folder])).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringContaining("is a folder"),
    });
    await expect(readTexts([await file("empty", "")])).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringContaining("is empty"),
    });
    await expect(readTexts([join(good, "below")])).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringContaining("cannot be read"),
    });
  });
});
