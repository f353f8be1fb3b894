// The explorer as a static page: relative URLs, no server, any folder. `npx vite web` serves it, `npx vite build web` writes
// dist/explorer.
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

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

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [workersFromSources],
  resolve: {
    alias: {
      "#platform": source("platform/browser.ts"),
      "unrolled/inspect": source("inspect/index.ts"),
      unrolled: source("index.ts"),
    },
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
