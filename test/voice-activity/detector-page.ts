import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "vite";
import { packageNames } from "../../scripts/package-names.mjs";
import { serve } from "../browser.ts";
import { connectToBrowser } from "../shared-browser.ts";
import { DETECTOR } from "./detector-files.ts";

/** The examples on a page. */
export interface DetectorPage {
  /** What an example prints, run in the browser with the detector's files from the page's own server. */
  run(name: "voice-activity" | "voice-activity-onnx"): Promise<string>;
  close(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles the examples for browsers, where `page/files.ts` stands in for node:fs, into a folder, and opens it in Chromium. */
export async function openDetectorPage(folder: string, weights: string): Promise<DetectorPage> {
  await bundle({
    root: here("./page"),
    configFile: false,
    logLevel: "error",
    resolve: {
      alias: [{ find: "node:fs", replacement: here("./page/files.ts") }, ...packageNames("dist", "browser")],
    },
    worker: { format: "es" },
    build: { outDir: folder, emptyOutDir: true, target: "es2022" },
    plugins: [{ name: "examples do something", transform: keepExamples }],
  });
  for (const name of ["silero_vad_16k.safetensors", "test.wav"])
    copyFileSync(join(weights, name), join(folder, name));
  copyFileSync(join(DETECTOR, "silero_vad_16k_op15.onnx"), join(folder, "silero_vad_16k_op15.onnx"));
  const site = await serve(folder);
  const browser = await connectToBrowser();
  return {
    async run(name) {
      const page = await browser.newPage();
      try {
        await page.goto(site.url);
        return (await page.evaluate(`runExample(${JSON.stringify(name)})`)) as string;
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

/** The package says that its modules do nothing by themselves, or they would be left out; its examples do. */
function keepExamples(code: string, id: string) {
  return id.includes("/examples/") ? { code, moduleSideEffects: true, map: null } : undefined;
}
