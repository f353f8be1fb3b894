// A classifier that was trained in Node, streamed in a browser.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, expect, it } from "vitest";
import { packageNames } from "../../scripts/package-names.mjs";
import { serve } from "../browser.ts";
import { connectToBrowser } from "../shared-browser.ts";
import { trainedOnGestures } from "./gestures/gestures.ts";
import { streamedLabels } from "./gestures/streamed-labels.ts";

const folder = mkdtempSync(join(tmpdir(), "unrolled-gestures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("says in a page, step by step, what it says in Node", { tags: "long" }, async () => {
  const { files } = await trainedOnGestures();
  await build({
    root: fileURLToPath(new URL("./gestures", import.meta.url)),
    configFile: false,
    logLevel: "error",
    resolve: { alias: packageNames("src", "browser") },
    build: { outDir: folder, emptyOutDir: true },
  });
  mkdirSync(join(folder, "model"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, "model", name), bytes);
  const site = await serve(folder);
  const browser = await connectToBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    const recording = Array.from({ length: 16 }, (_, t) => [Math.sin(2.5 * t), 0.3]);
    const there: Awaited<ReturnType<typeof streamedLabels>> = await page.evaluate(
      `listen(${JSON.stringify(recording)})`,
    );
    const here = await streamedLabels(files, recording);
    expect(there.map(({ label }) => label)).toEqual(here.map(({ label }) => label));
    expect(there.at(-1)!.label).toBe("shaken");
    for (const [t, { logits }] of there.entries())
      for (const [at, value] of logits.entries()) expect(value, `${t}`).toBeCloseTo(here[t].logits[at], 4);
  } finally {
    await browser.close();
    site.close();
  }
});
