// An Elman network and an LSTM side by side: what the page says of their gradients is what it shows.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const VIEWPORT = { width: 1440, height: 900 };

const updates = async (page: Page) =>
  Number(
    /after (\d+) updates/.exec((await page.locator(".gradient-bars .title").first().textContent())!)![1],
  );

/** Heights of the bars of one network, as shares of the last one's. */
const bars = (page: Page, which: number) =>
  page
    .locator(".gradient-bars")
    .nth(which)
    .locator(".bar")
    .evaluateAll((found) => found.map((bar) => Number(bar.getAttribute("height"))));

test("both begin to learn by themselves; one gradient vanishes on its way to the first step, the other lives", async () => {
  const page = await explorer.open(
    { view: "vanish" },
    { viewport: VIEWPORT, reducedMotion: "no-preference" },
  );
  await expect.poll(() => updates(page)).toBeGreaterThanOrEqual(200);
  await page.getByRole("button", { name: "Pause" }).click();
  for (const [which, name] of ["elman", "lstm"].entries()) {
    const said = (await page.getByTestId(`vanish-${name}`).textContent())!;
    // Both learn what is asked: chance is one half.
    expect(Number(/^(\d+) % right/.exec(said)![1]), said).toBeGreaterThan(70);
    const heights = await bars(page, which);
    expect(heights).toHaveLength(40);
    // Twelve powers of ten are as high as the last bar.
    const decades = 12 * (heights[0] / heights[39] - 1);
    if (name === "elman") expect(decades).toBeLessThan(-9);
    else expect(decades).toBeGreaterThan(-2);
  }
  // All of it is on the screen at once.
  for (const figure of await page.locator(".vanish figure").all()) {
    const { x, y, width, height } = (await figure.boundingBox())!;
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(VIEWPORT.width);
    expect(y + height).toBeLessThanOrEqual(VIEWPORT.height);
  }
});

test("whoever wants less motion starts it, and another length is another race", {
  tags: "long",
}, async () => {
  const page = await explorer.open({ view: "vanish" });
  expect(await updates(page)).toBe(0);
  await page.getByRole("slider", { name: /Steps/ }).fill("12");
  await page.getByRole("button", { name: "Train both" }).click();
  await expect.poll(() => updates(page)).toBeGreaterThan(0);
  expect(await bars(page, 0)).toHaveLength(12);
});
