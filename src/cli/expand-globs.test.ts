import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultCacheFolder } from "./cache-folder.ts";
import { expandGlobs } from "./expand-globs.ts";

let folder = "";
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unrolled-globs-"));
  await mkdir(at("below/.hidden"), { recursive: true });
  for (const name of [
    "b.txt",
    "a.txt",
    "c.md",
    "[1].txt",
    "below/d.txt",
    "below/.e.txt",
    "below/.hidden/f.txt",
  ])
    await writeFile(at(name), name);
});
afterAll(() => rm(folder, { recursive: true }));

describe("expandGlobs", () => {
  it("puts what a pattern matches in its place, sorted, without what is hidden", async () => {
    expect(await expandGlobs(["first", at("*.txt"), "-", at("**/d*")])).toEqual([
      "first",
      ...["[1].txt", "a.txt", "b.txt"].map(at),
      "-",
      at("below/d.txt"),
    ]);
    expect(await expandGlobs([at("**/*.txt")])).toEqual(["[1].txt", "a.txt", "b.txt", "below/d.txt"].map(at));
  });

  it("takes relative patterns", async () => {
    const here = relative(process.cwd(), folder);
    expect(await expandGlobs([`${here}/{a,c}.*`])).toEqual([`${here}/a.txt`, `${here}/c.md`]);
  });

  it("takes a file of that very name as it is, and names without a pattern even if nothing is there", async () => {
    expect(await expandGlobs([at("[1].txt"), at("gone.txt"), at("gone!")])).toEqual(
      ["[1].txt", "gone.txt", "gone!"].map(at),
    );
  });

  it("says which pattern matches nothing", async () => {
    await expect(expandGlobs([at("*.txt"), at("*.csv")])).rejects.toThrow(`no file matches ${at("*.csv")}`);
  });
});

it("the cache is in the user's, where that is said by an absolute path", () => {
  expect(defaultCacheFolder({ XDG_CACHE_HOME: "/caches" })).toBe("/caches/unrolled");
  for (const folder of ["", "relative", undefined])
    expect(defaultCacheFolder({ XDG_CACHE_HOME: folder })).toMatch(/^\/.*\/\.cache\/unrolled$/);
});
