import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { CommandError } from "./failure.ts";

/**
 * Paths as a user gave them, with each glob pattern replaced by the files that it matches, sorted, hidden ones left out. What is
 * there under the very name, whatever characters that has, is taken as it is.
 */
export async function expandGlobs(paths: readonly string[]): Promise<string[]> {
  const expanded: string[] = [];
  for (const path of paths) {
    if (!/[*?[\]{}()!]/.test(path) || existsSync(path)) {
      expanded.push(path);
      continue;
    }
    const { glob, isDynamicPattern } = await import("tinyglobby");
    if (!isDynamicPattern(path)) {
      expanded.push(path);
      continue;
    }
    const found = await glob(path, { absolute: isAbsolute(path), expandDirectories: false });
    if (found.length === 0) throw new CommandError(`no file matches ${path}`);
    for (const file of found.sort()) expanded.push(file);
  }
  return expanded;
}
