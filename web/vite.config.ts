// The explorer as a static page: relative URLs, no server, any folder. `npx vite web` serves it, `npx vite build web` writes
// dist/explorer.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { declarationsFile } from "../scripts/declarations.mjs";

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** The library names its worker as it is once compiled; from sources it is the file that it is compiled from. */
const workersFromSources: Plugin = {
  name: "workers from sources",
  enforce: "pre",
  transform: (code, id) =>
    id.endsWith("/src/platform/browser.ts")
      ? code.replaceAll("/browser-worker.js", "/browser-worker.ts")
      : null,
};

/** Characters of the declarations that the page brings along to be learnt from. */
const DECLARATIONS = 200_000;

/** `virtual:declarations`: the text of `npm start`, or as much of it as a page may weigh. */
const declarations: Plugin = {
  name: "declarations",
  resolveId: (id) => (id === "virtual:declarations" ? id : null),
  load: (id) =>
    id === "virtual:declarations"
      ? `export const declarations = ${JSON.stringify(readFileSync(declarationsFile(), "utf8").slice(0, DECLARATIONS))};`
      : null,
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [workersFromSources, declarations],
  resolve: {
    alias: [
      { find: "#platform", replacement: source("platform/browser.ts") },
      { find: /^unrolled$/, replacement: source("index.ts") },
      { find: /^unrolled\/(.*)$/, replacement: source("entries/$1.ts") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", plugins: () => [workersFromSources] },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
  build: {
    outDir: fileURLToPath(new URL("../dist/explorer", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
