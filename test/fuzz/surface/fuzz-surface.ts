// The fuzzer of the library's own surface: random calls in a child process, so that one that ends the process is seen. Two backends
// must make the same of each, or both refuse it with an UnrolledError.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));
/** Cases for which a process lives. */
const CASES = 2_000;
const FAILURES_KEPT = 5;

export interface SurfaceOptions {
  readonly seed: number;
  /** How long to go on; CASES cases if not given. */
  readonly milliseconds?: number;
  /** Two names of backends. */
  readonly backends: readonly [string, string];
  /** Part of the names that are called; all if not given. */
  readonly only?: string;
  /** Cases that are run at most. */
  readonly cases?: number;
}

export interface SurfaceReport {
  readonly cases: number;
  /** How many calls made something, and how many were refused. */
  readonly made: number;
  readonly refused: number;
  /** The first few, each with the case's seed, its calls and what was wrong. */
  readonly failures: readonly string[];
}

interface Line {
  readonly seed?: number;
  readonly call?: string;
  readonly calls?: readonly string[];
  readonly problem?: string;
  readonly made?: number;
  readonly refused?: number;
  readonly next?: number;
}

/** The native kernels and those of WebAssembly; where this machine has no native ones, the reference. */
export function fuzzedBackends(native: object): readonly [string, string] {
  return "addon" in native ? ["native", "wasm"] : ["reference", "wasm"];
}

/** Calls the surface at random. */
export async function fuzzSurface(options: SurfaceOptions): Promise<SurfaceReport> {
  const { seed, milliseconds, backends, only = "" } = options;
  const end = milliseconds === undefined ? Infinity : performance.now() + milliseconds;
  const last = seed + (options.cases ?? (milliseconds === undefined ? CASES : Infinity));
  const failures: string[] = [];
  let [next, made, refused] = [seed, 0, 0];
  while (next < last && performance.now() < end && failures.length < FAILURES_KEPT) {
    const count = Math.min(CASES, last - next);
    const child = await run([
      next,
      count,
      Math.min(end - performance.now(), 2 ** 40),
      backends.join(),
      only,
      "",
    ]);
    for (const { seed: at, calls, problem } of child.lines)
      if (problem) failures.push(`seed ${at}: ${calls?.join("; ")}\n${problem}`);
    const ended = child.lines.find((line) => line.next !== undefined);
    made += ended?.made ?? 0;
    refused += ended?.refused ?? 0;
    if (ended) next = ended.next!;
    else {
      const at = child.lines.findLast((line) => line.seed !== undefined)?.seed ?? next;
      failures.push(`seed ${at}: ${await lastCall(at, backends, only)}\nthe process ended: ${child.how}`);
      next = at + 1;
    }
  }
  return { cases: next - seed, made, refused, failures: failures.slice(0, FAILURES_KEPT) };
}

/** The call over which a process ends in a case. */
async function lastCall(seed: number, backends: readonly [string, string], only: string): Promise<string> {
  const { lines } = await run([seed, 1, 2 ** 40, backends.join(), only, "calls"]);
  return lines.flatMap(({ call }) => (call ? [call] : [])).join("; ");
}

/** Runs a child to its end. */
function run(values: readonly (string | number)[]): Promise<{ lines: Line[]; how: string }> {
  const child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", CHILD, ...values.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const whole = output.slice(0, output.lastIndexOf("\n") + 1).trim();
      const lines = whole === "" ? [] : whole.split("\n").map((line) => JSON.parse(line) as Line);
      resolve({ lines, how: `${signal ?? `code ${code}`} ${errors.slice(0, 2000)}` });
    });
  });
}
