// npm start, npm test and npm run setup: what they do a second time, and what they refuse.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPlaces, findChromium } from "../scripts/chromium.mjs";
import { BUILD_MS, build } from "./cli/command.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = (...parameters: string[]) =>
  spawnSync(process.execPath, parameters, { cwd: root, encoding: "utf8" });

beforeAll(() => build(), BUILD_MS);

it("a second set-up has nothing to do", () => {
  expect(node("scripts/setup.mjs")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(existsSync(join(root, "build/setup.lock"))).toBe(false);
});

describe("a browser to test with", () => {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-browsers-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  /** A program in the folder that ends with a code. */
  const program = (name: string, code: number) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
    return join(folder, name);
  };

  it("is the one at $CHROMIUM, which has to be there", () => {
    const path = program("my-browser", 1);
    expect(findChromium("linux", { CHROMIUM: path })).toBe(path);
    expect(() => findChromium("linux", { CHROMIUM: "/no/browser" })).toThrow(
      "CHROMIUM is /no/browser, which does not exist; needed the path of a Chromium or Chrome",
    );
  });

  it("is an installed one that runs, in the order of the path", () => {
    program("chromium", 1);
    const chrome = program("google-chrome", 0);
    expect(findChromium("linux", { PATH: folder })).toBe(
      existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : chrome,
    );
    program("chromium", 0);
    expect(findChromium("linux", { PATH: folder })).toBe(join(folder, "chromium"));
  });

  it("is looked for where each platform has it", () => {
    expect(chromiumPlaces("linux", { PATH: "/opt/bin" }).slice(0, 2)).toEqual([
      "/opt/bin/chromium",
      "/usr/bin/chromium",
    ]);
    expect(chromiumPlaces("darwin", { HOME: "/Users/ada" })).toEqual(
      expect.arrayContaining([
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium",
      ]),
    );
    expect(chromiumPlaces("win32", { PROGRAMFILES: "C:\\Program Files" })[0]).toBe(
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    );
  });
});

it("npm start refuses what it does not know, before it does anything", () => {
  const { status, stdout, stderr } = node("scripts/start.mjs", "--agian");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe("error: npm start takes nothing but -- --again, got --agian\n");
});

it("the package's installation never fails", () => {
  expect(node("scripts/install.mjs")).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
