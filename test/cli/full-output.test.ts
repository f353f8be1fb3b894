// Where standard output takes no more, every command ends with one line and exit code 1.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { required } from "../required.ts";
import {
  BUILD_MS,
  build,
  type Finished,
  finished,
  MAIN,
  SMALL,
  temporaryFolder,
  unrolled,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const TRAIN = ["train", "text.txt", "--steps", "4", ...SMALL];

beforeAll(async () => {
  build();
  writeText(at("text.txt"), 12_000);
  expect((await unrolled([...TRAIN, "--out", "model"], folder.path)).code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

/** Runs `unrolled` with its standard output into a file. */
function into(path: string, parameters: readonly string[]): Promise<Finished> {
  const file = openSync(path, "w");
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "", XDG_CACHE_HOME: `${folder.path}-cache` };
  const stdio = ["ignore", file, "pipe"] as const;
  const child = spawn(process.execPath, [MAIN, ...parameters], { cwd: folder.path, env, stdio: [...stdio] });
  closeSync(file);
  return finished(child);
}

describe.runIf(process.platform === "linux")("a full disk", () => {
  it.each([
    ["--help"],
    ["--version"],
    ["generate", "model", "--max-new-tokens", "3"],
    ["generate", "model", "--max-new-tokens", "3", "--json"],
    ["predict", "model", "the"],
    ["eval", "model", "text.txt"],
    ["info", "model"],
    ["reach", "model", "text.txt", "--json"],
    ["inspect", "model", "text.txt", "--out", "report"],
    ["convert", "model", "model.onnx"],
    [...TRAIN, "--out", "one"],
    [...TRAIN, "--out", "two", "--json"],
    [...TRAIN, "--out", "none", "--print-config"],
  ])("is said in one line by %s %s %s %s", async (...parameters) => {
    const { code, stderr } = await into("/dev/full", parameters);
    expect(code).toBe(1);
    const errors = stderr.split("\n").filter((line) => /error|^\s+at /i.test(line));
    expect(errors).toEqual(["error: standard output cannot be written: no space left on the device"]);
    expect(stderr.endsWith(`${errors[0]}\n`)).toBe(true);
  });
});

const disk = at("disk");
mkdirSync(disk);
const isMounted = required(
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]).status === 0,
  "a small file system, which root can mount",
);
afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
});

it.runIf(isMounted)("a disk that takes only the beginning is full too", async () => {
  writeFileSync(join(disk, "ballast"), Buffer.alloc(9000));
  const long = await unrolled(["train", "--help"], folder.path);
  expect(long.stdout.length).toBeGreaterThan(4096);
  const { code, stderr } = await into(join(disk, "help.txt"), ["train", "--help"]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "error: standard output cannot be written: no space left on the device\n",
  });
  expect(statSync(join(disk, "help.txt")).size).toBeLessThan(long.stdout.length);
  expect(long.stdout.startsWith(readFileSync(join(disk, "help.txt"), "utf8"))).toBe(true);
});
