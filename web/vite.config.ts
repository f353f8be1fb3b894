// The explorer as a static page: relative URLs, no server, any folder. `npx vite web` serves it, `npx vite build web` writes
// dist/explorer.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { declarationsFile } from "../scripts/declarations.mjs";
import { licencesOf } from "../scripts/licences.mjs";
import { packageNames } from "../scripts/package-names.mjs";

/** The library names its workers as they are once compiled; from sources they are the files that they are compiled from. */
const workersFromSources: Plugin = {
  name: "workers from sources",
  enforce: "pre",
  transform: (code, id) =>
    /\/src\/platform\/browser(-task-worker)?\.ts$/.test(id)
      ? code.replaceAll(/\/(browser(?:-task)?-worker)\.js/g, "/$1.ts")
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

const modules = new Set<string>();
/** What the page and its worker, which is bundled before it, are made of. */
const collected: Plugin = {
  name: "collected modules",
  generateBundle: (_, bundle) => {
    for (const file of Object.values(bundle))
      if (file.type === "chunk") for (const id of file.moduleIds) modules.add(id);
  },
};
const licences: Plugin = {
  name: "licences",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES", source: licencesOf([...modules]) });
  },
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [workersFromSources, declarations, collected, licences],
  resolve: { alias: packageNames("src", "browser") },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es", plugins: () => [workersFromSources, collected] },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
  build: {
    outDir: fileURLToPath(new URL("../dist/explorer", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
