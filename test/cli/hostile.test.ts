// What a hostile folder or a narrow machine does to a command: one line, exit code 1 or 2, at once, and nothing written.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MS, build, finished, MAIN, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const MODEL = fileURLToPath(new URL("../fixtures/folders/word-elman-relu-tied", import.meta.url));

beforeAll(() => {
  build();
  execFileSync("mkfifo", [at("pipe"), at("pipe.onnx"), at("pipe.json")]);
  writeFileSync(at("text.txt"), "words ".repeat(100));
  cpSync(MODEL, at("model"), { recursive: true });
  cpSync(MODEL, at("linked"), { recursive: true });
  execFileSync("mv", [at("linked", "tokenizer.json"), at("secret.json")]);
  symlinkSync("../secret.json", at("linked", "tokenizer.json"));
  cpSync(MODEL, at("piped"), { recursive: true });
  execFileSync("rm", [at("piped", "config.json")]);
  execFileSync("mkfifo", [at("piped", "config.json")]);
  cpSync(MODEL, at("absurd"), { recursive: true });
  const config = JSON.parse(readFileSync(at("absurd", "config.json"), "utf8"));
  writeFileSync(at("absurd", "config.json"), JSON.stringify({ ...config, num_layers: 1e300 }));
  mkdirSync(at("run"));
}, BUILD_MS);
afterAll(() => folder.remove());

it.each([
  [["info", "pipe"], "pipe is a pipe, needed a regular file"],
  [["info", "pipe.onnx"], "pipe.onnx is a pipe, needed a regular file"],
  [["info", "/dev/zero"], "/dev/zero is a device, needed a regular file"],
  [["convert", "pipe", "out.onnx"], "pipe is a pipe, needed a regular file"],
  [["info", "piped"], "is a pipe, needed a regular file"],
  [["predict", "piped", "a"], "is a pipe, needed a regular file"],
  [["predict", "linked", "a"], "tokenizer.json leads out of its folder, needed a file in it"],
  [["predict", "absurd", "a"], "numLayers is 1e+300, needed at most 1000"],
  [
    ["train", "/dev/zero", "--out", "out"],
    '/dev/zero is a device, needed a regular file, or "-" for standard input',
  ],
  [["train", "pipe", "--out", "out"], "pipe is a pipe, needed a regular file"],
  [["train", "text.txt", "--out", "out", "--tokenizer", "pipe.json"], "pipe.json is a pipe"],
  [
    ["train", "text.txt", "--out", "out", "--config", "pipe.json"],
    "pipe.json is a pipe, needed a regular file",
  ],
  [["train", "text.txt", "--out", "out", "--from", "linked"], "leads out of its folder"],
  [["eval", "model", "pipe"], "pipe is a pipe, needed a regular file"],
  [["sweep", "--config", "pipe.json", "--out", "out"], "pipe.json is a pipe, needed a regular file"],
])("%j", async (parameters, message) => {
  const { code, stdout, stderr } = await run(...parameters);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("mistake in unrolled");
  expect(stdout).toBe("");
  expect([1, 2]).toContain(code);
  expect(existsSync(at("out"))).toBe(false);
});

describe("a machine that gives no addresses", () => {
  it.runIf(process.platform === "linux")("is named, not blamed on this program", async () => {
    const command = `ulimit -v 4000000; exec "${process.execPath}" "${MAIN}" predict model the`;
    const { code, stderr } = await finished(spawn("sh", ["-c", command], { cwd: folder.path }));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: the system gives no room for a WebAssembly memory of 4096 MiB of addresses; [^\n]+\n$/,
    );
  });
});
