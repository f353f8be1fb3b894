// TensorFlow.js with its CPU backend, for scripts that make fixtures: bundled from bench's packages, since the published builds for
// Node leave out the chained operations that the layers need.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const ENTRY = `
  import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
  import "@tensorflow/tfjs-backend-cpu";
  export * from "@tensorflow/tfjs-core";
  export * from "@tensorflow/tfjs-layers";
`;

/** The module, as `import * as tf from "@tensorflow/tfjs"` would give it. `packages` is a folder with bench's node_modules. */
export async function tensorflow(packages) {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-tensorflow-"));
  try {
    const entry = join(packages, "tensorflow-entry");
    const bundle = await rolldown({
      input: entry,
      platform: "node",
      resolve: { mainFields: ["module", "main"] },
      plugins: [
        {
          name: "entry",
          resolveId: (id) => (id === entry ? entry : null),
          load: (id) => (id === entry ? ENTRY : null),
        },
      ],
      onLog: () => {},
    });
    const file = join(folder, "tensorflow.mjs");
    await bundle.write({ file, format: "esm" });
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
