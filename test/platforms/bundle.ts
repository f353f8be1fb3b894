// Bundles what uses the built package as bundlers for a platform do: by the conditions that it names, into one file.
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** What Cloudflare's own tool names. */
export const WORKERD = ["workerd", "worker", "browser", "import", "module"];

/** The text of one module. What it imports of WebAssembly it finds where `placeOf` says. */
export async function bundleFor(
  conditionNames: string[],
  input: string,
  placeOf: (path: string) => string,
): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(input, import.meta.url)),
    platform: "browser",
    checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
    resolve: {
      conditionNames,
      alias: { "unrolled/tensor": `${root}dist/entries/tensor.js`, unrolled: `${root}dist/index.js` },
    },
    plugins: [
      {
        name: "WebAssembly",
        resolveId: (name, importer) =>
          name.endsWith(".wasm")
            ? { id: placeOf(fileURLToPath(new URL(name, `file://${importer}`))), external: "absolute" }
            : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  await bundle.close();
  return output[0].code;
}
