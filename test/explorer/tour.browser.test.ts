// The guided tour, walked through from its first step to its last by doing what each asks for, and seeing what each says.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INITIAL_STATE, stateFromHash } from "../../web/state.ts";
import { TOUR } from "../../web/tour/steps.tsx";
import { atRest, type Explorer, numberOf, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const task = (page: Page) => page.locator(".tour .task").textContent();
const train = (page: Page) =>
  page.locator(".train").getByRole("button", { name: "Play", exact: true }).click();
const lastE = () => INITIAL_STATE.text.lastIndexOf("e");

/** The likeliest characters with their probabilities, as the bars say them. */
const bars = (page: Page) => page.locator(".bars-drawing").textContent();

/** A gradient at the first step as a share of the last step's, as the map says it. */
async function shareAtFirst(page: Page): Promise<number> {
  const said = (await page.getByTestId("flow").textContent()) ?? "";
  return numberOf(/, ([\d.e+−-]+) of the last step's/.exec(said)?.[1] ?? "none");
}

async function fill(page: Page, label: string | RegExp, value: string): Promise<void> {
  await page.getByLabel(label).fill(value);
  await page.getByLabel(label).press("Enter");
}

/** Heights of the first bar of each of the two networks, as shares of the last. */
async function firstBars(page: Page): Promise<number[]> {
  return page.locator(".gradient-bars").evaluateAll((figures) =>
    figures.map((figure) => {
      const heights = Array.from(figure.querySelectorAll(".bar"), (bar) =>
        Number(bar.getAttribute("height")),
      );
      return heights[0] / heights[heights.length - 1];
    }),
  );
}

/** Both networks learn until the first has nothing left at step 1, and the second still has a hundredth or more. */
async function vanishesAndLives(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Train both" }).click();
  await expect
    .poll(async () => {
      const [elman, lstm] = await firstBars(page);
      return elman < 0.25 && lstm > 10 / 12;
    })
    .toBe(true);
}

/** What each step asks for, and that what it says is so. */
const DOINGS: readonly ((page: Page) => Promise<unknown>)[] = [
  async (page) => {
    await vanishesAndLives(page);
    await page.getByRole("slider", { name: /Steps/ }).fill("20");
  },
  async (page) => {
    await expect.poll(() => page.locator(".model-name").textContent()).toMatch(/^Elman network/);
    const before = await bars(page);
    await page.locator(`[data-step="${lastE()}"]`).first().click();
    await expect.poll(() => bars(page)).not.toBe(before);
  },
  async (page) => {
    await button(page, "Unrolled").first().click();
    await expect.poll(() => page.locator(".diagram .copy:not([opacity='0'])").count()).toBeGreaterThan(5);
  },
  async (page) => {
    await button(page, "W_hh").click();
    await expect.poll(() => page.locator(".diagram .same-ribbon").count()).toBeGreaterThan(5);
    await page.locator(".stage").focus();
    await page.keyboard.press("Enter");
  },
  async (page) => {
    // One sum of the input and the state before, through tanh, and no other memory.
    await expect.poll(() => page.locator(".equations tr").count()).toBe(1);
    await expect
      .poll(() => page.locator(".equations").textContent())
      .toContain("tanh(W_ih x + b_ih + W_hh h + b_hh)");
    await page.locator(".step-detail input").fill("34");
  },
  async (page) => {
    // h is all that there is.
    await expect.poll(() => page.locator(".heat-map").count()).toBe(1);
    const box = (await page.locator(".heat-map-area").first().boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 4 });
    await page.mouse.up();
  },
  async (page) => {
    await page.locator(".sliders input").first().fill("0.5");
    await page.locator("section button[aria-label^='Go on with'], .bars button").nth(1).click();
    await page.locator(".branch").first().waitFor();
  },
  async (page) => {
    await train(page);
    await expect
      .poll(() => page.getByTestId("training").textContent())
      .toMatch(/· (9[5-9]|100)(\.\d)? % of echoes/);
  },
  async (page) => {
    await train(page);
    await expect.poll(() => shareAtFirst(page)).toBeLessThan(1e-6);
  },
  async (page) => {
    await train(page);
    await expect.poll(() => shareAtFirst(page)).toBeGreaterThan(10);
    await fill(page, "Clip norm", "0");
    await train(page);
    await expect.poll(() => page.locator(".problem").textContent()).toContain("The gradients have exploded");
  },
  async (page) => {
    await expect.poll(() => page.locator(".model-name").textContent()).toMatch(/^LSTM/);
    await expect.poll(() => page.locator(".equations").textContent()).toContain("f × c + i × g");
    await page.locator(".step-detail input").fill("34");
  },
  async (page) => {
    await vanishesAndLives(page);
    await page.getByRole("slider", { name: /Steps/ }).fill("60");
  },
];

const VIEWPORT = { width: 1440, height: 900 };

/** Waits until a step's views are there and scrolled to; then all that it speaks of is outlined, and in the window. */
async function isInWindow(page: Page, speaksOf: readonly string[], title: string): Promise<void> {
  for (const selector of speaksOf) {
    const spokenOf = page.locator(selector).first();
    await expect.poll(() => spokenOf.getAttribute("data-spoken-of"), { message: selector }).toBe("");
    await expect
      .poll(
        async () => {
          const { y, height } = (await spokenOf.boundingBox())!;
          return y >= 0 && y + height <= VIEWPORT.height;
        },
        { message: `${title}: ${selector} is in the window` },
      )
      .toBe(true);
  }
  // The panel stands beside what it speaks of.
  const panel = (await page.locator(".tour").boundingBox())!;
  for (const selector of speaksOf) {
    const { x, width } = (await page.locator(selector).first().boundingBox())!;
    expect(x + width, selector).toBeLessThanOrEqual(panel.x);
  }
  expect(panel.y + panel.height).toBeLessThanOrEqual(VIEWPORT.height);
}

test("each step puts the page into its state, shows what it speaks of, asks for something, and sees when it is done", async () => {
  const page = await explorer.open({}, { viewport: VIEWPORT });
  await page.getByRole("button", { name: "Take the tour: twelve short steps" }).click();
  expect(DOINGS).toHaveLength(TOUR.length);
  for (const [index, step] of TOUR.entries()) {
    await expect.poll(() => page.locator(".tour h2").textContent()).toBe(step.title);
    await expect.poll(() => page.locator(".tour").textContent()).toContain(`Step ${index + 1} of 12`);
    await page.locator("main section").first().waitFor();
    await page.waitForFunction("!document.querySelector('main .waiting')");
    expect(await task(page), step.title).toBe(`Do: ${step.task}`);
    await expect
      .poll(() => stateFromHash(new URL(page.url()).hash))
      .toEqual({ ...INITIAL_STATE, ...step.state, tour: index + 1 });
    await isInWindow(page, step.speaksOf, step.title);
    await atRest(page);
    await DOINGS[index](page);
    await expect.poll(() => task(page), { message: step.title }).toBe(`Done: ${step.task}`);
    if (index < TOUR.length - 1) await button(page, "Next").click();
  }
  await expect.poll(() => button(page, "Next").count()).toBe(0);
  await button(page, "Back").click();
  await expect.poll(() => page.locator(".tour h2").textContent()).toBe(TOUR[TOUR.length - 2].title);
  await button(page, "End the tour").click();
  await expect.poll(() => page.locator(".tour").count()).toBe(0);
  await expect.poll(() => page.locator("[data-spoken-of]").count()).toBe(0);
});
