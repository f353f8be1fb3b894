// No thread keeps a process alive that has nothing left to do.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { finished } from "../cli/command.ts";

const script = fileURLToPath(new URL("./forgetful.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

/** A process that still runs after this long would run for ever. */
const NEVER_MS = 300_000;

test.each([
  ["team", "2 threads"],
  ["failure", "team: thread 2 of 2 died: it exited with code 3"],
  ["train", "2 threads"],
])("%s", async (name, stdout) => {
  const child = spawn(process.execPath, ["--import", "tsx", script, name], { cwd: root, timeout: NEVER_MS });
  expect(await finished(child)).toEqual({ code: 0, stdout, stderr: "" });
});
