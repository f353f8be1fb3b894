// Runs the built command line as a user would: in a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { setUp } from "../../scripts/setup.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const MAIN = join(root, "dist/cli/main.js");

/** As long as a set-up may take on a busy machine. */
export const BUILD_MS = 600_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiles what has changed since it was last compiled. */
export function build(): void {
  setUp();
}

/** A folder of its own for a file's tests, and what removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "unrolled-cli-"));
  const remove = () => {
    for (const folder of [path, `${path}-cache`]) rmSync(folder, { recursive: true, force: true });
  };
  return { path, remove };
}

/** Beside a temporary folder; what is called from elsewhere leaves nothing there. */
function cacheFor(cwd: string): string {
  return cwd.startsWith(tmpdir()) ? `${cwd}-cache` : join(tmpdir(), "unrolled-cli-cache");
}

/** Runs `unrolled` to its end. */
export function unrolled(parameters: readonly string[], cwd: string): Promise<Finished> {
  return finished(started(parameters, cwd));
}

/** What has been asked of this process, one command after the other. */
let asked: Promise<unknown> = Promise.resolve();

/** The same in this process, from the sources: quicker than starting another. */
export function unrolledHere(parameters: readonly string[], cwd: string): Promise<Finished> {
  const found = asked.then(() => runHere(parameters, cwd));
  asked = found.catch(() => {});
  return found;
}

async function runHere(parameters: readonly string[], cwd: string): Promise<Finished> {
  const { runCommand } = await import("../../src/cli/run-command.ts");
  const before = { folder: process.cwd(), exitCode: process.exitCode, atExit: process.listeners("exit") };
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text;
      return true;
    }),
  );
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("XDG_CACHE_HOME", cacheFor(cwd));
  try {
    process.chdir(cwd);
    const code = (await runCommand(parameters)) ?? Number(process.exitCode ?? 0);
    // What it leaves to the end of its process is done now.
    for (const listener of process.listeners("exit")) {
      if (before.atExit.includes(listener)) continue;
      process.off("exit", listener);
      listener.call(process, code);
    }
    return { code, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
    process.chdir(before.folder);
    process.exitCode = before.exitCode;
  }
}

export function started(parameters: readonly string[], cwd: string, main = MAIN): ChildProcess {
  return spawn(process.execPath, [main, ...parameters], {
    cwd,
    // A cache of its own: tests leave the user's alone.
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "", XDG_CACHE_HOME: cacheFor(cwd) },
  });
}

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The JSON lines of an output; throws if there is any other line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A text that is small, regular and not quite predictable; `characters` long. */
export function writeText(path: string, characters: number): void {
  const words = ["the", "next", "word", "needs", "those", "before", "it", "and", "memory", "carries", "them"];
  let text = "";
  for (let index = 0, at = 1; text.length < characters; index++) {
    at = (at * 7 + index) % 11;
    text += words[at] + (index % 9 === 8 ? ".\n" : " ");
  }
  writeFileSync(path, text.slice(0, characters));
}

/** Options for a model that trains in a fraction of a second, on one thread: starting others takes longer than it does. */
export const SMALL = [
  "--threads",
  "1",
  "--hidden-size",
  "16",
  "--embedding-size",
  "8",
  "--num-layers",
  "1",
  "--batch-size",
  "8",
  "--seq-length",
  "16",
];
