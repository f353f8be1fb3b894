// What the page weighs: all that a browser fetches until it shows its first network.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;

beforeAll(async () => {
  explorer = await openExplorer();
});

afterAll(() => explorer?.close());

test("what is fetched until the first view, the model left out, is under 160 kB compressed by gzip", async () => {
  // 150 kB is what is asked of the first view alone (npm run bench:explorer); what is fetched right after it may be counted here too.
  const page = await explorer.tab();
  await page.goto(explorer.site.url);
  await page.locator(".diagram .copy").first().waitFor();
  const fetched = [...explorer.site.served].filter(([path]) => !/^\/models?\//.test(path));
  expect(fetched.some(([path]) => path.endsWith(".wasm"))).toBe(true);
  const sizes = fetched.map(([, content]) => gzipSync(content, { level: 9 }).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(160_000);
});
