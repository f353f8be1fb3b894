// The guided tour, walked through from its first step to its last by doing what each asks for.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INITIAL_STATE, stateFromHash } from "../../web/state.ts";
import { TOUR } from "../../web/tour/steps.tsx";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const task = (page: Page) => page.locator(".tour .task").textContent();
const train = async (page: Page) => {
  await page.locator(".train").getByRole("button", { name: "Play", exact: true }).click();
};

/** What each step asks for. */
const DOINGS: readonly ((page: Page) => Promise<unknown>)[] = [
  (page) =>
    page
      .locator(`[data-step="${INITIAL_STATE.text.lastIndexOf("e")}"]`)
      .first()
      .click(),
  (page) => button(page, "Unrolled").first().click(),
  async (page) => {
    await page.locator(".stage").focus();
    await page.keyboard.press("Enter");
  },
  (page) => page.locator(".step-detail input").fill("34"),
  async (page) => {
    await page.locator(".heat-map-area").first().scrollIntoViewIfNeeded();
    const box = (await page.locator(".heat-map-area").first().boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 4 });
    await page.mouse.up();
  },
  async (page) => {
    await page.locator(".sliders input").first().fill("0.5");
    await page.locator("section button[aria-label^='Go on with'], .bars button").nth(1).click();
  },
  train,
  train,
  async (page) => {
    await page.getByLabel("Clip norm").fill("0.5");
    await page.getByLabel("Clip norm").press("Enter");
    await train(page);
  },
  train,
];

test("each step puts the page into its state, asks for something, and sees when it is done", async () => {
  const page = await explorer.open();
  await page.getByRole("button", { name: "Take the tour: ten short steps" }).click();
  expect(DOINGS).toHaveLength(TOUR.length);
  for (const [index, step] of TOUR.entries()) {
    await expect.poll(() => page.locator(".tour h2").textContent()).toBe(step.title);
    expect(await page.locator(".tour").textContent()).toContain(`Step ${index + 1} of 10`);
    await page.locator("main section").first().waitFor();
    expect(await task(page), step.title).toBe(`Do: ${step.task}`);
    await expect
      .poll(() => stateFromHash(new URL(page.url()).hash))
      .toEqual({ ...INITIAL_STATE, ...step.state, tour: index + 1 });
    await DOINGS[index](page);
    await expect.poll(() => task(page), { message: step.title }).toBe(`Done: ${step.task}`);
    if (index < 9) await button(page, "Next").click();
  }
  expect(await button(page, "Next").count()).toBe(0);
  await button(page, "Back").click();
  await expect.poll(() => page.locator(".tour h2").textContent()).toBe(TOUR[8].title);
  await button(page, "End the tour").click();
  expect(await page.locator(".tour").count()).toBe(0);
});

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test.each([
  ["light on a desktop", "light", 1280],
  ["dark on a phone", "dark", 390],
] as const)("axe finds nothing, and nothing is too wide, %s", async (_, colorScheme, width) => {
  for (const number of [2, 8]) {
    const page = await explorer.open(
      { ...TOUR[number - 1].state, tour: number },
      { colorScheme, viewport: { width, height: 840 } },
    );
    await page.locator(".tour").waitFor();
    await page.evaluate(axe);
    const { violations } = (await page.evaluate("axe.run()")) as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`)).toEqual(
      [],
    );
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  }
});
