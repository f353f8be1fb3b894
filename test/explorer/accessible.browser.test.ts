// Everybody can use the page. As it is on a desktop, and further states: accessible.browser.release.test.ts.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible, PHONE, VIEWS } from "./accessible.ts";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

test.each(Object.entries(VIEWS))(
  "axe finds nothing in %s, dark on a phone, and nothing is too wide",
  async (_, view) => {
    await expectAccessible(explorer, view, PHONE);
  },
);

test("tabs are one stop, moved by arrow keys, and going back goes back", async () => {
  const page = await explorer.open();
  await page.getByRole("tab", { name: "Unrolled" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.locator("section.play").waitFor();
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Heat-maps");
  await page.goBack();
  await page.locator(".stage").waitFor();
  await expect.poll(() => page.getByRole("tab", { selected: true }).textContent()).toBe("Unrolled");
});
