// Before the first test that wants a browser: everything is built, and one Chromium is started for all of them.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root, setUp } from "../scripts/setup.mjs";
import { startChromium } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the browser that all tests share is connected to. */
    browser: string;
    /** The folder of the explorer's page as it was built when the tests began, whatever is built meanwhile. */
    explorer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  setUp();
  const explorer = mkdtempSync(join(tmpdir(), "unrolled-explorer-"));
  cpSync(join(root, "dist/explorer"), explorer, { recursive: true });
  const browser = await startChromium();
  project.provide("browser", browser.wsEndpoint());
  project.provide("explorer", explorer);
  return async () => {
    await browser.close();
    rmSync(explorer, { recursive: true, force: true });
  };
}
