// Everybody can use the page: all views on a desktop, what stands side by side, and more of the tour, on a phone too.
import { afterAll, beforeAll, describe, test } from "vitest";
import { TOUR } from "../../web/tour/steps.tsx";
import { DESKTOP, expectAccessible, expectNothingFound, PHONE, VIEWS } from "./accessible.ts";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

test.each(Object.entries(VIEWS))("axe finds nothing in %s, light on a desktop", async (_, view) => {
  await expectAccessible(explorer, view, DESKTOP);
});

describe.each([
  ["light on a desktop", DESKTOP],
  ["dark on a phone", PHONE],
] as const)("%s", (_, reader) => {
  test.each([1, 9])("axe finds nothing in step %i of the tour", async (number) => {
    await expectAccessible(
      explorer,
      { ...VIEWS.tour, state: { ...TOUR[number - 1].state, tour: number } },
      reader,
    );
  });

  test("axe finds nothing in all that stands side by side", async () => {
    const page = await expectAccessible(explorer, VIEWS.compare, reader);
    for (const view of ["unrolled", "play", "next", "units", "reach", "interfere"]) {
      await page.getByLabel("Side by side").selectOption(view);
      await page.locator(".compare-column > section").nth(1).waitFor();
      await expectNothingFound(page);
    }
  });
});
