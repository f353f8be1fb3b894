import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { finished } from "./cli/command.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What an example prints, run as a reader would run it, on the built package. It has to end well and print no error. */
export async function runExample(
  name: string,
  parameters: readonly string[] = [],
  input = "",
): Promise<string> {
  const script = ["--import=tsx", `examples/${name}`];
  const env = { ...process.env, TSX_TSCONFIG_PATH: "examples/tsconfig.json" };
  const child = spawn(process.execPath, [...script, ...parameters], { cwd: root, env });
  child.stdin.end(input);
  const { code, stdout, stderr } = await finished(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}
