// A team in a real browser: on a page that may share its memory with workers, and on one that may not.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { build as bundle } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageNames } from "../../scripts/package-names.mjs";
import { serve } from "../browser.ts";
import { connectToBrowser } from "../shared-browser.ts";
import type { PageResult } from "./page/page.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-team-"));
let browser: Browser;

beforeAll(async () => {
  await bundle({
    root: fileURLToPath(new URL("./page", import.meta.url)),
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    resolve: { alias: packageNames("dist", "browser") },
    build: { outDir: folder, emptyOutDir: true },
  });
  browser = await connectToBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Trains on 1 and on 2 threads of a page that is served with these headers. */
async function trained(headers: Readonly<Record<string, string>>): Promise<PageResult[]> {
  const site = await serve(folder, headers);
  const page = await browser.newPage();
  try {
    await page.goto(site.url);
    return await page.evaluate("(async () => [await trainOn(1), await trainOn(2)])()");
  } finally {
    await page.close();
    site.close();
  }
}

test("a page's own thread and a worker come to what the page comes to alone", async () => {
  const policies = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  };
  const [alone, both] = await trained(policies);
  expect([alone.threads, both.threads, both.reason]).toEqual([1, 2, undefined]);
  expect(alone.loss).toBeLessThan(2.5);
  expect(Math.abs(both.loss - alone.loss)).toBeLessThan(1e-4);
});

test("a page that is not cross-origin isolated trains on one thread, and says why", async () => {
  const [alone, both] = await trained({});
  expect(both.threads).toBe(1);
  expect(both.reason).toBe(
    "this page is not cross-origin isolated, so its memory cannot be handed to other threads",
  );
  expect(both.loss).toBe(alone.loss);
});
