// What a view owes to everybody: axe finds nothing, and nothing is wider than the window.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { PageState } from "../../web/state.ts";
import { TOUR } from "../../web/tour/steps.tsx";
import type { Explorer } from "./site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Looked {
  readonly state: Partial<PageState>;
  /** Does what makes the view show all that it has. */
  readonly ready?: (page: Page) => Promise<void>;
}

export const DESKTOP = { colorScheme: "light", viewport: { width: 1280, height: 800 } } as const;
export const PHONE = { colorScheme: "dark", viewport: { width: 390, height: 844 } } as const;

/** Every view, in a state in which it shows much. */
export const VIEWS: Readonly<Record<string, Looked>> = {
  unrolled: {
    state: { view: "unrolled", isOpen: true, at: 5 },
    ready: (page) => page.locator(".products").waitFor(),
  },
  play: { state: { view: "play", at: 5, steps: [3, 9] } },
  next: {
    state: { view: "next", at: 5, branches: [{ at: 5, id: 40 }] },
    ready: (page) => page.locator(".branch .chosen").waitFor(),
  },
  units: {
    state: { view: "units", on: "reading", span: [2, 4] },
    ready: (page) => page.getByTestId("similar").waitFor(),
  },
  reach: {
    state: { view: "reach", at: 5, on: "reading" },
    async ready(page) {
      await page.getByRole("button", { name: "Measure", exact: true }).click();
      for (const part of ["half-life", "reach"]) await page.getByTestId(part).waitFor();
    },
  },
  interfere: {
    state: {
      view: "interfere",
      at: 5,
      interventions: [{ layer: 0, what: "f", units: [1, 2], from: 3, value: 0 }],
    },
    ready: (page) => page.locator(".branch-text").first().waitFor(),
  },
  train: {
    state: { view: "train", trainTask: "sine", trainSteps: 20 },
    async ready(page) {
      for (let count = 1; count <= 3; count++) {
        await page.getByRole("button", { name: "One step", exact: true }).click();
        await expect.poll(() => page.getByTestId("training").textContent()).toContain(`${count} updates`);
      }
    },
  },
  compare: {
    state: { view: "compare", at: 4 },
    ready: (page) => page.locator(".compare-column > section").nth(1).waitFor(),
  },
  tour: {
    state: { ...TOUR[2].state, tour: 3 },
    ready: (page) => page.locator(".tour").waitFor(),
  },
};

/** Opens a view as one reader has it, and looks at it. */
export async function expectAccessible(
  explorer: Explorer,
  { state, ready }: Looked,
  reader: typeof DESKTOP | typeof PHONE,
): Promise<Page> {
  const page = await explorer.open(state, reader);
  await ready?.(page);
  await page.evaluate(axe);
  await expectNothingFound(page);
  return page;
}

/** What axe finds on a page that it was put into, and what is too wide. */
export async function expectNothingFound(page: Page): Promise<void> {
  const { violations } = (await page.evaluate("axe.run()")) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
    page.viewportSize()!.width,
  );
}
