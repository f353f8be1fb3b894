// What bundlers are told of the names by which the package is imported: the files that they are, in `src` or compiled in `dist`.
import { fileURLToPath } from "node:url";

/** Aliases for Vite. */
export function packageNames(folder, platform) {
  const ending = folder === "src" ? "ts" : "js";
  const file = (path) => fileURLToPath(new URL(`../${folder}/${path}.${ending}`, import.meta.url));
  return [
    { find: "#platform", replacement: file(`platform/${platform}`) },
    {
      find: "#task-worker",
      replacement: file(`platform/${platform === "node" ? "node" : "browser-task-worker"}`),
    },
    { find: /^unrolled$/, replacement: file("index") },
    { find: /^unrolled\/(.*)$/, replacement: file("entries/$1") },
  ];
}
