// Before the first test that wants a browser: everything is built, and one Chromium is started for all of them.
import type { TestProject } from "vitest/node";
import { setUp } from "../scripts/setup.mjs";
import { startChromium } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the browser that all tests share is connected to. */
    browser: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  setUp();
  const browser = await startChromium();
  project.provide("browser", browser.wsEndpoint());
  return () => browser.close();
}
