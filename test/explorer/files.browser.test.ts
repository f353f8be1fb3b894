// Files that readers give the page: what was opened stays over a reload, and what cannot be opened is said in the page's own words.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const notes = (page: Page) => page.locator(".notes").textContent();
const model = (name: string) => fileURLToPath(new URL(`../../web/public/model/${name}`, import.meta.url));
const choose = (page: Page, files: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0]) =>
  page.locator('input[type="file"]').setInputFiles(files);

async function onPage(body: (page: Page) => Promise<void>): Promise<void> {
  await body(await explorer.open());
}

test("a model that was opened is there again after a reload, or said to be gone", () =>
  onPage(async (page) => {
    await choose(page, ["config.json", "tokenizer.json", "model.safetensors"].map(model));
    await expect.poll(() => page.url()).toContain("model=dropped");
    const kept = () =>
      page.evaluate(async () => {
        const databases = await indexedDB.databases();
        if (databases.length === 0) return 0;
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(databases[0].name!);
          request.onsuccess = () => resolve(request.result);
        });
        const [store] = database.objectStoreNames;
        const count = await new Promise<number>((resolve) => {
          const request = database.transaction(store).objectStore(store).count();
          request.onsuccess = () => resolve(request.result);
        });
        database.close();
        return count;
      });
    await expect.poll(kept).toBe(1);
    await page.reload();
    await page.locator(".diagram .copy").first().waitFor();
    expect(page.url()).toContain("model=dropped");
    expect(await notes(page)).toBe("");
    await page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
    });
    await page.reload();
    await expect.poll(() => notes(page)).toContain("has not kept the model that you opened here");
    await page.locator(".diagram .copy").first().waitFor();
    expect(page.url()).not.toContain("model=dropped");
  }));

test("a file whose weights do not say what they are is told so without a program's options", () =>
  onPage(async (page) => {
    const tensors = {
      "a.weight": { shape: [3, 2], data: new Float32Array(6) },
      "b.weight": { shape: [3, 3], data: new Float32Array(9) },
    };
    await choose(page, {
      name: "odd.safetensors",
      mimeType: "",
      buffer: Buffer.from(writeSafetensors(tensors)),
    });
    await expect
      .poll(() => page.locator(".problem").textContent())
      .toMatch(/^The file odd\.safetensors .*This page opens/);
    await expect.poll(() => page.locator(".problem").textContent()).not.toMatch(/These bytes|order:|kinds/);
  }));
