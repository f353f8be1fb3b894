// Where native kernels come from: the package for this platform first, if it is of this version, then what was compiled here.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PLATFORMS } from "../scripts/platforms.mjs";
import type { NativeModule } from "../src/platform/platform.ts";
import { BUILD_MS, build } from "./cli/command.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "unrolled-prebuilt-"));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const PREBUILT = `@unrolled/kernels-${process.platform}-${process.arch}`;

beforeAll(build, BUILD_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the package finds, installed beside kernels of a version, or none, and with or without an addon that was compiled here. */
async function foundWith(name: string, prebuilt: string | undefined, hasOwn: boolean): Promise<NativeModule> {
  const home = join(folder, name);
  for (const path of ["package.json", "dist/platform", "dist/errors.js"])
    cpSync(join(root, path), join(home, path), { recursive: true });
  if (hasOwn) {
    mkdirSync(join(home, "build"));
    cpSync(join(root, "build/unrolled.node"), join(home, "build/unrolled.node"));
  }
  if (prebuilt !== undefined) {
    const kernels = join(home, "node_modules", PREBUILT);
    mkdirSync(kernels, { recursive: true });
    writeFileSync(join(kernels, "package.json"), JSON.stringify({ version: prebuilt, main: "kernels.cjs" }));
    writeFileSync(join(kernels, "kernels.cjs"), 'exports.from = "the package";');
  }
  const { loadNative } = await import(pathToFileURL(join(home, "dist/platform/node.js")).href);
  return loadNative();
}

test("the platform's package is taken first", async () => {
  expect(await foundWith("both", version, true)).toEqual({ addon: { from: "the package" } });
  expect(await foundWith("alone", version, false)).toEqual({ addon: { from: "the package" } });
});

test("one of another version is not taken: its kernels may have other arguments", async () => {
  const found = await foundWith("other", "0.0.1", true);
  expect(found).toEqual({ addon: expect.objectContaining({ supported: expect.any(Function) }) });
  expect(await foundWith("other-alone", "0.0.1", false)).toEqual({
    problem: expect.stringContaining("were not built"),
  });
});

test("this platform is one of those that kernels are compiled for, each named as Node.js names it", () => {
  expect(Object.keys(PLATFORMS)).toContain(`${process.platform}-${process.arch}`);
  for (const [name, { os, arch }] of Object.entries(PLATFORMS)) expect(name).toBe(`${os}-${arch}`);
});
