/** Aliases for Vite: `unrolled`, `unrolled/…` and `#platform` as files of the sources, or of what was compiled. */
export function packageNames(
  folder: "src" | "dist",
  platform: "node" | "browser",
): { find: string | RegExp; replacement: string }[];
