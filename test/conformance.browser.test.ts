// The table that holds all backends to the reference, run where most people will run WebAssembly: in a browser.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageNames } from "../scripts/package-names.mjs";
import { cases } from "../src/kernels/conformance.ts";
import { type Site, serve } from "./browser.ts";
import { connectToBrowser } from "./shared-browser.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-conformance-"));
let browser: Browser;
let site: Site;
let page: Page;

beforeAll(async () => {
  await build({
    root: fileURLToPath(new URL("./conformance", import.meta.url)),
    configFile: false,
    logLevel: "error",
    resolve: { alias: packageNames("src", "browser") },
    build: { outDir: folder, emptyOutDir: true },
  });
  browser = await connectToBrowser();
  site = await serve(folder);
  page = await browser.newPage();
  await page.goto(site.url);
});

afterAll(async () => {
  await browser?.close();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function expectConformance(backend: string): Promise<void> {
  const { ran, wrong }: { ran: number; wrong: string[] } = await page.evaluate(`conformance("${backend}")`);
  expect(wrong.slice(0, 8).join("\n")).toBe("");
  expect(ran).toBe(cases.length);
}

// What Chromium takes by itself, and what older browsers do, which Node runs as well.
test("wasm-relaxed in Chromium agrees with the reference", () => expectConformance("wasm-relaxed"));
test("wasm in Chromium agrees with the reference", { tags: "long" }, () => expectConformance("wasm"));
