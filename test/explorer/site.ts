// The built explorer in a real browser, and what the numbers on it have to be: the model that reads, on the float64 reference.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { openDevice, openModel } from "unrolled";
import { inject, onTestFinished } from "vitest";
import { INITIAL_STATE, type PageState, stateToHash } from "../../web/state.ts";
import { type Site, serve } from "../browser.ts";
import { connectToBrowser, PATIENCE_MS } from "../shared-browser.ts";

/** What the tests read unless they say otherwise: a text of the browser's declarations, with the model that has learned from them. */
export const READ = {
  model: "model/",
  other: "model/",
  text: "Returns the first element that is a descendant of node",
} as const;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface Explorer {
  readonly site: Site;
  /**
   * Opens the page in a state and waits until it shows what it has read. It is left when the test ends. An error of the page fails
   * the test.
   */
  open(state?: Partial<PageState>, options?: BrowserContextOptions): Promise<Page>;
  /** A new tab with nothing in it yet, closed when the test ends: for what changes the browser under the page. */
  tab(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Serves the page as any static host would, and keeps a page that a test has left for the next that wants one like it. */
export async function openExplorer(): Promise<Explorer> {
  const browser = await connectToBrowser();
  const site = await serve(inject("explorer"), { "cache-control": "max-age=3600" });
  const left = new Map<string, Page[]>();
  const newPage = async (options: BrowserContextOptions) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  };
  /** At the end of the test the page is left, by `leave`, unless it has met an error: then the test fails. */
  function watched(page: Page, leave: () => Promise<unknown>): Page {
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    onTestFinished(async () => {
      await (errors.length > 0 ? page.close() : leave());
      if (errors.length > 0) throw errors[0];
    });
    return page;
  }
  return {
    site,
    async tab(options = {}) {
      const page = await newPage(options);
      return watched(page, () => page.close());
    },
    async open(state = {}, options = {}) {
      const key = JSON.stringify(options);
      const page = left.get(key)?.pop() ?? (await newPage({ reducedMotion: "reduce", ...options }));
      watched(page, async () => {
        page.removeAllListeners();
        await page.evaluate("sessionStorage.clear()");
        // Ends whatever the page was at.
        await page.goto("about:blank");
        left.set(key, [...(left.get(key) ?? []), page]);
      });
      await page.goto(`${site.url}#${stateToHash({ ...INITIAL_STATE, ...READ, ...state })}`);
      await page.waitForFunction(
        "document.querySelector('main section') || document.querySelector('.problem')",
      );
      await atRest(page);
      return page;
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

/**
 * Waits until nothing on the page has moved for three frames, by when every figure has heard how wide it is: only then is a place
 * that is read from it the place that a pointer finds.
 */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const places = () =>
      Array.from(document.querySelectorAll("main *, .tour"), (element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x, y, width, height].join();
      }).join(";");
    let before = places();
    for (let still = 0; still < 3; ) {
      await new Promise(requestAnimationFrame);
      const now = places();
      still = now === before ? still + 1 : 0;
      before = now;
    }
  });
}

const MODEL = path("../../web/public/model/");

/** The model that the tests read with, in float64. */
export async function referenceModel() {
  const files = Object.fromEntries(
    ["config.json", "model.safetensors", "tokenizer.json"].map((name) => [
      name,
      readFileSync(join(MODEL, name)),
    ]),
  );
  return openModel(files, {
    device: await openDevice({ backend: "reference" }),
    weights: "float32",
    task: "language",
  });
}

/** The first number after "name" and "=", with a real minus or a hyphen. */
export function numberIn(text: string | null): number {
  const [, sign, digits] = /(?:=|:)\s*([−-]?)([\d.]+)/.exec(text ?? "") ?? [];
  return Number(digits) * (sign ? -1 : 1);
}

/** What the page writes as a number, with a real minus or a hyphen. */
export const numberOf = (text: string): number => Number(text.replaceAll("−", "-"));
