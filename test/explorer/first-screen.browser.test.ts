// What a visitor meets who opens the page without a state.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stateFromHash } from "../../web/state.ts";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const SIZE = { width: 1440, height: 900 };

async function opened(reducedMotion: "reduce" | "no-preference"): Promise<Page> {
  const page = await explorer.tab({ viewport: SIZE, reducedMotion });
  await page.goto(explorer.site.url);
  await page.locator(".diagram .copy").first().waitFor();
  return page;
}

const now = (page: Page) => page.locator(".stage").getAttribute("aria-valuenow").then(Number);

test("the network begins to read by itself, a dozen steps at most in the window, and stops where the reader says", async () => {
  const page = await opened("no-preference");
  const first = await now(page);
  await expect.poll(() => now(page)).toBeGreaterThan(first);
  // What it has yet to read is pale.
  const opacities = await page
    .locator(".diagram .copy.at ~ .copy")
    .evaluateAll((copies) => copies.map((copy) => Number(copy.getAttribute("opacity"))));
  expect(Math.max(...opacities)).toBeLessThan(0.5);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByRole("button", { name: "Read on" }).waitFor();
  const stage = (await page.locator(".stage").boundingBox())!;
  const seen = await page.locator(".diagram .token").evaluateAll(
    (texts, [left, right]) =>
      texts.filter((text) => {
        const { x, width } = text.getBoundingClientRect();
        return x + width > left && x < right;
      }).length,
    [stage.x, stage.x + stage.width],
  );
  expect(seen).toBeGreaterThan(6);
  expect(seen).toBeLessThanOrEqual(13);
});

test("whoever wants less motion finds the text read to its end", { tags: "long" }, async () => {
  const page = await opened("reduce");
  await expect.poll(() => now(page)).toBe(stateFromHash("").text.length);
  await page.getByRole("button", { name: "Read again" }).waitFor();
  await expect.poll(() => page.locator(".diagram .copy.at").count()).toBe(1);
});

test("every row has a name beside it, the gates of the open copy too, and all is on the screen", async () => {
  const page = await opened("reduce");
  const rows = page.locator(".row-names .name");
  expect(await rows.allTextContents()).toEqual(["next", "scores", "i f g o", "c", "h", "x", "read"]);
  expect(await page.locator(".copy.at .name-plate text").allTextContents()).toEqual([..."ifgoch"]);
  await expect
    .poll(() => page.locator(".seen").textContent())
    .toContain("each copy takes a letter from below");
  await page.getByLabel("Type here").waitFor();
  for (const what of [
    page.locator("#text"),
    page.locator(".seen"),
    page.locator(".stage"),
    page.locator(".legend"),
  ]) {
    const { y, height } = (await what.boundingBox())!;
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(SIZE.height);
  }
});

test("a playhead that a link puts anywhere is in the window", { tags: "long" }, async () => {
  const page = await explorer.open({ at: 53, isOpen: true });
  const stage = (await page.locator(".stage").boundingBox())!;
  const at = (await page.locator(".diagram .copy.at .cell").boundingBox())!;
  expect(at.x).toBeGreaterThanOrEqual(stage.x);
  expect(at.x + at.width).toBeLessThanOrEqual(stage.x + stage.width);
});

test("another of the page's models is read with a text of its own kind", async () => {
  const page = await explorer.open();
  await page.getByRole("combobox", { name: "Model" }).selectOption("Names");
  await expect.poll(() => page.locator("#text").inputValue()).toContain("Hochreiter");
  await expect.poll(() => page.locator(".model-facts").textContent()).toContain("LSTM, 1 layer of 64 units");
  await expect.poll(() => page.locator(".problem").count()).toBe(0);
  await expect.poll(() => page.locator(".stage").getAttribute("aria-valuetext")).toContain('reads "H"');
});

test("a loop that is rolled up folds and unfolds at a touch of the picture's button", async () => {
  const page = await explorer.open({ at: 4 });
  await page.getByRole("button", { name: "Rolled up" }).click();
  await expect.poll(() => page.locator(".seen").textContent()).toContain("is a loop");
});
