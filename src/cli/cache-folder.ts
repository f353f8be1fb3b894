import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where token files are kept if --cache does not say: `unrolled` in the user's cache, which is $XDG_CACHE_HOME or ~/.cache (XDG Base Directory
 * Specification: a relative path does not count).
 */
export function defaultCacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const folder = environment.XDG_CACHE_HOME;
  return join(folder && isAbsolute(folder) ? folder : join(homedir(), ".cache"), "unrolled");
}
