import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What registers tsx in a thread. */
const REGISTER = "tsx/esm/api";

/**
 * Where a worker finds what loads TypeScript, if this process was started with tsx: Node.js hands a loader to workers by its name alone, and
 * tsx does nothing there unless it is called.
 */
export function nodeTypescript(): string | undefined {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)];
  for (const [index, flag] of flags.entries()) {
    const named = /^--(?:import|loader|require)(?:=(.*))?$/.exec(flag);
    const given = named ? (named[1] ?? flags[index + 1] ?? "") : "";
    if (!/^tsx(\/|$)|[\\/]tsx[\\/]/.test(given)) continue;
    const from = /^(file:|[\\/]|\w:)/.test(given) ? given : join(process.cwd(), "package.json");
    try {
      // What is required is another file than what is imported, and only that registers in a worker.
      return pathToFileURL(
        createRequire(from)
          .resolve(REGISTER)
          .replace(/\.cjs$/, ".mjs"),
      ).href;
    } catch {
      // A folder of that name, or a tsx of before it could be registered.
    }
  }
  return undefined;
}
