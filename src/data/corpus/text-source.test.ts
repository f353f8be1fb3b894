import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireJsonLines, textSources } from "./text-source.ts";

let folder = "";
const at = (name: string) => join(folder, name);
const plain = (path: string) => ({
  path,
  format: "text",
  isCompressed: false,
  field: "text",
  isStream: false,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unrolled-sources-"));
  await mkdir(at("texts/b/.hidden"), { recursive: true });
  await mkdir(at("nothing/deeper"), { recursive: true });
  for (const name of ["c.txt", "b/z.txt", "b/a.jsonl", "b/.hidden/x", ".hidden", "B.txt.gz"])
    await writeFile(at(`texts/${name}`), name);
  await writeFile(at("texts/empty.txt"), "");
  await writeFile(at("nothing/empty.txt"), "");
  await symlink(at("texts"), at("texts/b/circle"));
  await symlink(at("texts/c.txt"), at("texts/link"));
  execFileSync("mkfifo", [at("pipe")]);
});
afterAll(() => rm(folder, { recursive: true }));

describe("textSources", () => {
  it("tells files apart by their names", async () => {
    const names = ["a.txt", "b", "c.jsonl", "d.NDJSON.gz", "e.json", "f.gz"];
    for (const name of names) await writeFile(at(name), "x");
    const found = await textSources(names.map(at));
    expect(found.map(({ format, isCompressed }) => [format, isCompressed])).toEqual([
      ["text", false],
      ["text", false],
      ["json-lines", false],
      ["json-lines", true],
      ["text", false],
      ["text", true],
    ]);
    expect(found[0]).toEqual(plain(at("a.txt")));
  });

  it("finds the files of a folder in order, links followed once, what is hidden or empty left out", async () => {
    const found = await textSources([at("texts"), at("texts/c.txt")]);
    expect(found.map(({ path }) => path.slice(folder.length))).toEqual([
      "/texts/B.txt.gz",
      "/texts/b/a.jsonl",
      "/texts/b/z.txt",
      "/texts/c.txt",
      "/texts/link",
      "/texts/c.txt",
    ]);
  });

  it("takes standard input as a stream, with a field for JSON lines", async () => {
    expect(await textSources(["-"])).toEqual([{ ...plain("-"), isStream: true }]);
    expect((await textSources(["-"], { field: "body" }))[0]).toMatchObject({
      format: "json-lines",
      field: "body",
    });
  });

  it("says that a field is given in vain", async () => {
    const [text, lines] = await textSources([at("texts/c.txt"), at("texts/b/a.jsonl")]);
    expect(() => requireJsonLines([text], "body")).toThrow('field is "body", but no path ends in .jsonl');
    requireJsonLines([text, lines], "body");
  });

  it.each([
    ["nothing there", () => [at("gone.txt")], "gone.txt does not exist"],
    ["a part of the path that is a file", () => [at("texts/c.txt/below")], "cannot be read"],
    ["a folder without files", () => [at("nothing")], "nothing holds no files with content"],
    ["a pipe that somebody may never write to", () => [at("pipe")], "pipe is a pipe, needed a regular file"],
    ["a device", () => ["/dev/zero"], "/dev/zero is a device, needed a regular file"],
    ["standard input twice", () => ["-", "-"], '"-" twice'],
  ])("says what is wrong: %s", async (_, paths, message) => {
    await expect(textSources(paths())).rejects.toMatchObject({
      name: "UnrolledError",
      message: expect.stringContaining(message),
    });
  });
});
