// npm start, npm test and npm run setup: what they do a second time, and what they refuse.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { BUILD_MS, build } from "./cli/command.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = (...parameters: string[]) =>
  spawnSync(process.execPath, parameters, { cwd: root, encoding: "utf8" });

beforeAll(() => build(), BUILD_MS);

it("a second set-up has nothing to do", () => {
  expect(node("scripts/setup.mjs")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(existsSync(join(root, "build/setup.lock"))).toBe(false);
});

it("npm start refuses what it does not know, before it does anything", () => {
  const { status, stdout, stderr } = node("scripts/start.mjs", "--agian");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe("error: npm start takes nothing but -- --again, got --agian\n");
});

it("the package's installation never fails", () => {
  expect(node("scripts/install.mjs")).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
