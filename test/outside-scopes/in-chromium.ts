import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { packageNames } from "../../scripts/package-names.mjs";
import { serve } from "../browser.ts";
import type { Looped, LoopKind, LoopSizes } from "./loop.ts";

/** The loop on a page of a browser. */
export interface LoopPage {
  loop(sizes: LoopSizes, kind: LoopKind, rounds: number, maxHeapBytes?: number): Promise<Looped>;
  close(): void;
}

/** Builds the page from sources and opens it. */
export async function openLoopPage(browser: Browser): Promise<LoopPage> {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-loop-"));
  await build({
    root: fileURLToPath(new URL(".", import.meta.url)),
    configFile: false,
    logLevel: "error",
    resolve: { alias: packageNames("src", "browser") },
    build: { outDir: folder, emptyOutDir: true },
  });
  const site = await serve(folder);
  const page = await browser.newPage();
  await page.goto(site.url);
  return {
    loop: (...given) => page.evaluate(`loop(...${JSON.stringify(given)})`),
    close() {
      site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
