// The built explorer in a real browser, and what the numbers on it have to be: the model that it opens with, on the float64 reference.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { loadModel, openDevice } from "unrolled";
import { build } from "vite";
import { INITIAL_STATE, type PageState, stateToHash } from "../../web/state.ts";
import { openChromium, type Site, serve } from "../browser.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface Explorer {
  readonly browser: Browser;
  readonly site: Site;
  /** Opens the page in a state and waits until it shows what it has read. Errors of the page fail the test that closes it. */
  open(state?: Partial<PageState>, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Builds the page from its sources and serves it as any static host would. */
export async function openExplorer(): Promise<Explorer> {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-explorer-"));
  await build({
    configFile: path("../../web/vite.config.ts"),
    logLevel: "silent",
    build: { outDir: folder, emptyOutDir: true },
  });
  const [browser, site] = await Promise.all([openChromium(), serve(folder)]);
  return {
    browser,
    site,
    async open(state = {}, options = {}) {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 800 },
        reducedMotion: "reduce",
        ...options,
      });
      page.on("pageerror", (error) => {
        throw error;
      });
      await page.goto(`${site.url}#${stateToHash({ ...INITIAL_STATE, ...state })}`);
      await page.waitForFunction(
        "document.querySelector('main section') || document.querySelector('.problem')",
      );
      return page;
    },
    async close() {
      await browser.close();
      site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const MODEL = path("../../web/public/model/");

/** The model that the page opens with, in float64. */
export async function referenceModel() {
  const files = Object.fromEntries(
    ["config.json", "model.safetensors", "tokenizer.json"].map((name) => [
      name,
      readFileSync(join(MODEL, name)),
    ]),
  );
  return loadModel(files, { device: await openDevice({ backend: "reference" }), weights: "float32" });
}

/** The first number after "name" and "=", with a real minus or a hyphen. */
export function numberIn(text: string | null): number {
  const [, sign, digits] = /(?:=|:)\s*([−-]?)([\d.]+)/.exec(text ?? "") ?? [];
  return Number(digits) * (sign ? -1 : 1);
}
